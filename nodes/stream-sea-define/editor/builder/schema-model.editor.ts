/**
 * A definition while it is being built: the JSON as it came, as a tree whose fields can be named by an id that
 * survives renames and moves. Nothing in the JSON is lost, be it a key we do not know, or a mistake not yet mended.
 */

import { isRecord } from '../../../../src/protocol/json';
import type { Version } from '../../../../src/protocol/schema/versions';
import type { Direction } from '../../../shared/editor/builder/direction.editor';

/** The definition itself, or one of its fields. */
export interface SchemaNode {
  readonly id: number;
  /** As in the JSON, but that `fields` only keeps its place here: its value is `fields` below. */
  readonly json: Readonly<Record<string, unknown>>;
  /** None when the JSON has no list of fields where one could be. */
  readonly fields: readonly SchemaNode[] | undefined;
  /** What only a former type had a use for: it comes back with that type, so that a slip of the hand costs nothing. */
  readonly shelf: { readonly enum?: unknown; readonly fields?: readonly SchemaNode[] };
}

export interface SchemaModel {
  readonly root: SchemaNode;
  readonly nextId: number;
}

/** The id of the definition itself; its fields have greater ones. */
export const ROOT_ID = 0;

/** Where a field stands. */
export interface Place {
  readonly parent: SchemaNode;
  readonly index: number;
  /** How many fields its list has. */
  readonly count: number;
}

/** JSON that no builder can show, since something in it is not even a field. */
export class UnreadableError extends Error {}

/** @throws UnreadableError naming the first place that is of another kind than a builder could show. */
export function modelOf(value: unknown): SchemaModel {
  let nextId = ROOT_ID;
  const read = (json: unknown, place: string, isRoot: boolean): SchemaNode => {
    if (!isRecord(json)) throw new UnreadableError(place);
    const id = nextId;
    nextId += 1;
    for (const key of ['name', 'type']) {
      const known = !isRoot || key === 'name';
      if (known && json[key] != null && typeof json[key] !== 'string') {
        throw new UnreadableError(join(place, key));
      }
    }
    if (!isRoot && json.type === 'enum' && json.enum != null && !isStrings(json.enum)) {
      throw new UnreadableError(join(place, 'enum'));
    }
    if (json.fields == null || !(isRoot || isNestedType(json.type))) {
      return { id, json, fields: undefined, shelf: {} };
    }
    const list = json.fields;
    if (!Array.isArray(list)) throw new UnreadableError(join(place, 'fields'));
    const fields = list.map((field: unknown, index) =>
      read(field, `${join(place, 'fields')}[${index}]`, false),
    );
    return { id, json: { ...json, fields: undefined }, fields, shelf: {} };
  };
  const root = read(value, '', true);
  return { root, nextId };
}

/** The definition as JSON, with all that {@link modelOf} was given and what was changed since. */
export function jsonOf({ json, fields }: SchemaNode): Record<string, unknown> {
  return fields === undefined ? { ...json } : { ...json, fields: fields.map(jsonOf) };
}

export function textOf(model: SchemaModel): string {
  return JSON.stringify(jsonOf(model.root), undefined, 2);
}

export function emptyModel(): SchemaModel {
  return modelOf({ version: 1, fields: [] });
}

export function nameOf(node: SchemaNode): string {
  return typeof node.json.name === 'string' ? node.json.name : '';
}

export function typeOf(node: SchemaNode): string {
  return typeof node.json.type === 'string' ? node.json.type : '';
}

export function valuesOf(node: SchemaNode): readonly string[] {
  return isStrings(node.json.enum) ? node.json.enum : [];
}

export function isNestedType(type: unknown): boolean {
  return type === 'object' || type === 'array<object>';
}

export function nodeOf(model: SchemaModel, id: number): SchemaNode | undefined {
  const find = (node: SchemaNode): SchemaNode | undefined => {
    if (node.id === id) return node;
    for (const field of node.fields ?? []) {
      const found = find(field);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(model.root);
}

export function placeOf(model: SchemaModel, id: number): Place | undefined {
  const find = (parent: SchemaNode): Place | undefined => {
    const fields = parent.fields ?? [];
    const index = fields.findIndex((field) => field.id === id);
    if (index >= 0) return { parent, index, count: fields.length };
    for (const field of fields) {
      const found = find(field);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(model.root);
}

export function renameField(model: SchemaModel, id: number, name: string): SchemaModel {
  return change(model, id, (node) => ({ ...node, json: { ...node.json, name } }));
}

/** Gives a field another type, with what belongs to it: values for an enum, fields for an object. */
export function retypeField(model: SchemaModel, id: number, type: string): SchemaModel {
  return change(model, id, (node) => {
    const { enum: values, fields: _place, ...others } = node.json;
    const shelf = {
      enum: values ?? node.shelf.enum,
      fields: node.fields ?? node.shelf.fields ?? [],
    };
    const json = { ...others, type };
    if (type === 'enum') {
      return { ...node, json: { ...json, enum: shelf.enum ?? [] }, fields: undefined, shelf };
    }
    if (isNestedType(type)) {
      return { ...node, json: { ...json, fields: undefined }, fields: shelf.fields, shelf };
    }
    return { ...node, json, fields: undefined, shelf };
  });
}

export function setValues(model: SchemaModel, id: number, values: readonly string[]): SchemaModel {
  return change(model, id, (node) => ({ ...node, json: { ...node.json, enum: values } }));
}

export function setVersion(model: SchemaModel, version: Version): SchemaModel {
  return change(model, ROOT_ID, (node) => ({ ...node, json: { ...node.json, version } }));
}

/** @param name none: the definition says no name, the node or the message does. */
export function setName(model: SchemaModel, name: string | undefined): SchemaModel {
  return change(model, ROOT_ID, (node) => {
    const { name: _old, ...others } = node.json;
    return { ...node, json: name === undefined ? others : { ...node.json, name } };
  });
}

/** Adds a field before the one at the index; gives its id too. */
export function addField(
  model: SchemaModel,
  parent: number,
  index: number,
  field: object = { name: '', type: 'string' },
): { model: SchemaModel; id: number } {
  const { root: added, nextId } = renumber(modelOfField(field), model.nextId);
  const changed = changeFields(model, parent, (fields) => inserted(fields, index, added));
  return { model: { root: changed.root, nextId }, id: added.id };
}

export function removeField(model: SchemaModel, id: number): SchemaModel {
  const place = placeOf(model, id);
  if (place === undefined) return model;
  return changeFields(model, place.parent.id, (fields) => fields.filter((field) => field.id !== id));
}

/**
 * Moves a field with all that is in it.
 *
 * @param index where it then stands in the list of `parent`; the same model when that lies within the field itself.
 */
export function moveField(model: SchemaModel, id: number, parent: number, index: number): SchemaModel {
  const node = nodeOf(model, id);
  if (node === undefined || id === ROOT_ID) return model;
  const without = removeField(model, id);
  if (nodeOf(without, parent) === undefined) return model;
  return changeFields(without, parent, (fields) => inserted(fields, index, node));
}

/**
 * Moves a field by one step: `in` makes it the last field of the object above it, `out` puts it behind the object
 * it is in. The same model when there is nowhere to go.
 */
export function shiftField(model: SchemaModel, id: number, direction: Direction): SchemaModel {
  const place = placeOf(model, id);
  if (place === undefined) return model;
  const { parent, index, count } = place;
  switch (direction) {
    case 'up':
      return index === 0 ? model : moveField(model, id, parent.id, index - 1);
    case 'down':
      return index === count - 1 ? model : moveField(model, id, parent.id, index + 1);
    case 'in': {
      const above = parent.fields?.[index - 1];
      if (above === undefined || !isNestedType(above.json.type)) return model;
      return moveField(model, id, above.id, above.fields?.length ?? 0);
    }
    case 'out': {
      const outer = placeOf(model, parent.id);
      return outer === undefined ? model : moveField(model, id, outer.parent.id, outer.index + 1);
    }
  }
}

/** Puts other fields in the place of all there are; the rest of the definition stays. */
export function replaceFields(model: SchemaModel, fields: readonly object[]): SchemaModel {
  const cleared = changeFields(model, ROOT_ID, () => []);
  return fields.reduce<SchemaModel>(
    (grown, field, index) => addField(grown, ROOT_ID, index, field).model,
    cleared,
  );
}

/** Adds those of the fields whose name is new; the others stay as they are. */
export function addMissingFields(model: SchemaModel, fields: readonly object[]): SchemaModel {
  const known = new Set((model.root.fields ?? []).map(nameOf));
  return fields
    .filter((field) => !('name' in field && typeof field.name === 'string' && known.has(field.name)))
    .reduce<SchemaModel>((grown, field) => {
      return addField(grown, ROOT_ID, grown.root.fields?.length ?? 0, field).model;
    }, model);
}

function inserted(fields: readonly SchemaNode[], index: number, field: SchemaNode): readonly SchemaNode[] {
  return [...fields.slice(0, index), field, ...fields.slice(index)];
}

function modelOfField(field: object): SchemaNode {
  const [node] = modelOf({ fields: [field] }).root.fields ?? [];
  if (node === undefined) throw new UnreadableError('');
  return node;
}

function renumber(node: SchemaNode, firstId: number): SchemaModel {
  let nextId = firstId;
  const visit = (old: SchemaNode): SchemaNode => {
    const id = nextId;
    nextId += 1;
    return { ...old, id, fields: old.fields?.map(visit) };
  };
  const root = visit(node);
  return { root, nextId };
}

function changeFields(
  model: SchemaModel,
  parent: number,
  edit: (fields: readonly SchemaNode[]) => readonly SchemaNode[],
): SchemaModel {
  return change(model, parent, (node) => {
    return { ...node, json: { ...node.json, fields: undefined }, fields: edit(node.fields ?? []) };
  });
}

function change(model: SchemaModel, id: number, edit: (node: SchemaNode) => SchemaNode): SchemaModel {
  const visit = (node: SchemaNode): SchemaNode => {
    if (node.id === id) return edit(node);
    if (node.fields === undefined) return node;
    const fields = node.fields.map(visit);
    return fields.some((field, index) => field !== node.fields?.[index]) ? { ...node, fields } : node;
  };
  return { ...model, root: visit(model.root) };
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function join(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}
