/** Schema definitions: what a stream's messages look like (P10 to P15). */

import { SchemaError } from '../../errors';
import { quoted, type Sentence, say } from '../../sentences';
import { MAX_NESTING } from '../constants';
import { isRecord, mismatch, problemAt } from '../json';
import { shortened } from './problems';
import { parseVersion, type Version } from './versions';

/** Of a definition; the others are counted. */
const NAMED_MISTAKES = 100;
const MAX_PLACE = 300;

/** The types of a field that has no more to it. */
export const SCALAR_TYPES = [
  'string',
  'float',
  'integer',
  'date',
  'array<string>',
  'array<float>',
  'array<integer>',
  'array<date>',
] as const;

/** All types that a field may have. */
export const FIELD_TYPES = [...SCALAR_TYPES, 'enum', 'object', 'array<object>'] as const;

/** One of {@link SCALAR_TYPES}. */
export type ScalarType = (typeof SCALAR_TYPES)[number];
/** One of {@link FIELD_TYPES}. */
export type FieldType = (typeof FIELD_TYPES)[number];

/** A field that is a value, or a list of them. */
export interface ScalarField {
  name: string;
  type: ScalarType;
}

/** A field that is one of a few strings. */
export interface EnumField {
  name: string;
  type: 'enum';
  /** The strings it may be. */
  enum: string[];
}

/** A field that has fields. */
export interface ObjectField {
  name: string;
  type: 'object' | 'array<object>';
  fields: Field[];
}

/** A field of a schema. */
export type Field = ScalarField | EnumField | ObjectField;

/** A stream's schema. */
export interface Definition {
  /** The stream's name. */
  name: string;
  version: Version;
  /** A set: their order never matters, at any depth. */
  fields: Field[];
}

/**
 * Reads a definition from anything. Keys that mean nothing here are left out of the result.
 *
 * @param name the stream it is for; stands in for a `name` of its own, and must equal it when both are there.
 * @throws SchemaError whose `errors` list every mistake with its place, as `fields.boiler.mode should be ...`.
 */
export function parseDefinition(value: unknown, name?: string): Definition {
  if (!isRecord(value)) {
    throw new SchemaError(mismatch(say('place.definition'), say('expected.object'), value));
  }
  const mistakes: Sentence[] = [];
  const ownName = parseName(value.name ?? name, mistakes);
  if (name !== undefined && ownName !== undefined && ownName !== name) {
    mistakes.push(mismatch('name', say('expected.thatName', { stream: quoted(name) }), ownName));
  }
  const version = parseOwnVersion(value.version, mistakes);
  const fields = parseFields(value.fields, 'fields', mistakes, 1);
  if (ownName === undefined || version === undefined || mistakes.length > 0) {
    const more = mistakes.length - NAMED_MISTAKES;
    if (more > 0) mistakes.splice(NAMED_MISTAKES, more, say('value.more', { more }));
    const subject = name ?? ownName;
    const sentence =
      subject === undefined
        ? say('schema.invalid', { mistakes })
        : say('schema.invalidOf', { stream: quoted(subject), mistakes });
    throw new SchemaError(sentence, mistakes);
  }
  return { name: ownName, version, fields };
}

/** Whether two lists hold the same fields, whatever their order, at every depth (P14). */
export function sameFields(a: readonly Field[], b: readonly Field[]): boolean {
  if (a.length !== b.length) return false;
  const others = new Map(b.map((field) => [field.name, field]));
  return a.every((field) => {
    const other = others.get(field.name);
    return other !== undefined && sameField(field, other);
  });
}

function sameField(a: Field, b: Field): boolean {
  if (a.type === 'enum') return b.type === 'enum' && sameStrings(a.enum, b.enum);
  if (isNested(a)) return isNested(b) && a.type === b.type && sameFields(a.fields, b.fields);
  return a.type === b.type;
}

export function isNested(field: Field): field is ObjectField {
  return field.type === 'object' || field.type === 'array<object>';
}

function sameStrings(a: readonly string[], b: readonly string[]): boolean {
  const others = new Set(b);
  return a.length === b.length && a.every((text) => others.has(text));
}

function parseName(value: unknown, mistakes: Sentence[]): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  mistakes.push(mismatch('name', say('expected.ownName'), value));
  return undefined;
}

function parseOwnVersion(value: unknown, mistakes: Sentence[]): Version | undefined {
  try {
    return parseVersion(value);
  } catch (error) {
    if (!(error instanceof SchemaError) || error.sentence === undefined) throw error;
    mistakes.push(error.sentence);
    return undefined;
  }
}

function parseFields(value: unknown, place: string, mistakes: Sentence[], depth: number): Field[] {
  // Here, so that it stays short however deep it goes and however long the names are.
  const path = shortened(place, MAX_PLACE);
  if (!Array.isArray(value)) {
    mistakes.push(mismatch(path, say('expected.fields'), value));
    return [];
  }
  // As text, each level nests twice. Without a bound, a definition that holds itself would end in a stack overflow.
  if (depth > MAX_NESTING / 2) {
    mistakes.push(problemAt(path, say('value.tooDeep', { levels: MAX_NESTING / 2 })));
    return [];
  }
  const fields: Field[] = [];
  const seen = new Set<string>();
  value.forEach((item: unknown, index) => {
    const field = parseField(item, path, index, mistakes, depth);
    if (field === undefined) return;
    if (seen.has(field.name))
      mistakes.push(problemAt(shortened(`${path}.${field.name}`, MAX_PLACE), say('value.twice')));
    seen.add(field.name);
    fields.push(field);
  });
  return fields;
}

function parseField(
  value: unknown,
  path: string,
  index: number,
  mistakes: Sentence[],
  depth: number,
): Field | undefined {
  if (!isRecord(value)) {
    mistakes.push(mismatch(`${path}[${index}]`, say('expected.field'), value));
    return undefined;
  }
  const { name, type } = value;
  if (typeof name !== 'string' || name === '') {
    mistakes.push(mismatch(`${path}[${index}].name`, say('expected.fieldName'), name));
    return undefined;
  }
  const place = shortened(`${path}.${name}`, MAX_PLACE);
  if (!isFieldType(type)) {
    mistakes.push(mismatch(`${place}.type`, say('expected.oneOf', { values: FIELD_TYPES.join(', ') }), type));
    return undefined;
  }
  if (type === 'enum') return { name, type, enum: parseEnum(value.enum, place, mistakes) };
  if (type === 'object' || type === 'array<object>') {
    return { name, type, fields: parseFields(value.fields, place, mistakes, depth + 1) };
  }
  return { name, type };
}

function parseEnum(value: unknown, place: string, mistakes: Sentence[]): string[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => typeof item === 'string')) {
    mistakes.push(mismatch(`${place}.enum`, say('expected.strings'), value));
    return [];
  }
  if (new Set(value).size !== value.length)
    mistakes.push(problemAt(`${place}.enum`, say('value.listsTwice')));
  return value;
}

function isFieldType(value: unknown): value is FieldType {
  return FIELD_TYPES.some((type) => type === value);
}
