/**
 * Reads anything as JSON would, property by property: slowly, knowing where it is, and with a word on whatever JSON
 * would mangle.
 */

import { messageOf, PayloadError } from '../../errors';
import { type Sentence, say } from '../../sentences';
import { MAX_BODY_BYTES, MAX_MESSAGE_NESTING } from '../constants';
import { hasWireForm, instantOf, wireForm } from '../date';
import { lineOf, type Path, Problems, shortened, textOfPath } from '../schema/problems';
import {
  classOf,
  dateOf,
  hidesSomething,
  isBuffer,
  isObject,
  isPlain,
  isTypedArray,
  tagOf,
  unboxed,
} from './kinds';

/** Problems of one message that are named. */
const NAMED_PROBLEMS = 20;

/** Of what somebody else's code throws. */
const MAX_REASON = 200;

/** Classes of which JSON keeps nothing, or only what somebody has hung on. */
const OPAQUE = new Set(
  (
    'Map Set WeakMap WeakSet WeakRef Error RegExp Promise ArrayBuffer SharedArrayBuffer DataView ' +
    'Generator AsyncGenerator Symbol BigInt'
  ).split(' '),
);

/** Thrown to {@link Reader.read}. An error made for each message that might need it cost more than to read it. */
const TOO_LARGE = Symbol('too large');

export class Reader {
  readonly instants: Path[] = [];
  readonly #problems = new Problems(NAMED_PROBLEMS);
  /** What we are in, and how deep each of it is. */
  readonly #around = new Map<object, number>();
  /** Characters that the text may still have, each value counted short by one at the least: its list has counted that. */
  #left: number;

  /** @param most characters of JSON. */
  constructor(most = MAX_BODY_BYTES) {
    this.#left = most;
  }

  /** A plain copy. @throws PayloadError with everything that is wrong. */
  read(anything: unknown): unknown {
    let value: unknown;
    try {
      value = this.#value(anything);
    } catch (thrown) {
      if (thrown === TOO_LARGE) throw new PayloadError(say('payload.tooLarge', { bytes: MAX_BODY_BYTES }));
      this.#threw(thrown);
    }
    const problems = this.#problems.list;
    if (problems.length > 0) {
      const lines = problems.map((problem) => lineOf(problem, say('place.message')));
      throw new PayloadError(say('payload.notJson', { reason: lines }), problems);
    }
    if (value === undefined) throw new PayloadError(say('payload.missing'));
    return value;
  }

  #property(holder: object, key: string | number): unknown {
    const { path } = this.#problems;
    path.push(key);
    try {
      return this.#value((holder as Readonly<Record<string | number, unknown>>)[key]);
    } catch (thrown) {
      return this.#threw(thrown);
    } finally {
      path.pop();
    }
  }

  /** Whatever somebody else's code throws is a problem where we are. */
  #threw(thrown: unknown): undefined {
    if (thrown === TOO_LARGE) throw thrown;
    this.#wrong(() => say('value.unreadable', { reason: shortened(messageOf(thrown), MAX_REASON) }));
  }

  #value(value: unknown): unknown {
    if (typeof value !== 'bigint' && !isObject(value)) return this.#scalar(value);
    // Not asked for its JSON, which is ten times as long as it is.
    if (isBuffer(value)) return this.#wrong(() => say('value.buffer'));
    const toJSON: unknown = Reflect.get(Object(value), 'toJSON', value);
    if (typeof toJSON !== 'function') return this.#withoutJson(value);
    const json: unknown = Reflect.apply(toJSON, value, [String(this.#problems.path.at(-1) ?? '')]);
    return this.#json(value, json);
  }

  /** What an object says of itself. */
  #json(value: unknown, json: unknown): unknown {
    const date = dateOf(value);
    if (date !== undefined) {
      const own = Number.isNaN(date.getTime()) ? null : date.toISOString();
      if (json === own) return this.#date(own);
    }
    if (typeof json === 'string' && instantOf(json) !== undefined)
      this.instants.push([...this.#problems.path]);
    // JSON asks only once: an object that gives itself is written with its fields.
    return isObject(json) ? this.#withoutJson(json, true) : this.#scalar(json);
  }

  /** @param iso what a Date's own `toJSON` gives. */
  #date(iso: string | null): unknown {
    if (iso === null) return this.#wrong(() => say('value.noDate'));
    return hasWireForm(iso) ? this.#scalar(wireForm(iso)) : this.#wrong(() => say('value.farDate'));
  }

  #scalar(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        this.#spend(value.length + 1);
        return value;
      case 'number':
        if (Number.isFinite(value)) return value;
        return this.#wrong(() => say('value.notFinite', { number: String(value) }));
      case 'boolean':
        this.#spend(3);
        return value;
      case 'undefined':
        return undefined;
      case 'object':
        this.#spend(3);
        return value;
      default:
        return this.#wrong(() => say('value.unsayable', { type: typeof value }));
    }
  }

  /** @param answered it came out of a `toJSON`, and may still have one. */
  #withoutJson(value: object | bigint, answered = false): unknown {
    if (!isObject(value) || typeof value === 'function') return this.#scalar(value);
    const { path } = this.#problems;
    const depth = this.#around.get(value);
    if (depth !== undefined) {
      const place = depth === 0 ? say('place.whole') : textOfPath(path.slice(0, depth));
      return this.#wrong(() => say('value.circular', { place }));
    }
    if (this.#around.size >= MAX_MESSAGE_NESTING) {
      return this.#wrong(() => say('value.tooDeep', { levels: MAX_MESSAGE_NESTING }));
    }
    this.#around.set(value, path.length);
    try {
      return this.#object(value, answered);
    } finally {
      this.#around.delete(value);
    }
  }

  #object(value: object, answered: boolean): unknown {
    if (Array.isArray(value)) return this.#list(value);
    if (isPlain(value)) return this.#fields(value, Object.keys(value), answered);
    if (isBuffer(value)) return this.#wrong(() => say('value.buffer'));
    if (isTypedArray(value)) return this.#numbers(value);
    const date = dateOf(value);
    if (date !== undefined) return this.#date(Number.isNaN(date.getTime()) ? null : date.toISOString());
    const boxed = unboxed(value);
    if (boxed !== undefined) return this.#scalar(boxed);
    if (OPAQUE.has(tagOf(value))) return this.#opaque(value);
    const keys = Object.keys(value);
    return keys.length === 0 && hidesSomething(value)
      ? this.#opaque(value)
      : this.#fields(value, keys, answered);
  }

  #fields(value: object, keys: readonly string[], answered: boolean): unknown {
    const copy: Record<string, unknown> = {};
    this.#spend(1);
    for (const key of keys) {
      // What has been asked for its JSON needs no word on how it was asked.
      if (answered && key === 'toJSON' && typeof Reflect.get(value, key) === 'function') continue;
      const item = this.#property(value, key);
      if (item === undefined) continue;
      this.#spend(key.length + 3);
      if (key === '__proto__') {
        Object.defineProperty(copy, key, {
          value: item,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else copy[key] = item;
    }
    return copy;
  }

  #list(value: readonly unknown[]): unknown {
    // As JSON takes it: a proxy may claim anything.
    const length = Math.max(0, Math.trunc(Number(value.length)) || 0);
    // Asked before: a list may claim to be of any length, and holes take no memory.
    this.#spend(length * 2);
    const copy: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      const before = this.#problems.count;
      const item = this.#property(value, index);
      if (item === undefined && this.#problems.count === before) this.#wrongItem(index);
      copy.push(item);
    }
    return copy;
  }

  /** Faster: a typed array runs nobody's code, and may have a million numbers. */
  #numbers(value: ArrayLike<unknown>): unknown {
    const { length } = value;
    this.#spend(length * 2);
    const copy: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      const item = value[index];
      if (typeof item === 'number' && Number.isFinite(item)) copy.push(item);
      else this.#property(value, index);
    }
    return copy;
  }

  /** JSON would make it null. */
  #wrongItem(index: number): void {
    const { path } = this.#problems;
    path.push(index);
    this.#wrong(() => say('value.undefined'));
    path.pop();
  }

  #opaque(value: object): undefined {
    return this.#wrong(() => say('value.opaque', { type: shortened(classOf(value), MAX_REASON) }));
  }

  #wrong(sentence: () => Sentence): undefined {
    this.#problems.add(sentence);
  }

  #spend(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) throw TOO_LARGE;
  }
}
