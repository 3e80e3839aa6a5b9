/** The fields of a definition as a list to build, each row with what is within it below it. */

import { Rows } from '../../../shared/editor/builder/rows.editor';
import { button, div, element } from '../../../shared/editor/dom.editor';
import { type FieldRowHost, fieldRow } from './schema-field.editor';
import type { Mistake } from './schema-mistakes.editor';
import {
  addField,
  isNestedType,
  nameOf,
  nodeOf,
  ROOT_ID,
  removeField,
  renameField,
  retypeField,
  type SchemaModel,
  type SchemaNode,
  setValues,
  tree,
} from './schema-model.editor';

export interface FieldListHost extends Pick<FieldRowHost, 't'> {
  model(): SchemaModel;
  mistakes(): readonly Mistake[];
  /** Called after each change by hand. */
  changed(model: SchemaModel): void;
  removed(name: string, before: SchemaModel): void;
  /** Says what happened to those who do not see it. */
  announce(text: string): void;
}

/** No reproach for these to what was just added, or is of another type now. */
const STILL_MISSING = new Set<Mistake['kind']>(['nameMissing', 'valuesMissing']);

export function fieldList(host: FieldListHost): Rows<SchemaNode, SchemaNode, SchemaModel> {
  const { t, model } = host;
  const rows = new Rows({
    tree,
    box: 'sea-fields-box',
    row: 'sea-field',
    line: 'sea-field-row',
    adding: 'add',
    // At the end of the way, its button cannot be pressed any more, nor hold the focus.
    instead: ['down', 'up', 'name'],
    model,
    changed: host.changed,
    draw: () => [listElement(model().root), addButton(ROOT_ID)],
    mistakes: (fresh) =>
      host
        .mistakes()
        .filter(({ id, kind }) => id !== fresh || !STILL_MISSING.has(kind))
        .map(({ id, control, kind }) => ({ id, control, text: t(`error.field.${kind}`) })),
    add,
    without: removeField,
    removed: (before, { list, index }) => host.removed(nameAt(list, index), before),
    moved: ({ parent, list, index }) => {
      const name = nameAt(list, index) || t('label.field.unnamed');
      const where = { name, position: index + 1, count: list.length, object: nameOf(parent) };
      host.announce(t(parent.id === ROOT_ID ? 'status.moved' : 'status.movedWithin', where));
    },
  });
  const rowHost: FieldRowHost = {
    t,
    rename: (id, name) => rows.change(renameField(model(), id, name)),
    setValues: (id, values) => rows.change(setValues(model(), id, values)),
    retype: (id, type) => rows.begin(retypeField(model(), id, type), { id, control: 'type' }),
    shift: (id, direction) => rows.shift(id, direction),
    remove: (id) => rows.remove(id),
  };
  return rows;

  /** Adds a field, ready for its name. */
  function add(parent: number, index = nodeOf(model(), parent)?.fields?.length ?? 0): void {
    const added = addField(model(), parent, index);
    rows.begin(added.model, { id: added.id, control: 'name' });
  }

  function listElement({ id, fields = [] }: SchemaNode): HTMLElement {
    const list = element('ol', { class: 'sea-fields', 'data-list': String(id) });
    fields.forEach((field, index) => {
      const item = fieldRow(field, { isFirst: index === 0, isLast: index === fields.length - 1 }, rowHost);
      if (isNestedType(field.json.type)) {
        const within = [listElement(field), addButton(field.id, nameOf(field))];
        item.append(div('sea-nested', ...within));
      }
      list.append(item);
    });
    return list;
  }

  function addButton(parent: number, object?: string): HTMLElement {
    const label = object === undefined ? t('label.field.add') : t('label.field.addShort');
    const made = button({ icon: 'plus', label, onPress: () => add(parent) });
    if (object !== undefined) made.setAttribute('aria-label', t('label.field.addWithin', { name: object }));
    made.dataset.control = 'add';
    made.dataset.owner = String(parent);
    made.classList.add('sea-add');
    return made;
  }
}

function nameAt(fields: readonly SchemaNode[], index: number): string {
  const field = fields[index];
  return field === undefined ? '' : nameOf(field);
}
