/** A group that is remembered without a reader: its place in the stream's log, and before it what an earlier release kept. */

import type { Entry } from '../log';
import type { LastingPlace } from './lasting-place';
import type { CursorSource, MemoryCursor } from './memory-cursor';

export class LastingGroup implements CursorSource {
  readonly stream: string;
  readonly name: string;
  readonly place: LastingPlace;
  /** In a log of its own; undefined when all of that is done. */
  prior: LastingPlace | undefined;
  /** Who reads it now. */
  reader: MemoryCursor | undefined;
  /** Since when nobody does, on the clock of its engine. */
  since: number;

  constructor(stream: string, name: string, place: LastingPlace, since: number) {
    this.stream = stream;
    this.name = name;
    this.place = place;
    this.since = since;
  }

  get isOvertaken(): boolean {
    return false;
  }

  get #places(): LastingPlace[] {
    return this.prior === undefined ? [this.place] : [this.prior, this.place];
  }

  /** Messages before it, without a reader. */
  get retained(): number {
    let retained = 0;
    for (const place of this.#places) retained += place.retained;
    return retained;
  }

  occupy(reader: MemoryCursor): void {
    this.reader = reader;
    for (const place of this.#places) place.occupy();
  }

  vacate(since: number): void {
    this.reader = undefined;
    this.since = since;
    for (const place of this.#places) place.vacate();
  }

  remove(): void {
    for (const place of this.#places) place.remove();
  }

  take(maxSize: number): { entries: Entry[]; missed: number } {
    const { prior, place } = this;
    if (prior !== undefined) {
      const taken = prior.take(maxSize);
      if (taken.entries.length > 0) return taken;
    }
    return place.take(maxSize);
  }

  done(number: number): void {
    const { prior, place } = this;
    if (prior?.done(number)) {
      if (!prior.isDone) return;
      prior.remove();
      this.prior = undefined;
    } else {
      place.done(number);
    }
  }

  giveBack(entry: Entry): void {
    if (!this.prior?.giveBack(entry)) this.place.giveBack(entry);
  }
}
