/** What can be done to a filter that is being built. Each gives another model; what was not touched stays the same. */

import type { Direction } from '../../../shared/editor/builder/direction.editor';
import { type Place, Tree } from '../../../shared/editor/builder/tree.editor';
import { type FilterModel, type Group, type Json, NO_PATH, type Part, type Row } from './filter-model.editor';

export const tree = new Tree<Part, Group>({
  listIn: (part) => (part.kind === 'group' ? part.parts : undefined),
  filled: (group, parts) => ({ ...group, parts }),
});

export type NewPart = 'row' | 'stream' | 'group';

export function groupIn(model: FilterModel, id: number): Group | undefined {
  const found = tree.find(model, id);
  return found?.kind === 'group' ? found : undefined;
}

/** Where a part stands; none for the root. */
export function placeOf(model: FilterModel, id: number): Place<Part, Group> | undefined {
  return tree.placeOf(model, id);
}

export function setMode(model: FilterModel, id: number, mode: Group['mode']): FilterModel {
  return tree.change(model, id, (part) => (part.kind === 'group' ? { ...part, mode } : part));
}

export function setRow(model: FilterModel, id: number, edit: Partial<Omit<Row, 'kind' | 'id'>>): FilterModel {
  return tree.change(model, id, (part) => (part.kind === 'row' ? { ...part, ...edit } : part));
}

export function setJson(model: FilterModel, id: number, text: string): FilterModel {
  return tree.change(
    model,
    id,
    (part): Part => (part.kind === 'json' ? ({ ...part, text } satisfies Json) : part),
  );
}

/** Adds a part before the one at the index, a group with a row to fill in; gives the id of what is to be filled in. */
export function addPart(
  model: FilterModel,
  parent: number,
  index: number,
  kind: NewPart,
): { model: FilterModel; id: number } {
  const id = model.nextId;
  const row = (rowId: number): Row => ({
    ...{ kind: 'row', id: rowId, path: kind === 'stream' ? undefined : NO_PATH },
    ...{ operator: 'is', value: { kind: 'string', text: '' } },
  });
  const part: Part =
    kind === 'group' ? { kind: 'group', id: id + 1, mode: 'any', parts: [row(id)] } : row(id);
  const { root } = tree.insert(model, parent, index, part);
  return { model: { root, nextId: id + (kind === 'group' ? 2 : 1) }, id };
}

export function removePart(model: FilterModel, id: number): FilterModel {
  const changed = tree.remove(model, id);
  // With nothing left in it, it is no filter, rather than one that lets through nothing, or everything.
  const { root, nextId } = changed;
  return root.parts.length === 0 ? { root: { ...root, mode: 'all', loose: true }, nextId } : changed;
}

/** @param index where it then stands in the group; the same model when that lies within the part itself. */
export function movePart(model: FilterModel, id: number, parent: number, index: number): FilterModel {
  return tree.move(model, id, parent, index);
}

/** Moves a part by one step; the same model when there is nowhere to go. */
export function shiftPart(model: FilterModel, id: number, direction: Direction): FilterModel {
  return tree.shift(model, id, direction);
}
