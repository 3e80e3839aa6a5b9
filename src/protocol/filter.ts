/** The filter a JWT may carry: which messages its bearer gets (P34). */

import { ProtocolError } from '../errors';
import { inEnglish } from '../sentences';
import { isRecord, mismatch } from './json';

export type Filter =
  | { t: 'string'; e: string }
  | { t: 'number'; e: number }
  | { t: 'bool'; e: boolean }
  | { t: 'null' }
  | { t: 'path'; e: readonly (string | number)[] }
  | { t: 'meta'; e: 'streamName' }
  | { t: 'eq'; e: readonly [Filter, Filter] }
  | { t: 'and' | 'or'; e: readonly Filter[] }
  | { t: 'not'; e: Filter };

/** @throws ProtocolError that says which part of the expression means nothing. */
export function parseFilter(value: unknown): Filter {
  if (!isRecord(value)) throw wrong('an expression', 'an object {"t", "e"}', value);
  const { t, e } = value;
  switch (t) {
    case 'string':
      if (typeof e !== 'string') throw wrong('string', 'a string', e);
      return { t, e };
    case 'number':
      if (typeof e !== 'number') throw wrong('number', 'a number', e);
      return { t, e };
    case 'bool':
      if (typeof e !== 'boolean') throw wrong('bool', 'true or false', e);
      return { t, e };
    case 'null':
      return { t };
    case 'path':
      if (typeof e !== 'string') throw wrong('path', 'a JSON path', e);
      return { t, e: parsePath(e) };
    case 'meta':
      if (e !== 'streamName') throw wrong('meta', '"streamName"', e);
      return { t, e };
    case 'eq': {
      const [left, right, ...more] = parseList(e, t);
      if (left === undefined || right === undefined || more.length > 0) {
        throw wrong('eq', 'a list of two expressions', e);
      }
      return { t, e: [left, right] };
    }
    case 'and':
    case 'or':
      return { t, e: parseList(e, t) };
    case 'not': {
      // The published table writes a list, its text one expression: both are taken.
      if (!Array.isArray(e)) return { t, e: parseFilter(e) };
      if (e.length !== 1) throw wrong('not', 'one expression', e);
      return { t, e: parseFilter(e[0]) };
    }
    default:
      throw wrong('t', 'a type of expression', t);
  }
}

/** Whether a message is delivered. Never throws: an expression that cannot be evaluated delivers nothing. */
export function filterPasses(filter: Filter, message: unknown, meta: { streamName: string }): boolean {
  try {
    return Boolean(evaluate(filter, message, meta));
  } catch {
    return false;
  }
}

function evaluate(filter: Filter, message: unknown, meta: { streamName: string }): unknown {
  switch (filter.t) {
    case 'string':
    case 'number':
    case 'bool':
      return filter.e;
    case 'null':
      return null;
    case 'path':
      return follow(filter.e, message);
    case 'meta':
      return meta[filter.e];
    case 'eq':
      return sameValue(evaluate(filter.e[0], message, meta), evaluate(filter.e[1], message, meta));
    case 'and':
      return filter.e.every((part) => Boolean(evaluate(part, message, meta)));
    case 'or':
      return filter.e.some((part) => Boolean(evaluate(part, message, meta)));
    case 'not':
      return !evaluate(filter.e, message, meta);
  }
}

/** A path that leads nowhere is an evaluation error, so `not` of it does not let a message through. */
function follow(path: readonly (string | number)[], message: unknown): unknown {
  let value = message;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      throw new ProtocolError(`the message has no ${step}`);
    }
    value = Reflect.get(value, step);
  }
  return value;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
    );
  }
  return a === b;
}

const STEP = /\.?([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y;

/** `$.boiler.readings[0]`, `boiler['inner temperature']`: names and indexes; `$` for the message may be left out. */
function parsePath(text: string): (string | number)[] {
  const start = text.startsWith('$') ? 1 : 0;
  const steps: (string | number)[] = [];
  STEP.lastIndex = start;
  while (STEP.lastIndex < text.length) {
    const step = STEP.exec(text);
    if (step === null) throw wrong('path', 'a JSON path such as $.boiler.temperature', text);
    const [, name, index, single, double] = step;
    steps.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
  }
  return steps;
}

function parseList(value: unknown, type: string): Filter[] {
  if (!Array.isArray(value)) throw wrong(type, 'a list of expressions', value);
  return value.map(parseFilter);
}

function wrong(part: string, expected: string, value: unknown): ProtocolError {
  return new ProtocolError(`filter: ${inEnglish(mismatch(part, expected, value))}`);
}
