/**
 * A definition while it is being built: the JSON as it came, as a tree whose fields can be named by an id that
 * survives renames and moves. Nothing in the JSON is lost, be it a key we do not know, or a mistake not yet mended.
 */

import { isRecord, isStrings } from '../../../../src/protocol/json';
import type { Version } from '../../../../src/protocol/schema/versions';
import type { Direction } from '../../../shared/editor/builder/direction.editor';
import { type Place, Tree } from '../../../shared/editor/builder/tree.editor';

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
        throw new UnreadableError(pathTo(place, key));
      }
    }
    if (!isRoot && json.type === 'enum' && json.enum != null && !isStrings(json.enum)) {
      throw new UnreadableError(pathTo(place, 'enum'));
    }
    if (json.fields == null || !(isRoot || isNestedType(json.type))) {
      return { id, json, fields: undefined, shelf: {} };
    }
    const list = json.fields;
    if (!Array.isArray(list)) throw new UnreadableError(pathTo(place, 'fields'));
    const fields = list.map((field: unknown, index) =>
      read(field, `${pathTo(place, 'fields')}[${index}]`, false),
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

export const tree = new Tree<SchemaNode, SchemaNode>({
  listIn: ({ json, fields }) => fields ?? (isNestedType(json.type) ? [] : undefined),
  filled: (node, fields) => ({ ...node, json: { ...node.json, fields: undefined }, fields }),
});

export function nodeOf(model: SchemaModel, id: number): SchemaNode | undefined {
  return tree.find(model, id);
}

/** Where a field stands; none for the definition itself. */
export function placeOf(model: SchemaModel, id: number): Place<SchemaNode, SchemaNode> | undefined {
  return tree.placeOf(model, id);
}

export function renameField(model: SchemaModel, id: number, name: string): SchemaModel {
  return tree.change(model, id, (node) => ({ ...node, json: { ...node.json, name } }));
}

/** Gives a field another type, with what belongs to it: values for an enum, fields for an object. */
export function retypeField(model: SchemaModel, id: number, type: string): SchemaModel {
  return tree.change(model, id, (node) => {
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
  return tree.change(model, id, (node) => ({ ...node, json: { ...node.json, enum: values } }));
}

export function setVersion(model: SchemaModel, version: Version): SchemaModel {
  return tree.change(model, ROOT_ID, (node) => ({ ...node, json: { ...node.json, version } }));
}

/** @param name none: the definition says no name, the node or the message does. */
export function setName(model: SchemaModel, name: string | undefined): SchemaModel {
  return tree.change(model, ROOT_ID, (node) => {
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
  const changed = tree.insert(model, parent, index, added);
  return { model: { root: changed.root, nextId }, id: added.id };
}

export function removeField(model: SchemaModel, id: number): SchemaModel {
  return tree.remove(model, id);
}

/** @param index where it then stands in the list of `parent`; the same model when that lies within the field itself. */
export function moveField(model: SchemaModel, id: number, parent: number, index: number): SchemaModel {
  return tree.move(model, id, parent, index);
}

/** Moves a field by one step; the same model when there is nowhere to go. */
export function shiftField(model: SchemaModel, id: number, direction: Direction): SchemaModel {
  return tree.shift(model, id, direction);
}

/** Puts other fields in the place of all there are; the rest of the definition stays. */
export function replaceFields(model: SchemaModel, fields: readonly object[]): SchemaModel {
  const cleared = tree.refill(model, ROOT_ID, () => []);
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

/** The path of what is in a place, as a person would write it; `place` is empty for the whole. */
export function pathTo(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}
