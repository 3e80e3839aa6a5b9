/**
 * Messages on their way out. A message becomes JSON once, and what came of it is what is checked, kept and sent;
 * whatever it was made of is never looked at again.
 */

import { PayloadError } from '../../errors';
import { say } from '../../sentences';
import { MAX_BODY_BYTES } from '../constants';
import { formatDate, instantOf } from '../date';
import type { Path } from '../schema/problems';
import type { Definition, Field } from '../schema/schema';
import { type Budget, copyOf } from './copies';
import { Reader } from './reader';
import type { Writer } from './writer';

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
  const budget: Budget = { left: MAX_BODY_BYTES };
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

/** The text alone of {@link toMessage}: who checks nothing needs no value. @throws PayloadError */
export function toText(anything: unknown, writer: Writer): string {
  return writer.write(anything) ?? toMessage(anything).text;
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
