/**
 * How far a group has read in a log that remembers it. With a reader, it knows what was taken and is not done; without
 * one, it is at the oldest entry that is not, and knows what of the later ones is.
 */

import type { Entry } from '../log';
import type { Link } from './link';
import type { StreamLog } from './stream-log';
import { insertEntry, Share, takeEntries, takeLinks } from './taking';

/** An entry of which all, or some, is done. */
interface Skip {
  readonly link: Link;
  /** Messages that are done. */
  readonly messages: number;
  /** With what is left of it. */
  readonly rest: Entry | undefined;
}

export class LastingPosition {
  readonly log: StreamLog;
  /** All from here on is still to be taken. */
  #next: Link;
  /** With a reader: taken, and neither done nor given back, or given back. */
  readonly #undone = new Map<number, Link>();
  /** Given back: each is undone, too. */
  #back: Entry[] = [];
  /** With a reader: not after the oldest that is undone. */
  #oldest: Link;
  /** Without a reader: done, though it comes after what is not. */
  #skips: Skip[] = [];
  /** Without a reader: messages of these. */
  #skipped = 0;
  #missed = 0;
  #isRead = false;

  /** At the log's end; it has no reader yet. */
  constructor(log: StreamLog, missed = 0) {
    const link = log.tail;
    this.log = log;
    this.#next = link;
    this.#oldest = link;
    this.#missed = missed;
    link.lasting += 1;
    log.vacate(link, 0);
  }

  /** Nothing is before it, and nothing under way. */
  get isDone(): boolean {
    return this.#undone.size === 0 && this.#next === this.log.tail;
  }

  /** Messages before it, without a reader. */
  get retained(): number {
    this.#settle();
    return this.log.tail.before - this.#next.before - this.#skipped;
  }

  /** Messages trimmed before it had them, and not told yet. */
  get missed(): number {
    this.#settle();
    return this.#missed;
  }

  /** Of the oldest entry that is not done, or where the next one comes. */
  get oldest(): Link {
    this.#settle();
    if (!this.#isRead) return this.#next;
    let link = this.log.at(this.#oldest);
    while (link !== this.#next && link.next !== undefined && !this.#undone.has(link.entry?.number ?? 0)) {
      link = link.next;
    }
    this.#oldest = link;
    return link;
  }

  /** There is a reader now. */
  occupy(): void {
    this.#settle();
    const start = this.#next;
    this.log.occupy(start, this.#skipped);
    this.#isRead = true;
    const skips = new Map(this.#skips.map((skip) => [skip.link, skip]));
    this.#skips = [];
    this.#skipped = 0;
    let link = start;
    for (let left = skips.size; left > 0 && link.entry !== undefined && link.next !== undefined; ) {
      const skip = skips.get(link);
      if (skip !== undefined) {
        left -= 1;
        link.skipped -= skip.messages;
      }
      const rest = skip === undefined ? link.entry : skip.rest;
      if (rest !== undefined) {
        this.#undone.set(rest.number, link);
        this.#back.push(rest);
        link.held += 1;
      }
      link = link.next;
    }
    this.#moveTo(link);
    this.log.release();
  }

  /** Its reader has left. */
  vacate(): void {
    this.#settle();
    this.#isRead = false;
    const { log } = this;
    const rests = new Map(this.#back.map((entry) => [entry.number, entry]));
    let start = this.#next;
    for (const [number, link] of this.#undone) {
      link.held -= 1;
      if (log.vacantAt(link) !== link) {
        const messages = rests.get(number)?.texts.length ?? link.entry?.texts.length ?? 0;
        this.#missed += messages;
        log.missed(messages);
      } else if (link.before < start.before) {
        start = link;
      }
    }
    const edge = log.vacantAt(start);
    if (edge !== start) {
      // None that is undone lies between, or it would have been the start.
      this.#missed += edge.before - start.before;
      log.missed(edge.before - start.before);
      start = edge;
    }
    for (let link = start; link !== this.#next && link.entry && link.next; link = link.next) {
      if (link.before >= this.#next.before) break;
      const { number, texts } = link.entry;
      const rest = this.#undone.has(number) ? (rests.get(number) ?? link.entry) : undefined;
      const messages = texts.length - (rest?.texts.length ?? 0);
      if (messages > 0) {
        this.#skips.push({ link, messages, rest });
        this.#skipped += messages;
        link.skipped += messages;
      }
    }
    this.#undone.clear();
    this.#back = [];
    this.#moveTo(start);
    log.vacate(start, this.#skipped);
    log.release();
  }

  /** Nothing for what there is not. What was missed is told with it. */
  take(maxSize: number): Share {
    this.#settle();
    const share = new Share();
    const { entries } = share;
    const size = takeEntries(this.#back, maxSize, entries);
    const taken = entries.length;
    const next = takeLinks(this.#next, maxSize - size, entries);
    let link = this.#next;
    for (let at = taken; at < entries.length && link.next !== undefined; at += 1) {
      this.#undone.set(link.entry?.number ?? 0, link);
      link.held += 1;
      link = link.next;
    }
    this.#moveTo(next);
    if (entries.length === 0) return share;
    share.missed = this.#missed;
    this.#missed = 0;
    return share;
  }

  /** @returns false when it has not been taken. */
  done(number: number): boolean {
    const link = this.#undone.get(number);
    if (link === undefined) return false;
    this.#undone.delete(number);
    link.held -= 1;
    if (link === this.log.head) this.log.release();
    return true;
  }

  giveBack(entry: Entry): boolean {
    if (!this.#undone.has(entry.number)) return false;
    insertEntry(this.#back, entry);
    return true;
  }

  /** The log need not keep anything for it any more. */
  remove(): void {
    this.#settle();
    if (!this.#isRead) {
      for (const { link, messages } of this.#skips) link.skipped -= messages;
      this.log.occupy(this.#next, this.#skipped);
      this.#skips = [];
      this.#skipped = 0;
    }
    for (const link of this.#undone.values()) link.held -= 1;
    this.#undone.clear();
    this.#back = [];
    this.#next.lasting -= 1;
    this.log.release();
  }

  #moveTo(link: Link): void {
    if (link === this.#next) return;
    this.#next.lasting -= 1;
    link.lasting += 1;
    this.#next = link;
  }

  /** The log may have been trimmed beyond it, and its link left it to one that is still there. */
  #settle(): void {
    const link = this.#isRead ? this.log.at(this.#next) : this.log.vacantAt(this.#next);
    if (link === this.#next) return;
    let missed = link.before - this.#next.before;
    this.#skips = this.#skips.filter((skip) => {
      if (skip.link.before >= link.before) return true;
      missed -= skip.messages;
      this.#skipped -= skip.messages;
      return false;
    });
    this.#missed += missed;
    this.#next = link;
  }
}
