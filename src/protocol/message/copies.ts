/** Copies of plain data, each property of which is read once: what a getter says then, it may not say again. */

import { MAX_MESSAGE_NESTING } from '../constants';
import { hasWireForm, wireForm } from '../date';
import { dateOf, isPlain } from './kinds';

/**
 * Makes what `{}` makes, but with room for its fields: added one by one to `{}`, which has room for four, they took
 * longer. How much room there is the engine learns from the first few.
 */
function FieldsOf(this: object): void {}
FieldsOf.prototype = Object.prototype;
const Fields = FieldsOf as unknown as new () => Record<string, unknown>;
for (let count = 0; count < 20; count += 1) {
  const fields = new Fields();
  for (let field = 0; field < 8; field += 1) fields[`field${field}`] = field;
}

/**
 * Characters that the text may still have. Of no value more than all but one are taken off it, which a list takes for each
 * of its items beforehand, with a comma: counted in full, a list of short texts was too large at 13 MB.
 */
export interface Budget {
  left: number;
}

/** Thrown for what {@link copyOf} does not understand: no error, whose stack would take longer than all the rest. */
export const NOT_PLAIN = Symbol('not plain');

const hasOwn = Object.prototype.hasOwnProperty;

/**
 * The common case at full rate: plain data from any realm and Dates, no paths kept. With its own loop over fields, as
 * a call for each of them took as long as all the rest.
 *
 * @throws whatever it does not understand.
 */
export function copyOf(value: unknown, depth: number, budget: Budget): unknown {
  switch (typeof value) {
    case 'string':
      budget.left -= value.length + 1;
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw NOT_PLAIN;
      return value;
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : copyOfObject(value, depth, budget);
    default:
      throw NOT_PLAIN;
  }
}

function copyOfObject(value: object, depth: number, budget: Budget): unknown {
  if (depth >= MAX_MESSAGE_NESTING || budget.left < 0) throw NOT_PLAIN;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') {
    budget.left -= 21;
    return copyOfDate(value, toJSON);
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const { length } = items;
    // A proxy may claim anything.
    if (!Number.isSafeInteger(length) || length < 0) throw NOT_PLAIN;
    budget.left -= length * 2;
    if (budget.left < 0) throw NOT_PLAIN;
    const copy: unknown[] = [];
    for (let index = 0; index < length; index += 1) copy.push(copyOf(items[index], depth + 1, budget));
    return copy;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype && !isPlain(value)) throw NOT_PLAIN;
  const fields = value as Readonly<Record<string, unknown>>;
  const copy = new Fields();
  let size = 1;
  for (const key in fields) {
    // Of a field called __proto__ an assignment would make the prototype.
    if (!hasOwn.call(fields, key) || key === '__proto__') throw NOT_PLAIN;
    const item = fields[key];
    if (typeof item === 'string') size += item.length;
    else if (typeof item === 'number') {
      // Infinite, or NaN.
      if (item - item !== 0) throw NOT_PLAIN;
    } else if (typeof item === 'object' && item !== null) {
      copy[key] = copyOfObject(item, depth + 1, budget);
      continue;
    } else if (item === undefined) continue;
    else if (typeof item !== 'boolean' && item !== null) throw NOT_PLAIN;
    size += key.length + 4;
    copy[key] = item;
  }
  budget.left -= size;
  return copy;
}

/** @param toJSON what it has of that name, perhaps not a Date's. */
function copyOfDate(value: object, toJSON: CallableFunction): string {
  const date = dateOf(value);
  const json: unknown = date === undefined ? undefined : Reflect.apply(toJSON, value, ['']);
  if (date === undefined || json !== date.toISOString() || !hasWireForm(json)) throw NOT_PLAIN;
  return wireForm(json);
}
