/**
 * Messages on their way out. A message becomes JSON once, and what came of it is what is checked, kept and sent;
 * whatever it was made of is never looked at again.
 */

import { PayloadError } from '../../errors';
import { say } from '../../sentences';
import { MAX_BODY_BYTES, MAX_MESSAGE_NESTING } from '../constants';
import { formatDate, hasWireForm, instantOf, wireForm } from '../date';
import type { Path } from '../schema/problems';
import type { Definition, Field } from '../schema/schema';
import { dateOf, isPlain } from './kinds';
import { Reader } from './reader';

/** What goes out: plain, and nobody else's. */
export interface Message {
  /** As `JSON.parse` would give it. */
  readonly value: unknown;
  /** JSON text of the value. */
  readonly text: string;
  /** Where an object that is no Date (moment, dayjs, luxon) wrote itself as a moment in time. */
  readonly instants?: readonly Path[];
}

/**
 * What anything is as a message: what JSON makes of it, with Dates in the protocol's form (P13) and typed arrays as
 * lists. Each property is read once, so that a getter cannot show a check one thing and the wire another.
 *
 * @throws PayloadError for nothing at all, and for what JSON would mangle without a word (bytes, a Map, an Error, NaN,
 * a function, a hole in a list ...) or cannot say (a circle, a BigInt), with the path of each; for what nests deeper
 * than servers take, or is longer.
 */
export function toMessage(anything: unknown): Message {
  const budget = { left: MAX_BODY_BYTES };
  let value: unknown;
  let plain = true;
  try {
    value = copyOf(anything, 0, budget);
  } catch {
    plain = false;
  }
  if (budget.left < 0) throw tooLarge();
  // Anything but plain data, or something wrong in it: read again, slowly, minding where we are.
  return plain ? { value, text: textOf(value) } : readMessage(anything);
}

/** A message that was written down, as it is after {@link toMessage}. */
export function storedMessage(text: string, instants?: readonly Path[]): Message {
  const value: unknown = JSON.parse(text);
  return instants === undefined ? { value, text } : { value, text, instants };
}

/** The message with the protocol's form of dates where its schema wants dates and objects wrote moments in time. */
export function fitDates(message: Message, { fields }: Pick<Definition, 'fields'>): Message {
  const dates = message.instants?.filter((path) => isDate(fields, path)) ?? [];
  if (dates.length === 0) return message;
  const { value, instants } = storedMessage(message.text, message.instants);
  for (const path of dates) {
    const holder = path.slice(0, -1).reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
    const last = path.at(-1) ?? '';
    const date = instantOf(String(Reflect.get(Object(holder), last)));
    if (date !== undefined) Reflect.set(Object(holder), last, formatDate(date));
  }
  return { value, text: textOf(value), instants: instants ?? [] };
}

function readMessage(anything: unknown): Message {
  const reader = new Reader();
  const value = reader.read(anything);
  const { instants } = reader;
  return instants.length === 0 ? { value, text: textOf(value) } : { value, text: textOf(value), instants };
}

function tooLarge(): PayloadError {
  return new PayloadError(say('payload.tooLarge', { bytes: MAX_BODY_BYTES }));
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value);
  if (text.length > MAX_BODY_BYTES) throw tooLarge();
  return text;
}

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

/** Characters that the text may still have. */
interface Budget {
  left: number;
}

/** Thrown to {@link toMessage}: no error, whose stack would take longer than all the rest. */
const NOT_PLAIN = Symbol('not plain');

const hasOwn = Object.prototype.hasOwnProperty;

/**
 * The common case at full rate: plain data from any realm and Dates, no paths kept. With its own loop over fields, as
 * a call for each of them took as long as all the rest.
 *
 * @throws whatever it does not understand.
 */
function copyOf(value: unknown, depth: number, budget: Budget): unknown {
  switch (typeof value) {
    case 'string':
      budget.left -= value.length + 2;
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
    budget.left -= 22;
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
  let size = 2;
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

function isDate(fields: readonly Field[], path: Path): boolean {
  let inner: readonly Field[] | undefined = fields;
  let field: Field | undefined;
  for (const key of path) {
    if (typeof key === 'number') continue;
    field = inner?.find(({ name }) => name === key);
    inner = field !== undefined && 'fields' in field ? field.fields : undefined;
  }
  const isItem = typeof path.at(-1) === 'number';
  return field?.type === (isItem ? 'array<date>' : 'date');
}
