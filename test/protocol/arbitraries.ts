/** Generators for properties: schemas, messages that follow them, and messages that do not. */

import fc from 'fast-check';
import { type Field, SCALAR_TYPES, type ScalarType } from '../../src/protocol/schema/schema';

/** Names as users and attackers write them: spaces, slashes, dots, other alphabets, names of Object.prototype. */
export const fieldName = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a.b', 'a/b', 'a~b', 'hasOwnProperty', 'Ümlaut'),
);

const scalarField = (name: string): fc.Arbitrary<Field> =>
  fc.constantFrom(...SCALAR_TYPES).map((type: ScalarType) => ({ name, type }));

const enumField = (name: string): fc.Arbitrary<Field> =>
  fc
    .uniqueArray(fc.string(), { minLength: 1, maxLength: 4 })
    .map((values) => ({ name, type: 'enum', enum: values }));

function nestedField(name: string, depth: number): fc.Arbitrary<Field> {
  return fc
    .record({
      type: fc.constantFrom('object' as const, 'array<object>' as const),
      fields: fieldsOf(depth - 1),
    })
    .map(({ type, fields }) => ({ name, type, fields }));
}

/** Lists of fields, nested up to `depth`. */
export function fieldsOf(depth: number): fc.Arbitrary<Field[]> {
  return fc
    .uniqueArray(fieldName, { maxLength: 4 })
    .chain((names) =>
      names.length === 0
        ? fc.constant([])
        : fc.tuple(
            ...names.map((name) =>
              depth === 0
                ? fc.oneof(scalarField(name), enumField(name))
                : fc.oneof(scalarField(name), enumField(name), nestedField(name, depth)),
            ),
          ),
    );
}

const wireDate = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString().replace(/\.\d+Z$/, 'Z'));

const float = fc.double({ noNaN: true, noDefaultInfinity: true });

const SCALAR_VALUES: Record<ScalarType, fc.Arbitrary<unknown>> = {
  string: fc.string(),
  float,
  integer: fc.maxSafeInteger(),
  date: wireDate,
  'array<string>': fc.array(fc.string(), { maxLength: 3 }),
  'array<float>': fc.array(float, { maxLength: 3 }),
  'array<integer>': fc.array(fc.maxSafeInteger(), { maxLength: 3 }),
  'array<date>': fc.array(wireDate, { maxLength: 3 }),
};

function aValueOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'enum':
      return fc.constantFrom(...field.enum);
    case 'object':
      return messageOf(field.fields);
    case 'array<object>':
      return fc.array(messageOf(field.fields), { maxLength: 2 });
    default:
      return SCALAR_VALUES[field.type];
  }
}

/** Messages that hold every field, each of its type. */
export function messageOf(fields: readonly Field[]): fc.Arbitrary<Record<string, unknown>> {
  if (fields.length === 0) return fc.constant({});
  return fc
    .tuple(...fields.map(aValueOf))
    .map((values) => Object.fromEntries(fields.map((field, index) => [field.name, values[index]])));
}

/** A value that no field of this type takes. */
export function wrongValueFor(field: Field): fc.Arbitrary<unknown> {
  const wrongItem: Partial<Record<Field['type'], unknown[]>> = {
    'array<string>': [[1], 'x', null],
    'array<float>': [['x'], 1, null],
    'array<integer>': [[1.5], 1, null],
    'array<date>': [['2026-02-30T00:00:00Z'], '2026-01-01T00:00:00Z', null],
    'array<object>': [[1], {}, null],
    object: [[], 'x', null],
    string: [1, null, {}],
    float: ['1', null, []],
    integer: [1.5, '1', null],
    date: [
      '2026-02-30T00:00:00Z',
      '2026-01-01',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00+00:00',
      0,
      null,
    ],
  };
  if (field.type === 'enum') return fc.constantFrom(`${field.enum.join('')}x`, 1, null);
  return fc.constantFrom(...(wrongItem[field.type] ?? []));
}

export const versionText = fc
  .array(fc.oneof(fc.nat({ max: 20 }).map(String), fc.constantFrom('00', '01', 'rc', 'beta', '')), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('.'))
  .filter((text) => text.trim() !== '');
