/** How far a group has read that is gone with its reader: nothing is kept for it but what it has not taken yet. */

import type { Entry } from '../log';
import type { Link } from './link';
import type { StreamLog } from './stream-log';
import { insertEntry, Share, takeEntries, takeLinks } from './taking';

export class PassingPosition {
  readonly log: StreamLog;
  #next: Link;
  #back: Entry[] = [];

  constructor(log: StreamLog) {
    this.log = log;
    this.#next = log.tail;
    this.#next.passing += 1;
  }

  /** The log was trimmed beyond it. */
  get isOvertaken(): boolean {
    return this.log.isGone(this.#next);
  }

  /** Nothing for what there is not; to be called while it is not overtaken. */
  take(maxSize: number): Share {
    const share = new Share();
    const size = takeEntries(this.#back, maxSize, share.entries);
    const start = this.#next;
    this.#next = takeLinks(start, maxSize - size, share.entries);
    if (this.#next !== start) {
      start.passing -= 1;
      this.#next.passing += 1;
      if (start === this.log.head) this.log.release();
    }
    return share;
  }

  /** What it has taken is its reader's alone. */
  done(): void {}

  giveBack(entry: Entry): void {
    insertEntry(this.#back, entry);
  }

  leave(): void {
    this.#next.passing -= 1;
    this.log.release();
  }
}
