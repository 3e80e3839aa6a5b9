import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SchemaError } from '../../../src/errors';
import {
  FIELD_TYPES,
  type Field,
  isNested,
  parseDefinition,
  sameFields,
} from '../../../src/protocol/schema/schema';
import { fieldsOf } from '../arbitraries';

/** The same set in another order, at every depth. */
function shuffled(fields: readonly Field[]): Field[] {
  return fields
    .map((field): Field => {
      if (field.type === 'enum') return { ...field, enum: [...field.enum].reverse() };
      return isNested(field) ? { ...field, fields: shuffled(field.fields) } : field;
    })
    .reverse();
}

describe('parseDefinition', () => {
  it('takes all 11 types, nested to any depth, and leaves unknown keys out (P10, P11)', () => {
    const fields = FIELD_TYPES.map((type) => ({
      name: `a ${type}`,
      type,
      ...(type === 'enum' && { enum: ['x'] }),
      ...((type === 'object' || type === 'array<object>') && {
        fields: [{ name: 'deep', type: 'object', fields: [{ name: 'deeper', type: 'date' }] }],
      }),
    }));
    assert.equal(fields.length, 11);
    const definition = parseDefinition({ name: 's', version: '1.0.0', fields, extra: 1 });
    assert.deepEqual(definition, { name: 's', version: '1.0.0', fields });
  });

  it('reads back what it gave, for any schema', () => {
    fc.assert(
      fc.property(fieldsOf(3), (fields) => {
        const definition = { name: 's', version: 1, fields };
        assert.deepEqual(parseDefinition(JSON.parse(JSON.stringify(definition))), definition);
      }),
    );
  });

  it('takes the stream’s name for one that has none, and refuses one that differs', () => {
    assert.equal(parseDefinition({ version: 1, fields: [] }, 'boiler').name, 'boiler');
    assert.throws(
      () => parseDefinition({ name: 'x', version: 1, fields: [] }, 'boiler'),
      /name should be .*"boiler"/,
    );
  });

  it('lists every mistake with its place', () => {
    const bad = {
      name: '',
      version: null,
      fields: [
        7,
        { type: 'string' },
        { name: 'a', type: 'text' },
        { name: 'b', type: 'enum', enum: [] },
        { name: 'c', type: 'object' },
        {
          name: 'd',
          type: 'array<object>',
          fields: [
            { name: 'e', type: 'float' },
            { name: 'e', type: 'float' },
          ],
        },
        { name: 'f', type: 'enum', enum: ['x', 'x'] },
      ],
    };
    assert.throws(
      () => parseDefinition(bad),
      (error) => {
        assert.ok(error instanceof SchemaError);
        const places = error.errors.map((line) => line.split(' ')[0]);
        assert.deepEqual(places, [
          'name',
          'version',
          'fields[0]',
          'fields[1].name',
          'fields.a.type',
          'fields.b.enum',
          'fields.c',
          'fields.d.e',
          'fields.f.enum',
        ]);
        return true;
      },
    );
  });

  it('refuses what is no object', () => {
    for (const value of [null, [], 'x', undefined]) assert.throws(() => parseDefinition(value), SchemaError);
  });
});

describe('parseDefinition of what is hostile', () => {
  it('ends with a mistake where a definition holds itself, or nests deeper than it could travel', () => {
    const field: Record<string, unknown> = { name: 'a', type: 'object' };
    field.fields = [field];
    assert.throws(
      () => parseDefinition({ name: 's', version: 1, fields: [field] }),
      (error) => error instanceof SchemaError && /nests deeper than 500 levels/.test(error.message),
    );
  });

  it('says where a mistake is in few letters, however long the names are', () => {
    const name = 'x'.repeat(1_000_000);
    const inner = Array.from({ length: 50 }, (_, n) => ({ name: `${name}${n}`, type: 'colour' }));
    const enums = [
      { name, type: 'enum', enum: [] },
      { name, type: 'enum', enum: ['a', 'a'] },
    ];
    const fields = [
      { name, type: 'object', fields: [...inner, ...enums, 1, { name: '' }, { name, type: 'object' }] },
    ];
    assert.throws(
      () => parseDefinition({ name: 's', version: 1, fields }),
      (error) => error instanceof SchemaError && error.errors.length === 57 && error.message.length < 50_000,
    );
  });

  it('names a hundred mistakes, and counts the others', () => {
    const fields = Array.from({ length: 20_000 }, () => 5);
    assert.throws(
      () => parseDefinition({ name: 's', version: 1, fields }),
      (error) =>
        error instanceof SchemaError &&
        error.errors.length === 101 &&
        error.errors.at(-1) === 'and 19900 more',
    );
  });
});

describe('sameFields', () => {
  it('does not mind order, at any depth (P14)', () => {
    fc.assert(fc.property(fieldsOf(3), (fields) => sameFields(fields, shuffled(fields))));
  });

  it('sees a field more, a field less, another type, another enum, another nested field', () => {
    const fields: Field[] = [
      { name: 'a', type: 'float' },
      { name: 'b', type: 'enum', enum: ['x', 'y'] },
      { name: 'c', type: 'object', fields: [{ name: 'd', type: 'date' }] },
    ];
    const [a, b, c] = fields as [Field, Field, Field];
    const others: Field[][] = [
      [a, b],
      [...fields, { name: 'z', type: 'float' }],
      [{ name: 'a', type: 'integer' }, b, c],
      [a, { name: 'b', type: 'enum', enum: ['x', 'z'] }, c],
      [a, { name: 'b', type: 'enum', enum: ['x'] }, c],
      [a, b, { name: 'c', type: 'array<object>', fields: [{ name: 'd', type: 'date' }] }],
      [a, b, { name: 'c', type: 'object', fields: [{ name: 'd', type: 'string' }] }],
    ];
    for (const other of others) {
      assert.equal(sameFields(fields, other), false);
      assert.equal(sameFields(other, fields), false);
    }
    assert.equal(sameFields(fields, [c, a, b]), true);
  });
});
