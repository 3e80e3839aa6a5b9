/** Changes that gather while others are written leave together: all who wrote them share one promise. */

import type { StoreError } from '../errors';
import type { Change } from './database';

/** Characters written at once; beyond it LevelDB's copies of a long queue would fill the memory. */
export const MAX_GROUP = 4 * 1_048_576;

/** Changes that are written at once; told of it by whoever writes them. */
export interface Group {
  readonly changes: Change[];
  size: number;
  flush: boolean;
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

export class GroupCommit {
  readonly #groups: Group[] = [];

  /** Resolves when the group that they are in is written. */
  add(changes: readonly Change[], flush: boolean): Promise<void> {
    let size = 0;
    for (const change of changes) size += change.type === 'put' ? change.value.length : 0;
    let group = this.#groups.at(-1);
    if (group === undefined || group.size + size > MAX_GROUP) {
      group = newGroup();
      this.#groups.push(group);
    }
    group.size += size;
    group.flush ||= flush;
    for (const change of changes) group.changes.push(change);
    return group.written;
  }

  /** The oldest, which gets no more changes. */
  shift(): Group | undefined {
    return this.#groups.shift();
  }
}

function newGroup(): Group {
  let resolve: Group['resolve'] = () => {};
  let reject: Group['reject'] = () => {};
  const written = new Promise<void>((...both) => {
    [resolve, reject] = both;
  });
  return { changes: [], size: 0, flush: false, written, resolve, reject };
}
