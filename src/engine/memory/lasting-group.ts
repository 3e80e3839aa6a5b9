/** A group that is remembered without a reader: its place in the stream's log, and before it what an earlier release kept. */

import type { Entry } from '../log';
import type { LastingPosition } from './lasting-position';
import type { CursorSource, MemoryCursor } from './memory-cursor';
import type { Share } from './taking';

export class LastingGroup implements CursorSource {
  readonly stream: string;
  readonly name: string;
  readonly position: LastingPosition;
  /** In a log of its own; undefined when all of that is done. */
  prior: LastingPosition | undefined;
  /** Who reads it now. */
  reader: MemoryCursor | undefined;
  /** Since when nobody does, on the clock of its engine. */
  since: number;

  constructor(stream: string, name: string, position: LastingPosition, since: number) {
    this.stream = stream;
    this.name = name;
    this.position = position;
    this.since = since;
  }

  get isOvertaken(): boolean {
    return false;
  }

  get #positions(): LastingPosition[] {
    return this.prior === undefined ? [this.position] : [this.prior, this.position];
  }

  /** Messages before it, without a reader. */
  get retained(): number {
    let retained = 0;
    for (const position of this.#positions) retained += position.retained;
    return retained;
  }

  occupy(reader: MemoryCursor): void {
    this.reader = reader;
    for (const position of this.#positions) position.occupy();
  }

  vacate(since: number): void {
    this.reader = undefined;
    this.since = since;
    for (const position of this.#positions) position.vacate();
  }

  remove(): void {
    for (const position of this.#positions) position.remove();
  }

  take(maxSize: number): Share {
    const { prior, position } = this;
    if (prior !== undefined) {
      const taken = prior.take(maxSize);
      if (taken.entries.length > 0) return taken;
    }
    return position.take(maxSize);
  }

  done(number: number): void {
    const { prior, position } = this;
    if (prior?.done(number)) {
      if (!prior.isDone) return;
      prior.remove();
      this.prior = undefined;
    } else {
      position.done(number);
    }
  }

  giveBack(entry: Entry): void {
    if (!this.prior?.giveBack(entry)) this.position.giveBack(entry);
  }
}
