/**
 * Writes JSON of what most telemetry is, an object of numbers and short texts, and reads each property once. Copied first,
 * and then given to `JSON.stringify`, it took a third longer. What is deeper is: put together piece by piece, a long text
 * fills the memory with the pieces.
 */

import { MAX_BODY_BYTES } from '../constants';
import { type Budget, copyOf, NOT_PLAIN } from './copies';
import { isPlain } from './kinds';

/** What stands in a JSON text as it is. Of longer texts, `JSON.stringify` is quicker to find out. */
const SAFE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const LONGEST = 100;

/** Beyond it, an object is no reading: its fields are not looked at one by one. */
const MAX_FIELDS = 32;

/** Names of fields that are remembered: flows send the same ones over and over. */
const MAX_NAMES = 1_000;

/**
 * What may come before a name: nothing, a value, or a text, whose closing quote is written with what follows it. All that is
 * the same for each message is one piece: a piece more for each field and each quote took an eighth longer.
 */
const LEADS = ['{', ',', '",'] as const;
const ENDS = ['{}', '}', '"}'] as const;
const [NOTHING, VALUE, TEXT] = [0, 1, 2] as const;
type Lead = 0 | 1 | 2;

/** A field's name, behind each of {@link LEADS}. */
type Pieces = readonly [string, string, string];

interface Name {
  readonly key: string;
  readonly ofValue: Pieces;
  /** With the opening quote. */
  readonly ofText: Pieces;
}

const hasOwn = Object.prototype.hasOwnProperty;

export class Writer {
  readonly #names = new Map<string, Name>();
  /** By the place of its field, the last that stood there: the next message mostly has the same, and is spared looking it up. */
  readonly #last: Name[] = [];

  /** JSON text; nothing where it is anything else, or something in it is: then all is to be read again, slowly. */
  write(value: unknown): string | undefined {
    try {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      if (Object.getPrototypeOf(value) !== Object.prototype && !isPlain(value)) return undefined;
      const text = this.#fields(value as Readonly<Record<string, unknown>>);
      // Makes one text of its pieces, which would wait in its place for the message's turn: three times as much.
      text.charCodeAt(0);
      return text;
    } catch {
      return undefined;
    }
  }

  /** @throws whatever it does not understand. */
  #fields(fields: Readonly<Record<string, unknown>>): string {
    if (typeof fields.toJSON === 'function') throw NOT_PLAIN;
    const budget: Budget = { left: MAX_BODY_BYTES };
    let text = '';
    let lead: Lead = NOTHING;
    let count = 0;
    for (const key in fields) {
      // A copy of what has a field called __proto__ would have another prototype: so has what is read here.
      if (count === MAX_FIELDS || !hasOwn.call(fields, key) || key === '__proto__') throw NOT_PLAIN;
      const place = count;
      count += 1;
      const item = fields[key];
      if (item === undefined) continue;
      const last = this.#last[place];
      const name = last?.key === key ? last : this.#nameOf(key, place);
      if (typeof item === 'string' && item.length <= LONGEST && SAFE.test(item)) {
        text += name.ofText[lead];
        text += item;
        lead = TEXT;
        continue;
      }
      text += name.ofValue[lead];
      lead = VALUE;
      if (typeof item !== 'number') text += JSON.stringify(copyOf(item, 1, budget));
      // Infinite, or NaN.
      else if (item - item !== 0) throw NOT_PLAIN;
      else text += item;
    }
    text += ENDS[lead];
    if (text.length > MAX_BODY_BYTES) throw NOT_PLAIN;
    return text;
  }

  #nameOf(key: string, place: number): Name {
    const name = this.#names.get(key) ?? this.#named(key);
    // Not one that is too long to be remembered.
    if (key.length <= LONGEST) this.#last[place] = name;
    return name;
  }

  #named(key: string): Name {
    const quoted = JSON.stringify(key);
    const [first, next, behindText] = LEADS;
    const pieces = (end: string): Pieces => [first + end, next + end, behindText + end];
    const name: Name = { key, ofValue: pieces(`${quoted}:`), ofText: pieces(`${quoted}:"`) };
    if (key.length <= LONGEST && this.#names.size < MAX_NAMES) this.#names.set(key, name);
    return name;
  }
}
