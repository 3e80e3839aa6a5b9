/** One condition of a filter as a row: a field, how it is compared, and with what. */

import type { Translate } from '../../../shared/editor/dialog.editor';
import { button, element, icon, idFor, select, span } from '../../../shared/editor/dom.editor';
import { attachCombobox, type Suggestion } from '../../../shared/editor/fields/combobox.editor';
import { type KnownField, shownPath, typedPath } from './filter-fields.editor';
import {
  type Json,
  needsValue,
  OPERATORS,
  type Operator,
  type Row,
  VALUE_KINDS,
  type Value,
} from './filter-model.editor';

export interface RowHost {
  readonly t: Translate;
  /** Fields that may be compared, as known now. */
  fields(): readonly KnownField[];
  /** Streams that there are. */
  streams(): readonly string[];
  /** @param draw the row needs other controls now. */
  setRow(id: number, edit: Partial<Pick<Row, 'path' | 'operator' | 'value'>>, draw?: boolean): void;
  setJson(id: number, text: string): void;
  remove(id: number): void;
}

/** Of JSON in a row: characters in a line, and lines in sight. */
const LINE = 60;
const MAX_LINES = 6;

const ON_STREAMS = OPERATORS.filter(needsValue);

export function rowOf(row: Row, host: RowHost): HTMLElement {
  const { t } = host;
  const { id, path, operator, value } = row;
  const known = host.fields().find((field) => field.path === path);
  const field = path === undefined ? streamLabel(t) : fieldInput(row, host);
  const words = {
    name: path === undefined ? t('label.filter.stream') : shownPath(path) || t('label.filter.noField'),
  };

  const operators = select(
    'operator',
    (path === undefined ? ON_STREAMS : OPERATORS).map((each) => [each, t(`label.filter.operator.${each}`)]),
    operator,
    (chosen) => {
      // Drawn anew only where it must be: whoever types the name of an option is not done with its first letter.
      const next = chosen as Operator;
      host.setRow(id, { operator: next }, needsValue(next) !== needsValue(operator));
    },
  );
  operators.setAttribute('aria-label', t('label.filter.operator.of', words));
  for (const option of operators.options) {
    if (option.value === 'holds') option.title = t('hint.filter.holds');
  }

  const line = element(
    'div',
    { class: 'sea-condition', role: 'group', 'aria-label': t('label.filter.condition', words) },
    handle(t),
    field,
    operators,
  );
  if (needsValue(operator)) line.append(...valueControls(row, value, known, host));
  line.append(removeButton(id, words, host));
  return line;
}

export function jsonRowOf({ id, text }: Json, host: RowHost): HTMLElement {
  const { t } = host;
  const area = element('textarea', {
    'data-control': 'json',
    'aria-label': t('label.filter.json'),
    rows: String(Math.min(MAX_LINES, Math.ceil(text.length / LINE))),
    spellcheck: 'false',
  });
  area.value = text;
  area.addEventListener('input', () => host.setJson(id, area.value));
  const words = { name: 'JSON' };
  return element(
    'div',
    { class: 'sea-condition', role: 'group', 'aria-label': t('label.filter.json') },
    handle(t),
    area,
    removeButton(id, words, host),
  );
}

export function handle(t: Translate): HTMLElement {
  return element('span', { class: 'sea-handle', title: t('label.filter.drag') }, icon('bars'));
}

export function removeButton(
  id: number,
  words: { name: string },
  { t, remove }: Pick<RowHost, 't' | 'remove'>,
): HTMLElement {
  const made = button({ icon: 'times', title: t('label.filter.remove', words), onPress: () => remove(id) });
  made.dataset.control = 'remove';
  made.dataset.title = made.title;
  return made;
}

function streamLabel(t: Translate): HTMLElement {
  return span('sea-subject', icon('exchange'), ` ${t('label.filter.stream')}`);
}

function fieldInput({ id, path = '', value }: Row, host: RowHost): HTMLElement {
  const { t } = host;
  const input = pathInput('path', path, (text) => {
    const field = host.fields().find((each) => each.path === text);
    if (field === undefined) host.setRow(id, { path: text });
    else host.setRow(id, { path: text, value: fitting(field, value) }, true);
  });
  input.setAttribute('aria-label', t('label.filter.field'));
  input.placeholder = t('placeholder.filter.field');
  return suggestingFields(input, host);
}

/** What is there stays where it can: only who has typed nothing yet gets another kind of value. */
function fitting(field: KnownField, value: Value): Value {
  if (field.values.length > 0 && value.kind === 'string' && !field.values.includes(value.text)) {
    return { kind: 'string', text: field.values[0] ?? '' };
  }
  if (value.text !== '' && value.kind !== 'bool') return value;
  return { kind: field.kind, text: field.kind === 'bool' ? 'true' : '' };
}

function valueControls(row: Row, value: Value, known: KnownField | undefined, host: RowHost): HTMLElement[] {
  const { t } = host;
  const { id } = row;
  const change = (text: string) => host.setRow(id, { value: { kind: value.kind, text } });
  const choices = known?.values ?? [];
  const kinds = select(
    'kind',
    VALUE_KINDS.map((kind) => [kind, t(`label.filter.kind.${kind}`)]),
    value.kind,
    (chosen) => host.setRow(id, { value: another(value, chosen as Value['kind']) }, true),
  );
  kinds.setAttribute('aria-label', t('label.filter.kind.of'));
  const called = t('label.filter.value');
  const named = <Made extends HTMLElement>(made: Made): Made => {
    made.setAttribute('aria-label', called);
    return made;
  };
  switch (value.kind) {
    case 'null':
      return [kinds];
    case 'bool': {
      const options = [
        ['true', t('label.filter.yes')],
        ['false', t('label.filter.no')],
      ] as const;
      return [kinds, named(select('value', options, value.text, change))];
    }
    case 'path':
      return [kinds, suggestingFields(named(pathInput('value', value.text, change)), host)];
    case 'number': {
      const input = named(textInput('value', value.text, change));
      input.inputMode = 'decimal';
      return [kinds, input];
    }
    case 'string': {
      if (row.path === undefined) {
        const stream = named(textInput('value', value.text, change));
        const names = () => host.streams().map((name) => ({ value: name, note: '' }));
        // It is a text, whatever else it is compared with.
        return [suggesting(stream, t('label.streams'), names)];
      }
      if (choices.length === 0) {
        const input = named(textInput('value', value.text, change));
        if (known?.type === 'date') input.placeholder = '2026-01-31T12:00:00Z';
        return [kinds, input];
      }
      // What the filter says stays in sight, and is lost only when another is chosen.
      const all = choices.includes(value.text) ? choices : [value.text, ...choices];
      const options = all.map((text) => [text, text || '–'] as const);
      return [kinds, named(select('value', options, value.text, change))];
    }
  }
}

/** The same of another kind, as far as it can be. */
function another({ kind, text }: Value, wanted: Value['kind']): Value {
  if (wanted === 'bool') return { kind: wanted, text: text === 'false' ? 'false' : 'true' };
  if (wanted === 'path') return { kind: wanted, text: typedPath('') };
  return { kind: wanted, text: kind === 'path' || kind === 'bool' ? '' : text };
}

function textInput(control: string, text: string, changed: (text: string) => void): HTMLInputElement {
  const input = element('input', {
    ...{ type: 'text', 'data-control': control, autocomplete: 'off', spellcheck: 'false' },
  });
  input.value = text;
  // By jQuery, which is how a suggestion that is chosen tells of itself.
  $(input).on('input', () => changed(input.value));
  return input;
}

function pathInput(control: string, path: string, changed: (path: string) => void): HTMLInputElement {
  return textInput(control, shownPath(path), (text) => changed(typedPath(text)));
}

function suggestingFields(input: HTMLInputElement, { t, fields }: RowHost): HTMLElement {
  return suggesting(input, t('label.filter.fields'), () =>
    fields().map(({ path, type }) => ({ value: shownPath(path), note: type })),
  );
}

function suggesting(
  input: HTMLInputElement,
  label: string,
  suggestions: () => readonly Suggestion[],
): HTMLElement {
  input.id = idFor('filter-input');
  const box = span('sea-subject sea-suggesting', input);
  attachCombobox($(input), { label, suggestions, opening: () => {} });
  return box;
}
