/**
 * A passing group as this process reads it: from the logs in its memory while it is here alone, from a consumer in NATS
 * when it is read in another process too. It goes from one to the other in the middle of its work, and whoever reads it
 * notices nothing.
 */

import type { Cursor, CursorEnd, Entry, Taken } from '../../log';
import { Share } from '../../memory/taking';
import type { DurableCursor } from './durable-cursor';
import type { Tail } from './jail-readers';

/** What it had of the log when it was alone. */
export interface Progress {
  /** The first entry that is not done. */
  readonly from: number;
  /** From there on, what was handed out here: not done, and done. */
  readonly undone: readonly number[];
  readonly done: readonly number[];
}

export class PassingCursor implements Cursor {
  #tail: Tail | undefined;
  #shared: DurableCursor | undefined;
  readonly #left: () => Promise<void>;
  /** Of the tail: what it has handed out. */
  readonly #undone = new Set<number>();
  readonly #back = new Map<number, Entry>();
  readonly #done = new Set<number>();
  #next: number;
  #end: CursorEnd | undefined;
  /** While it goes from one to the other. */
  #moving: Promise<void> | undefined;
  #isTaking = false;
  #leaving: Promise<void> | undefined;

  /** @param left called once, when it has ended: nobody here serves the group any more. */
  constructor(source: Tail | DurableCursor, left: () => Promise<void>) {
    this.#left = left;
    if ('cursor' in source) this.#tail = source;
    else this.#shared = source;
    this.#next = 'cursor' in source ? source.from : 0;
  }

  get shared(): DurableCursor | undefined {
    return this.#shared;
  }

  async take(maxBytes: number): Promise<Taken> {
    if (this.#isTaking) throw new TypeError('One take at a time.');
    this.#isTaking = true;
    try {
      return await this.#take(maxBytes);
    } finally {
      this.#isTaking = false;
    }
  }

  done(number: number): void {
    if (this.#shared !== undefined) {
      this.#shared.done(number);
      return;
    }
    if (!this.#undone.delete(number)) return;
    this.#back.delete(number);
    if (this.#undone.size > 0 || this.#moving !== undefined) this.#done.add(number);
    else this.#done.clear();
  }

  giveBack(entry: Entry): void {
    if (this.#shared !== undefined) {
      this.#shared.giveBack(entry);
      return;
    }
    if (!this.#undone.has(entry.number)) return;
    if (entry.texts.length === 0) {
      this.done(entry.number);
      return;
    }
    this.#back.set(entry.number, entry);
    this.#tail?.cursor.giveBack(entry);
  }

  leave(): Promise<void> {
    return this.end('left');
  }

  end(why: CursorEnd): Promise<void> {
    this.#end ??= why;
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  /**
   * Goes over to a consumer in NATS, which others may read too.
   *
   * @param open makes a cursor on it, given where it is to begin and what of that has been handed out here already;
   * resolves when NATS knows what is under way here.
   */
  move(open: (progress: Progress) => Promise<DurableCursor>): Promise<void> {
    this.#moving ??= this.#move(open).finally(() => {
      this.#moving = undefined;
    });
    return this.#moving;
  }

  async #move(open: (progress: Progress) => Promise<DurableCursor>): Promise<void> {
    if (this.#shared !== undefined || this.#end !== undefined) return;
    const undone = [...this.#undone];
    const from = Math.min(this.#next, ...undone);
    const shared = await open({ from, undone, done: [...this.#done].filter((number) => number > from) });
    // What was done meanwhile.
    for (const number of this.#done) shared.done(number);
    for (const entry of this.#back.values()) shared.giveBack(entry);
    this.#shared = shared;
    this.#tail?.close();
    this.#tail = undefined;
    this.#undone.clear();
    this.#back.clear();
    this.#done.clear();
  }

  async #take(maxBytes: number): Promise<Taken> {
    for (;;) {
      if (this.#end !== undefined) return { end: this.#end };
      const { cursor, from = 0 } = this.#tail ?? {};
      const source = this.#shared ?? cursor;
      if (source === undefined) return { end: 'left' };
      const taken = await source.take(maxBytes);
      if (source === this.#shared) {
        return 'end' in taken && this.#end !== undefined ? { end: this.#end } : taken;
      }
      // What comes while it moves is left to the other, unless it stays here after all.
      if (this.#moving !== undefined) await this.#moving.catch(() => {});
      if (this.#tail?.cursor !== source) continue;
      if ('end' in taken) {
        if (this.#end === undefined) void this.end(taken.end);
        return { end: this.#end ?? taken.end };
      }
      const entries = taken.entries.filter(({ number }) => number >= from);
      for (const { number } of entries) {
        this.#back.delete(number);
        this.#undone.add(number);
        this.#next = Math.max(this.#next, number + 1);
      }
      if (entries.length > 0) return new Share(entries);
    }
  }

  async #leave(): Promise<void> {
    if (this.#moving !== undefined) await this.#moving.catch(() => {});
    this.#tail?.close();
    this.#tail = undefined;
    if (this.#end === 'closed') await this.#shared?.close();
    else if (this.#end === 'forgotten') this.#shared?.forget();
    else await this.#shared?.leave();
    await this.#left();
  }
}
