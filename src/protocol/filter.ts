/** The filter a JWT may carry: which messages its bearer gets (P34, P41). */

import { ProtocolError } from '../errors';
import { say, type Words } from '../sentences';
import { isRecord, mismatch } from './json';

/** Ours: the published table knows `eq` alone, and a server that does not know these refuses the token. */
export const ORDERS = ['gt', 'ge', 'lt', 'le'] as const;

export type Order = (typeof ORDERS)[number];

export type Filter =
  | { t: 'string'; e: string }
  | { t: 'number'; e: number }
  | { t: 'bool'; e: boolean }
  | { t: 'null' }
  | { t: 'path'; e: readonly (string | number)[] }
  | { t: 'meta'; e: 'streamName' }
  | { t: 'eq' | Order; e: readonly [Filter, Filter] }
  | { t: 'and' | 'or'; e: readonly Filter[] }
  | { t: 'not'; e: Filter };

/** @throws ProtocolError that says which part of the expression means nothing. */
export function parseFilter(value: unknown): Filter {
  if (!isRecord(value)) throw wrong('', say('expected.expression'), value);
  const { t, e } = value;
  switch (t) {
    case 'string':
      if (typeof e !== 'string') throw wrong('string', say('expected.string'), e);
      return { t, e };
    case 'number':
      if (typeof e !== 'number') throw wrong('number', say('expected.number'), e);
      return { t, e };
    case 'bool':
      if (typeof e !== 'boolean') throw wrong('bool', say('expected.boolean'), e);
      return { t, e };
    case 'null':
      return { t };
    case 'path':
      if (typeof e !== 'string') throw wrong('path', say('expected.path', { example: EXAMPLE }), e);
      return { t, e: parsePath(e) };
    case 'meta':
      if (e !== 'streamName') throw wrong('meta', '"streamName"', e);
      return { t, e };
    case 'eq':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le': {
      const [left, right, ...more] = parseList(e, t);
      if (left === undefined || right === undefined || more.length > 0) {
        throw wrong(t, say('expected.twoExpressions'), e);
      }
      return { t, e: [left, right] };
    }
    case 'and':
    case 'or':
      return { t, e: parseList(e, t) };
    case 'not': {
      // The published table writes a list, its text one expression: both are taken.
      if (!Array.isArray(e)) return { t, e: parseFilter(e) };
      if (e.length !== 1) throw wrong('not', say('expected.oneExpression'), e);
      return { t, e: parseFilter(e[0]) };
    }
    default:
      throw wrong('t', say('expected.expressionType'), t);
  }
}

/** Expressions and steps of paths, which is what a message costs at the most; and how deep they nest. */
export function measureFilter(filter: Filter): { terms: number; depth: number } {
  const parts = partsOf(filter).map(measureFilter);
  return {
    terms: parts.reduce((sum, { terms }) => sum + terms, filter.t === 'path' ? 1 + filter.e.length : 1),
    depth: parts.reduce((most, { depth }) => Math.max(most, depth + 1), 1),
  };
}

function partsOf(filter: Filter): readonly Filter[] {
  switch (filter.t) {
    case 'not':
      return [filter.e];
    case 'string':
    case 'number':
    case 'bool':
    case 'null':
    case 'path':
    case 'meta':
      return [];
    default:
      return filter.e;
  }
}

/** Whether a message is delivered. Never throws: an expression that cannot be evaluated delivers nothing. */
export function filterPasses(filter: Filter, message: unknown, meta: { streamName: string }): boolean {
  try {
    return Boolean(new Evaluation(message, meta).valueOf(filter));
  } catch {
    return false;
  }
}

/** Values within lists and objects that are compared for one message: else two paths could compare all of it, many times. */
const MAX_COMPARED = 10_000;

class Evaluation {
  readonly #message: unknown;
  readonly #meta: { readonly streamName: string };
  #left = MAX_COMPARED;

  constructor(message: unknown, meta: { readonly streamName: string }) {
    this.#message = message;
    this.#meta = meta;
  }

  /** Undefined, which JSON does not know, for a path that leads nowhere. */
  valueOf(filter: Filter): unknown {
    switch (filter.t) {
      case 'string':
      case 'number':
      case 'bool':
        return filter.e;
      case 'null':
        return null;
      case 'path':
        return follow(filter.e, this.#message);
      case 'meta':
        return this.#meta[filter.e];
      case 'eq': {
        const left = this.valueOf(filter.e[0]);
        // What is not there is the same as nothing, not even as something else that is not there.
        return left !== undefined && this.#same(left, this.valueOf(filter.e[1]));
      }
      case 'gt':
      case 'ge':
      case 'lt':
      case 'le':
        return inOrder(filter.t, this.valueOf(filter.e[0]), this.valueOf(filter.e[1]));
      case 'and':
        return filter.e.every((part) => Boolean(this.valueOf(part)));
      case 'or':
        return filter.e.some((part) => Boolean(this.valueOf(part)));
      case 'not':
        return !this.valueOf(filter.e);
    }
  }

  #same(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    if (Array.isArray(a)) {
      if (!Array.isArray(b) || a.length !== b.length) return false;
      return a.every((item, index) => this.#sameWithin(item, b[index]));
    }
    if (!isRecord(a) || !isRecord(b)) return false;
    let more = 0;
    for (const key in a) {
      more += 1;
      if (!Object.hasOwn(b, key) || !this.#sameWithin(a[key], b[key])) return false;
    }
    for (const _ in b) {
      more -= 1;
      if (more < 0) return false;
    }
    return true;
  }

  #sameWithin(a: unknown, b: unknown): boolean {
    this.#left -= 1;
    if (this.#left < 0) throw new RangeError('Too much to compare.');
    return this.#same(a, b);
  }
}

/** Only numbers have an order, and texts, by their code units: dates, of which there is one form (P11), are in theirs. */
function inOrder(order: Order, a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return inOrderOf(order, a, b);
  return typeof a === 'string' && typeof b === 'string' && inOrderOf(order, a, b);
}

function inOrderOf<Value extends number | string>(order: Order, a: Value, b: Value): boolean {
  switch (order) {
    case 'gt':
      return a > b;
    case 'ge':
      return a >= b;
    case 'lt':
      return a < b;
    case 'le':
      return a <= b;
  }
}

function follow(path: readonly (string | number)[], message: unknown): unknown {
  let value = message;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    // A list has a length, but not in JSON.
    if (step === 'length' && Array.isArray(value)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

const EXAMPLE = '$.boiler.temperature';

/** A star by itself stands for any name in such paths elsewhere: as a name it has to be in quotes. */
const STEP = /\.?((?!\*(?:[.[]|$))[^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y;

/** `$.boiler.readings[0]`, `boiler['inner temperature']`: names and indexes; `$` for the message may be left out. */
function parsePath(text: string): (string | number)[] {
  const isRooted = text.startsWith('$');
  const steps: (string | number)[] = [];
  // `$on` might be meant as the field `on`, or as one of that name.
  if (isRooted && !/^\$(?:[.[]|$)/.test(text))
    throw wrong('path', say('expected.path', { example: EXAMPLE }), text);
  STEP.lastIndex = isRooted ? 1 : 0;
  while (STEP.lastIndex < text.length) {
    const step = STEP.exec(text);
    if (step === null) throw wrong('path', say('expected.path', { example: EXAMPLE }), text);
    const [, name, index, single, double] = step;
    steps.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
  }
  return steps;
}

function parseList(value: unknown, type: string): Filter[] {
  if (!Array.isArray(value)) throw wrong(type, say('expected.expressions'), value);
  return value.map(parseFilter);
}

/** @param type of the expression at fault; blank where it has none. */
function wrong(type: string, expected: Words, value: unknown): ProtocolError {
  return new ProtocolError(mismatch(type === '' ? 'filter' : `filter: ${type}`, expected, value));
}
