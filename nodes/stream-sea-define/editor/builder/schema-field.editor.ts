/** The row of one field: name, type, where it stands, and the values of an enum. */

import { FIELD_TYPES } from '../../../../src/protocol/schema/schema';
import type { Direction } from '../../../shared/editor/builder/direction.editor';
import type { Translate } from '../../../shared/editor/dialog.editor';
import { button, element, hint, icon, select, span } from '../../../shared/editor/dom.editor';
import { enumValues } from './enum-values.editor';
import { nameOf, type SchemaNode, typeOf, valuesOf } from './schema-model.editor';

export interface FieldRowHost {
  readonly t: Translate;
  rename(id: number, name: string): void;
  retype(id: number, type: string): void;
  setValues(id: number, values: readonly string[]): void;
  shift(id: number, direction: Direction): void;
  remove(id: number): void;
}

export interface Position {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

export function fieldRow(field: SchemaNode, position: Position, host: FieldRowHost): HTMLLIElement {
  const { t } = host;
  const { id } = field;
  const mistakeId = `sea-define-field-${id}-mistake`;
  const called = (name: string) => ({ name: name || t('label.field.unnamed') });

  const name = element('input', {
    type: 'text',
    'data-control': 'name',
    'aria-describedby': mistakeId,
    placeholder: t('placeholder.fieldName'),
    autocomplete: 'off',
    spellcheck: 'false',
  });
  name.value = nameOf(field);
  const hintId = `sea-define-field-${id}-hint`;
  const hasDates = field.json.type === 'date' || field.json.type === 'array<date>';
  const type = select('type', typesFor(typeOf(field)), typeOf(field), (chosen) => host.retype(id, chosen));
  type.setAttribute('aria-describedby', hasDates ? `${hintId} ${mistakeId}` : mistakeId);
  const up = move('up', 'chevron-up', position.isFirst);
  const down = move('down', 'chevron-down', position.isLast);
  const remove = control('remove', button({ icon: 'times', onPress: () => host.remove(id) }));
  const row = element(
    'div',
    { class: 'sea-field-row', role: 'group' },
    element('span', { class: 'sea-handle', title: t('label.field.drag') }, icon('bars')),
    name,
    type,
    // Where they are reached from the type; a line of their own is what they look like.
    ...values(),
    span('button-group', up, down),
    remove,
  );

  name.addEventListener('input', () => {
    label();
    host.rename(id, name.value);
  });
  label();

  const item = element('li', { class: 'sea-field', 'data-id': String(id) }, row);
  if (hasDates) item.append(hint(t('hint.date'), hintId));
  item.append(element('div', { class: 'sea-field-mistake', id: mistakeId }));
  return item;

  function values(): HTMLElement[] {
    if (field.json.type !== 'enum') return [];
    const made = control(
      'values',
      enumValues(valuesOf(field), t, (list) => host.setValues(id, list)),
    );
    made.setAttribute('aria-describedby', mistakeId);
    return [made];
  }

  function move(direction: 'up' | 'down', symbol: string, disabled: boolean): HTMLButtonElement {
    const made = control(direction, button({ icon: symbol, onPress: () => host.shift(id, direction) }));
    made.disabled = disabled;
    return made;
  }

  /** Each control is called by the field it belongs to: there is one such row for each. */
  function label(): void {
    const words = called(name.value);
    row.setAttribute('aria-label', t('label.field.field', words));
    name.setAttribute('aria-label', t('label.field.name'));
    type.setAttribute('aria-label', t('label.field.type', words));
    for (const [made, text] of [
      [up, t('label.field.up', words)],
      [down, t('label.field.down', words)],
      [remove, t('label.field.remove', words)],
    ] as const) {
      made.setAttribute('aria-label', text);
      made.dataset.title = text;
      made.title = text;
    }
  }
}

function control<Made extends HTMLElement>(name: string, made: Made): Made {
  made.dataset.control = name;
  return made;
}

/** What the JSON says stays in sight, and is lost only when another is chosen. */
function typesFor(type: string): [string, string][] {
  const known = FIELD_TYPES.some((each) => each === type);
  return (known ? FIELD_TYPES : [type, ...FIELD_TYPES]).map((each) => [each, each]);
}
