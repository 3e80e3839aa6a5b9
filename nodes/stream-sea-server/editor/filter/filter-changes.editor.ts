/** What can be done to a filter that is being built. Each gives another model; what was not touched stays the same. */

import type { Direction } from '../../../shared/editor/builder/direction.editor';
import {
  type FilterModel,
  type Group,
  type Json,
  NO_PATH,
  type Part,
  ROOT_ID,
  type Row,
} from './filter-model.editor';

/** Where a part stands. */
export interface Place {
  readonly parent: Group;
  readonly index: number;
}

export type NewPart = 'row' | 'stream' | 'group';

export function partOf({ root }: FilterModel, id: number): Part | undefined {
  const find = (part: Part): Part | undefined => {
    if (part.id === id) return part;
    if (part.kind !== 'group') return undefined;
    for (const each of part.parts) {
      const found = find(each);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(root);
}

export function groupIn(model: FilterModel, id: number): Group | undefined {
  const found = partOf(model, id);
  return found?.kind === 'group' ? found : undefined;
}

/** None for the root. */
export function placeOf({ root }: FilterModel, id: number): Place | undefined {
  const find = (parent: Group): Place | undefined => {
    const index = parent.parts.findIndex((part) => part.id === id);
    if (index >= 0) return { parent, index };
    for (const part of parent.parts) {
      const found = part.kind === 'group' ? find(part) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(root);
}

export function setMode(model: FilterModel, id: number, mode: Group['mode']): FilterModel {
  return change(model, id, (part) => (part.kind === 'group' ? { ...part, mode } : part));
}

export function setRow(model: FilterModel, id: number, edit: Partial<Omit<Row, 'kind' | 'id'>>): FilterModel {
  return change(model, id, (part) => (part.kind === 'row' ? { ...part, ...edit } : part));
}

export function setJson(model: FilterModel, id: number, text: string): FilterModel {
  return change(
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
  const changed = changeParts(model, parent, (parts) => inserted(parts, index, part));
  return { model: { root: changed.root, nextId: id + (kind === 'group' ? 2 : 1) }, id };
}

export function removePart(model: FilterModel, id: number): FilterModel {
  const place = placeOf(model, id);
  if (place === undefined) return model;
  const changed = changeParts(model, place.parent.id, (parts) => parts.filter((part) => part.id !== id));
  // With nothing left in it, it is no filter, rather than one that lets through nothing, or everything.
  const { root, nextId } = changed;
  return root.parts.length === 0 ? { root: { ...root, mode: 'all', loose: true }, nextId } : changed;
}

/**
 * Moves a part with all that is in it.
 *
 * @param index where it then stands in the group; the same model when that lies within the part itself.
 */
export function movePart(model: FilterModel, id: number, parent: number, index: number): FilterModel {
  const part = partOf(model, id);
  const place = placeOf(model, id);
  if (part === undefined || place === undefined) return model;
  const without = changeParts(model, place.parent.id, (parts) => parts.filter((each) => each.id !== id));
  if (groupIn(without, parent) === undefined) return model;
  return changeParts(without, parent, (parts) => inserted(parts, index, part));
}

/**
 * Moves a part by one step: `in` makes it the last of the group above it, `out` puts it behind the group it is in. The
 * same model when there is nowhere to go.
 */
export function shiftPart(model: FilterModel, id: number, direction: Direction): FilterModel {
  const place = placeOf(model, id);
  if (place === undefined) return model;
  const { parent, index } = place;
  switch (direction) {
    case 'up':
      return index === 0 ? model : movePart(model, id, parent.id, index - 1);
    case 'down':
      return index === parent.parts.length - 1 ? model : movePart(model, id, parent.id, index + 1);
    case 'in': {
      const above = parent.parts[index - 1];
      return above?.kind === 'group' ? movePart(model, id, above.id, above.parts.length) : model;
    }
    case 'out': {
      const outer = parent.id === ROOT_ID ? undefined : placeOf(model, parent.id);
      return outer === undefined ? model : movePart(model, id, outer.parent.id, outer.index + 1);
    }
  }
}

function inserted(parts: readonly Part[], index: number, part: Part): readonly Part[] {
  return [...parts.slice(0, index), part, ...parts.slice(index)];
}

function changeParts(
  model: FilterModel,
  group: number,
  edit: (parts: readonly Part[]) => readonly Part[],
): FilterModel {
  return change(model, group, (part) =>
    part.kind === 'group' ? { ...part, parts: edit(part.parts) } : part,
  );
}

function change(model: FilterModel, id: number, edit: (part: Part) => Part): FilterModel {
  const visit = (part: Part): Part => {
    if (part.id === id) return edit(part);
    if (part.kind !== 'group') return part;
    const parts = part.parts.map(visit);
    return parts.some((each, index) => each !== part.parts[index]) ? { ...part, parts } : part;
  };
  const root = visit(model.root);
  return root.kind === 'group' ? { ...model, root } : model;
}
