/** Messages on their way out: JavaScript dates, JSON text, and the check against a stream's schema (P10 to P12). */

import type { ErrorObject, SchemaObject, ValidateFunction } from 'ajv';
import { messageOf, PayloadError, type Problem, SchemaError } from '../errors';
import { inEnglish, quoted, type Sentence, say, type Words } from '../sentences';
import { describeValue, problemAt, wrongValue } from './json';
import { type Definition, type Field, isNested } from './schema';

/** `types`: a present field must have its type. `strict`: no field may be missing or extra either. */
export type CheckMode = 'types' | 'strict';

/** What is wrong with a message; nothing when it is fine. */
export type PayloadCheck = (message: unknown) => readonly Problem[];

const NO_PROBLEMS: readonly Problem[] = [];

/**
 * Compiles a definition into a check that names every problem by its path. Compile once and keep it: compiling
 * takes a millisecond, checking a microsecond.
 *
 * @throws SchemaError for a definition that nests too deep to compile.
 */
export function compileCheck(definition: Definition, mode: CheckMode): PayloadCheck {
  const validate = compile(objectSchema(definition.fields, mode), definition.name);
  return (message) =>
    validate(message) ? NO_PROBLEMS : (validate.errors ?? []).map((error) => problemOf(error, message));
}

/** The one form of a date on the wire: UTC, whole seconds. @throws RangeError for an invalid date. */
export function formatDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

const WIRE_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** With a day that every month has: only of the others the calendar is asked, which takes 25 times as long. */
const EVERY_MONTHS_DATE =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** Whether a text is `YYYY-MM-DDTHH:mm:ssZ` and a date of the calendar: 31 April is none. */
export function isWireDate(text: string): boolean {
  if (EVERY_MONTHS_DATE.test(text)) return true;
  if (!WIRE_DATE.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && formatDate(new Date(time)) === text;
}

/**
 * The message with every JavaScript `Date` in it written in the protocol's form; the same object when it holds
 * none. `Date.prototype.toJSON` adds milliseconds, which servers refuse.
 *
 * @throws PayloadError for an invalid date, a cycle, or nesting too deep to follow.
 */
export function toWire(message: unknown): unknown {
  try {
    // Paths are for errors: written for every field of every message, they cost a third of its JSON text.
    return holdsDate(message) ? convertDates(message, '') : message;
  } catch (error) {
    if (error instanceof RangeError) throw new PayloadError(say('payload.tooDeep'));
    throw error;
  }
}

/**
 * The JSON text a message goes out as, its dates in the protocol's form.
 *
 * @throws PayloadError for what JSON cannot say: nothing at all, a cycle, a BigInt, an invalid date.
 */
export function encodeMessage(message: unknown): string {
  return encodeWire(toWire(message));
}

/** The same for what {@link toWire} gave, which whoever checks a message needs, too. */
export function encodeWire(wire: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(wire);
  } catch (error) {
    throw new PayloadError(say('payload.notJson', { reason: messageOf(error) }));
  }
  if (text !== undefined) return text;
  if (wire === undefined) throw new PayloadError(say('payload.missing'));
  throw new PayloadError(say('payload.nothing', { actual: describeValue(wire) }));
}

function holdsDate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Date) return true;
  if (Array.isArray(value)) return value.some(holdsDate);
  for (const key in value) {
    const item: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof item === 'object' && item !== null && holdsDate(item)) return true;
  }
  return false;
}

function convertDates(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) {
      const sentence = say('value.noDate');
      const whole = problemAt(path || say('place.message'), sentence);
      throw new PayloadError(whole, [problem(path, sentence)]);
    }
    return formatDate(value);
  }
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const converted = convertDates(value[index], `${path}[${index}]`);
      if (converted === value[index]) continue;
      copy ??= [...value];
      copy[index] = converted;
    }
    return copy ?? value;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const converted = convertDates(item, path === '' ? key : `${path}.${key}`);
    if (converted === item) continue;
    copy ??= { ...value };
    copy[key] = converted;
  }
  return copy ?? value;
}

const ARRAY_OF: Readonly<Record<string, string>> = {
  'array<string>': 'string',
  'array<float>': 'float',
  'array<integer>': 'integer',
  'array<date>': 'date',
};

/** JSON Schema for one scalar type; `number` of ajv refuses NaN and the infinities, as JSON does. */
const SCALARS: Readonly<Record<string, SchemaObject>> = {
  string: { type: 'string' },
  float: { type: 'number' },
  integer: { type: 'integer' },
  date: { type: 'string', format: 'date' },
};

function objectSchema(fields: readonly Field[], mode: CheckMode): SchemaObject {
  // A field may be called __proto__: assignment to a plain object would set its prototype instead.
  const properties: Record<string, SchemaObject> = Object.create(null);
  const patterns: Record<string, SchemaObject> = Object.create(null);
  for (const field of fields) {
    // ajv skips a property of that name, but not a pattern that matches it.
    if (field.name === '__proto__') patterns['^__proto__$'] = fieldSchema(field, mode);
    else properties[field.name] = fieldSchema(field, mode);
  }
  return {
    type: 'object',
    properties,
    patternProperties: patterns,
    ...(mode === 'strict' && { required: fields.map((field) => field.name), additionalProperties: false }),
  };
}

function fieldSchema(field: Field, mode: CheckMode): SchemaObject {
  if (field.type === 'enum') return { type: 'string', enum: field.enum };
  if (isNested(field)) {
    const schema = objectSchema(field.fields, mode);
    return field.type === 'object' ? schema : { type: 'array', items: schema };
  }
  const item = ARRAY_OF[field.type];
  return item === undefined ? { ...SCALARS[field.type] } : { type: 'array', items: SCALARS[item] };
}

function compile(schema: SchemaObject, name: string): ValidateFunction {
  // Loaded with the first schema: it takes as long to load as all the rest of this package.
  const { Ajv } = require('ajv') as typeof import('ajv');
  // ownProperties: a field called `constructor` must not be looked up on the prototype.
  // verbose: an error then carries the value it is about.
  const ajv = new Ajv({
    allErrors: true,
    ownProperties: true,
    verbose: true,
    strict: false,
    strictNumbers: true,
    validateSchema: false,
  });
  ajv.addFormat('date', { type: 'string', validate: isWireDate });
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw new SchemaError(say('schema.unusable', { stream: quoted(name), reason: messageOf(error) }));
  }
}

function problemOf(error: ErrorObject, message: unknown): Problem {
  const path = pathOfPointer(error.instancePath, message);
  switch (error.keyword) {
    case 'required':
      return problem(join(path, String(error.params.missingProperty)), say('value.missing'));
    case 'additionalProperties':
      return problem(join(path, String(error.params.additionalProperty)), say('value.extra'));
    default:
      return problem(path, wrongValue(expected(error), error.data));
  }
}

function problem(path: string, sentence: Sentence): Problem {
  return { path, message: inEnglish(sentence), sentence };
}

function expected(error: ErrorObject): Words {
  switch (error.keyword) {
    case 'enum':
      return say('expected.oneOf', { values: error.params.allowedValues.map(quoted).join(', ') });
    case 'format':
      return say('expected.date');
    default: {
      const type = String(error.params.type);
      const key = TYPES[type];
      return key === undefined ? type : say(key);
    }
  }
}

type TypeKey = `expected.${'string' | 'number' | 'integer' | 'object' | 'array'}`;

const TYPES: Readonly<Record<string, TypeKey>> = {
  string: 'expected.string',
  number: 'expected.number',
  integer: 'expected.integer',
  object: 'expected.object',
  array: 'expected.array',
};

/** `/readings/2/at` as `readings[2].at`; what a segment is, is asked of the message itself. */
function pathOfPointer(pointer: string, message: unknown): string {
  let path = '';
  let value = message;
  for (const segment of pointer.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    path = Array.isArray(value) ? `${path}[${key}]` : join(path, key);
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  return path;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
