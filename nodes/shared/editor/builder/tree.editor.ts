/** What is built, as a tree of rows that are found by their ids. Each change gives another; what was not touched stays the same. */

import type { Direction } from './direction.editor';

export interface Identified {
  readonly id: number;
}

export interface Model<Parent> {
  readonly root: Parent;
}

/** Where a row stands. */
export interface Place<Row, Parent> {
  readonly parent: Parent;
  /** All that is in it. */
  readonly list: readonly Row[];
  readonly index: number;
}

export interface TreeKind<Row, Parent> {
  /** None where nothing can be in it. */
  listIn(row: Row): readonly Row[] | undefined;
  /** The same with other rows in it. */
  filled(parent: Parent, list: readonly Row[]): Parent;
}

export class Tree<Row extends Identified, Parent extends Row> {
  readonly #kind: TreeKind<Row, Parent>;

  constructor(kind: TreeKind<Row, Parent>) {
    this.#kind = kind;
  }

  find({ root }: Model<Parent>, id: number): Row | undefined {
    const find = (row: Row): Row | undefined => (row.id === id ? row : first(this.#kind.listIn(row), find));
    return find(root);
  }

  /** None for the root. */
  placeOf({ root }: Model<Parent>, id: number): Place<Row, Parent> | undefined {
    const find = (row: Row): Place<Row, Parent> | undefined => {
      const list = this.#kind.listIn(row);
      const index = list?.findIndex((each) => each.id === id) ?? -1;
      // What has a list is a parent.
      return list && index >= 0 ? { parent: row as Parent, list, index } : first(list, find);
    };
    return find(root);
  }

  change<Changed extends Model<Parent>>(model: Changed, id: number, edit: (row: Row) => Row): Changed {
    const visit = (row: Row): Row => {
      if (row.id === id) return edit(row);
      const list = this.#kind.listIn(row);
      const changed = list?.map(visit);
      if (!changed?.some((each, index) => each !== list?.[index])) return row;
      return this.#kind.filled(row as Parent, changed);
    };
    return { ...model, root: visit(model.root) as Parent };
  }

  /** Puts another list into one that has or may have one. */
  refill<Changed extends Model<Parent>>(
    model: Changed,
    parent: number,
    edit: (list: readonly Row[]) => readonly Row[],
  ): Changed {
    return this.change(model, parent, (row) => {
      return this.#kind.filled(row as Parent, edit(this.#kind.listIn(row) ?? []));
    });
  }

  insert<Changed extends Model<Parent>>(model: Changed, parent: number, index: number, row: Row): Changed {
    return this.refill(model, parent, (list) => list.toSpliced(index, 0, row));
  }

  remove<Changed extends Model<Parent>>(model: Changed, id: number): Changed {
    const place = this.placeOf(model, id);
    if (place === undefined) return model;
    return this.refill(model, place.parent.id, (list) => list.filter((row) => row.id !== id));
  }

  /**
   * Moves a row with all that is in it.
   *
   * @param index where it then stands in the list of `parent`; the same model when that lies within the row itself.
   */
  move<Changed extends Model<Parent>>(model: Changed, id: number, parent: number, index: number): Changed {
    const row = this.find(model, id);
    const without = this.remove(model, id);
    const target = this.find(without, parent);
    if (row === undefined || without === model || target === undefined) return model;
    return this.#kind.listIn(target) === undefined ? model : this.insert(without, parent, index, row);
  }

  /**
   * Moves a row by one step: `in` makes it the last in the one above it, `out` puts it behind the one it is in. The same
   * model when there is nowhere to go.
   */
  shift<Changed extends Model<Parent>>(model: Changed, id: number, direction: Direction): Changed {
    const place = this.placeOf(model, id);
    if (place === undefined) return model;
    const { parent, list, index } = place;
    if (direction === 'out') {
      const outer = this.placeOf(model, parent.id);
      return outer === undefined ? model : this.move(model, id, outer.parent.id, outer.index + 1);
    }
    if (direction === 'in') {
      const above = list[index - 1];
      if (above === undefined) return model;
      return this.move(model, id, above.id, this.#kind.listIn(above)?.length ?? 0);
    }
    const next = index + (direction === 'up' ? -1 : 1);
    return list[next] === undefined ? model : this.move(model, id, parent.id, next);
  }
}

/** What the first of a list gives that gives something. */
function first<Item, Found>(
  list: readonly Item[] | undefined,
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of list ?? []) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
