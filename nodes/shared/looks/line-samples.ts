/**
 * Values of one field of the messages that come by, thinned for a picture, in bounded space: for each value of a
 * dividing field a line, and on a line the lowest and the highest of each fifth of a second, so that no peak is lost.
 */

import type { ValuesAnswer } from '../wire/api';
import { detached } from './kept-message';
import { LookClock } from './look-clock';

/** What is drawn. A field is named by its path, as `place.temperature`. */
export interface Choice {
  /** Of numbers. */
  readonly field?: string | undefined;
  /** Of texts: one line for each of its values. */
  readonly by?: string | undefined;
}

type Points = ValuesAnswer['lines'][number]['points'];

const MAX_LINES = 8;

/** Milliseconds; with two points each, ten a second on a line. */
const BUCKET = 200;

/** Points on a line that wait for the next question, which comes about once a second. */
const MAX_POINTS = 200;

/** Milliseconds between two messages that are searched for fields. */
const SEARCH = 100;

const MAX_FIELDS = 50;

/** Of a message, those that a search comes by: one of 100,000 fields would hold up everybody. */
const MAX_SEARCHED = 1_000;

const MAX_DEPTH = 4;
const MAX_NAME = 100;

/** Dates are texts on the wire, and no two are the same. */
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

class Line {
  readonly #points: Points = [];
  #from = 0;
  #low: readonly [number, number] | undefined;
  #high: readonly [number, number] | undefined;

  add(at: number, value: number): void {
    if (this.#isOver(at)) this.#close();
    if (this.#low === undefined || this.#high === undefined) {
      this.#from = at;
      this.#low = [at, value];
      this.#high = this.#low;
    } else if (value < this.#low[1]) this.#low = [at, value];
    else if (value > this.#high[1]) this.#high = [at, value];
  }

  /** Those of the time that is over. */
  take(now: number): Points {
    if (this.#isOver(now)) this.#close();
    return this.#points.splice(0);
  }

  #isOver(at: number): boolean {
    return at - this.#from >= BUCKET;
  }

  #close(): void {
    const ends = [this.#low, this.#high].filter((point) => point !== undefined);
    const [a, b] = ends.sort(([one], [other]) => one - other);
    if (a !== undefined) this.#points.push([...a]);
    if (b !== undefined && b !== a) this.#points.push([...b]);
    if (this.#points.length > MAX_POINTS) this.#points.splice(0, this.#points.length - MAX_POINTS);
    this.#low = undefined;
    this.#high = undefined;
  }
}

export class LineSamples {
  readonly #numbers = new Map<string, readonly string[]>();
  readonly #texts = new Map<string, readonly string[]>();
  #lines = new Map<string, Line>();
  #more = false;
  readonly #clock = new LookClock();
  #since = this.#clock.now();
  #nextSearch = 0;
  #searched = 0;
  #choice: Choice = {};
  #field: readonly string[] | undefined;
  #by: readonly string[] | undefined;

  /** Another choice begins anew. */
  choose({ field, by }: Choice): void {
    if (field !== this.#choice.field || by !== this.#choice.by) {
      this.#choice = { field, by };
      this.begin();
    }
    this.#field = field === undefined ? undefined : (this.#numbers.get(field) ?? field.split('.'));
    this.#by = by === undefined ? undefined : (this.#texts.get(by) ?? by.split('.'));
  }

  /** What came before and what comes now are not to be joined: there was a time when nobody listened. */
  begin(): void {
    this.#lines = new Map();
    this.#more = false;
    this.#since = this.#clock.now();
  }

  add(message: unknown): void {
    const now = this.#clock.now();
    if (now >= this.#nextSearch) {
      this.#nextSearch = now + SEARCH;
      this.#searched = 0;
      this.#search(message, [], MAX_DEPTH);
    }
    if (this.#field === undefined) return;
    const value = valueAt(message, this.#field);
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    const name = this.#by === undefined ? '' : nameOf(valueAt(message, this.#by));
    const line = this.#lines.get(name) ?? this.#draw(name);
    line?.add(now, value);
  }

  /** What has come since the last time. */
  take(): ValuesAnswer {
    const now = this.#clock.now();
    const lines = [...this.#lines].map(([name, line]) => ({ name, points: line.take(now) }));
    return {
      at: now,
      since: this.#since,
      numbers: [...this.#numbers.keys()],
      texts: [...this.#texts.keys()],
      lines,
      more: this.#more,
    };
  }

  #draw(name: string): Line | undefined {
    if (this.#lines.size >= MAX_LINES) {
      this.#more = true;
      return undefined;
    }
    const line = new Line();
    this.#lines.set(name, line);
    return line;
  }

  #search(value: unknown, path: readonly string[], depth: number): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0) return;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      if (this.#numbers.size + this.#texts.size >= MAX_FIELDS || this.#searched >= MAX_SEARCHED) return;
      this.#searched += 1;
      if (key.length > MAX_NAME) continue;
      const item: unknown = Reflect.get(value, key);
      const at = [...path, key];
      if (typeof item === 'number') note(this.#numbers, at);
      else if (typeof item === 'string') DATE.test(item) || note(this.#texts, at);
      else this.#search(item, at, depth - 1);
    }
  }
}

function note(known: Map<string, readonly string[]>, path: readonly string[]): void {
  const name = path.join('.');
  if (!known.has(name)) known.set(name, path);
}

function valueAt(message: unknown, path: readonly string[]): unknown {
  let value = message;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function nameOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value.length > MAX_NAME ? detached(value.slice(0, MAX_NAME)) : value;
}
