/**
 * One stream's log: a chain of entries. Places in it are links of the chain, and each link knows how many places are
 * at it, so that an append costs the same with one group as with ten thousand, and what nobody needs any more is let
 * go without asking anybody.
 */

import type { Entry, LogStats } from '../log';
import { Link } from './link';

/** What is counted of all logs of an engine. */
export type Tally = { -readonly [Name in keyof LogStats]: LogStats[Name] };

export interface StreamLogParts {
  readonly tally: Tally;
  /** Messages that one lasting place without a reader may have before it. */
  readonly retainedMessages: number;
  /** Bytes that it may keep for passing places alone. */
  readonly passingBytes: number;
  /** Called with what its weight has changed by. */
  readonly weighed: (log: StreamLog, change: number) => void;
  /** Called for each entry that the disk has, once nobody needs it any more. */
  readonly released?: ((entry: Entry) => void) | undefined;
}

/** What an entry takes up beyond its letters: without these, a bound in bytes would not bound tiny messages. */
const ENTRY_OVERHEAD = 192;
const TEXT_OVERHEAD = 32;

export class StreamLog {
  readonly #parts: StreamLogParts;
  #head: Link = new Link(0);
  #tail: Link = this.#head;
  /** Places without a reader are not before it: the bound of messages. */
  #edge: Link = this.#head;
  #weight = 0;
  #vacant = 0;
  #lastNumber: number;

  /** @param lastNumber entries of lower numbers, and of this one, are of an earlier log, or of nobody's. */
  constructor(parts: StreamLogParts, lastNumber: number) {
    this.#parts = parts;
    this.#lastNumber = lastNumber;
  }

  /** Of the latest entry. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** The oldest that is kept. */
  get head(): Link {
    return this.#head;
  }

  /** Where the next entry comes. */
  get tail(): Link {
    return this.#tail;
  }

  get isEmpty(): boolean {
    return this.#head === this.#tail;
  }

  /** Bytes that it takes up, roughly. */
  get weight(): number {
    return this.#weight;
  }

  append(entry: Entry, isWritten: boolean): void {
    const link = this.#tail;
    const { length } = entry.texts;
    this.#lastNumber = entry.number;
    link.entry = entry;
    link.isWritten = isWritten;
    // Characters: to count bytes would cost more than all the rest of an append.
    for (const text of entry.texts) link.size += text.length;
    this.#tail = link.next = new Link(link.before + length);
    this.#parts.tally.retained += length * this.#vacant;
    this.#weigh(weightOf(link));
    this.#moveEdge();
    this.#overtake();
  }

  /** Lets go of what nobody needs. */
  release(): void {
    for (let link = this.#head; link !== this.#tail; link = this.#head) {
      if (link.lasting + link.passing + link.held > 0) return;
      this.#shift(link);
    }
  }

  /** The oldest entry gives way, whoever may still need it. */
  trim(): void {
    const link = this.#head;
    const { next, entry } = link;
    if (next === undefined || entry === undefined) return;
    const { tally } = this.#parts;
    tally.dropped += entry.texts.length * link.lasting - link.skipped;
    tally.retained -= entry.texts.length * link.vacant - link.skipped;
    next.lasting += link.lasting;
    next.vacant += link.vacant;
    this.#shift(link);
    this.release();
  }

  /** A place that is no longer read from: it is at the link from now on, or further if that is beyond a bound. */
  vacate(link: Link, skipped: number): void {
    link.vacant += 1;
    this.#vacant += 1;
    this.#parts.tally.retained += this.#tail.before - link.before - skipped;
  }

  occupy(link: Link, skipped: number): void {
    link.vacant -= 1;
    this.#vacant -= 1;
    this.#parts.tally.retained -= this.#tail.before - link.before - skipped;
  }

  /** Where a place without a reader is that was once at this link. */
  vacantAt(link: Link): Link {
    return link.before < this.#edge.before ? this.#edge : link;
  }

  /** Where a place with a reader is that was once at this link. */
  at(link: Link): Link {
    return link.before < this.#head.before ? this.#head : link;
  }

  isGone(link: Link): boolean {
    return link.before < this.#head.before;
  }

  missed(messages: number): void {
    this.#parts.tally.dropped += messages;
  }

  #moveEdge(): void {
    const { tally, retainedMessages } = this.#parts;
    // The newest entry stays, however many messages it has: a group that gets nothing of it is worse off.
    while (this.#tail.before - this.#edge.before > retainedMessages && this.#edge.next !== this.#tail) {
      const { entry, next, vacant, skipped } = this.#edge;
      if (entry === undefined || next === undefined) return;
      if (vacant > 0) {
        const messages = entry.texts.length * vacant - skipped;
        tally.dropped += messages;
        tally.retained -= messages;
        this.#edge.lasting -= vacant;
        this.#edge.vacant = 0;
        this.#edge.skipped = 0;
        next.lasting += vacant;
        next.vacant += vacant;
      }
      this.#edge = next;
    }
    this.release();
  }

  /** A thousand who read nothing, and may not come back, are not to cost what is kept for those who will. */
  #overtake(): void {
    while (this.#weight > this.#parts.passingBytes && this.#head.next !== this.#tail) {
      if (this.#head.lasting + this.#head.held > 0) return;
      this.trim();
    }
  }

  #shift(link: Link): void {
    if (link.next === undefined || link.entry === undefined) return;
    this.#head = link.next;
    if (this.#edge === link) this.#edge = link.next;
    link.next = undefined;
    this.#weigh(-weightOf(link));
    if (link.isWritten) this.#parts.released?.(link.entry);
  }

  #weigh(change: number): void {
    this.#weight += change;
    this.#parts.weighed(this, change);
  }
}

function weightOf({ size, entry }: Link): number {
  return size + ENTRY_OVERHEAD + (entry === undefined ? 0 : entry.texts.length * TEXT_OVERHEAD);
}
