/** One reader's hold on a group: takes what there is, waits for what there is not, and ends with a reason. */

import type { Cursor, CursorEnd, Entry, Taken } from '../log';
import type { Share } from './taking';

/** How far it has read. */
export interface CursorSource {
  /** The log was trimmed beyond it, and it is not one that goes on. */
  readonly isOvertaken: boolean;
  /** Nothing for what there is not. */
  take(maxSize: number): Share;
  done(number: number): void;
  giveBack(entry: Entry): void;
}

export interface MemoryCursorParts {
  readonly source: CursorSource;
  /** Those whose take waits for an append to their log. */
  readonly waiting: Set<MemoryCursor>;
  /** Called once when it has ended by itself: its reader has left, or it was overtaken. */
  readonly left: (cursor: MemoryCursor) => void;
  /** Called when it may be further than before. */
  readonly moved?: (() => void) | undefined;
}

interface Wait {
  readonly maxSize: number;
  readonly resolve: (taken: Taken) => void;
}

export class MemoryCursor implements Cursor {
  readonly #parts: MemoryCursorParts;
  #wait: Wait | undefined;
  #end: CursorEnd | undefined;

  constructor(parts: MemoryCursorParts) {
    this.#parts = parts;
  }

  take(maxSize: number): Promise<Taken> {
    if (this.#wait !== undefined) return Promise.reject(new TypeError('One take at a time.'));
    const taken = this.#take(maxSize);
    if (taken !== undefined) return Promise.resolve(taken);
    return new Promise((resolve) => {
      this.#wait = { maxSize, resolve };
      this.#parts.waiting.add(this);
    });
  }

  done(number: number): void {
    if (this.#end !== undefined) return;
    this.#parts.source.done(number);
    this.#parts.moved?.();
  }

  giveBack(entry: Entry): void {
    if (this.#end !== undefined) return;
    if (entry.texts.length === 0) {
      this.done(entry.number);
      return;
    }
    this.#parts.source.giveBack(entry);
    this.wake();
  }

  async leave(): Promise<void> {
    if (this.#end !== undefined) return;
    this.end('left');
    this.#parts.left(this);
  }

  /** Something may have come. */
  wake(): void {
    const wait = this.#wait;
    if (wait === undefined) return;
    const taken = this.#take(wait.maxSize);
    if (taken !== undefined) this.#answer(wait, taken);
  }

  end(why: CursorEnd): void {
    this.#end ??= why;
    if (this.#wait !== undefined) this.#answer(this.#wait, { end: this.#end });
  }

  #take(maxSize: number): Taken | undefined {
    const { source, left } = this.#parts;
    if (this.#end === undefined && source.isOvertaken) {
      this.#end = 'overtaken';
      left(this);
    }
    if (this.#end !== undefined) return { end: this.#end };
    const share = source.take(maxSize);
    return share.entries.length === 0 ? undefined : share;
  }

  #answer({ resolve }: Wait, taken: Taken): void {
    this.#wait = undefined;
    this.#parts.waiting.delete(this);
    resolve(taken);
  }
}
