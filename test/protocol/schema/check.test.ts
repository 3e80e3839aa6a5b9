import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SchemaError } from '../../../src/errors';
import { compileCheck } from '../../../src/protocol/schema/check';
import type { Definition, Field } from '../../../src/protocol/schema/schema';
import { fieldsOf, messageOf, wrongValueFor } from '../arbitraries';

const boiler: Definition = {
  name: 'boiler_data',
  version: 1,
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'starts', type: 'integer' },
    { name: 'at', type: 'date' },
    { name: 'mode', type: 'enum', enum: ['heating', 'off'] },
    { name: 'tags', type: 'array<string>' },
    { name: 'burner', type: 'object', fields: [{ name: 'gas', type: 'string' }] },
    { name: 'readings', type: 'array<object>', fields: [{ name: 'at', type: 'date' }] },
  ],
};

const lines = (problems: readonly { path: string; message: string }[]) =>
  problems.map(({ path, message }) => `${path} ${message}`);

describe('compileCheck', () => {
  it('names every problem by its path and what it should be (P12)', () => {
    const problems = compileCheck(
      boiler,
      'types',
    )({
      temperature: 'hot',
      starts: 1.5,
      at: '2026-02-30T00:00:00Z',
      mode: 'on',
      tags: ['a', 2],
      burner: { gas: null },
      readings: [{ at: '2026-01-01T00:00:00Z' }, {}, { at: 7 }],
    });
    assert.deepEqual(lines(problems).sort(), [
      'at should be a date YYYY-MM-DDTHH:mm:ssZ, but is the string "2026-02-30T00:00:00Z"',
      'burner.gas should be a string, but is null',
      'mode should be one of "heating", "off", but is the string "on"',
      'readings[2].at should be a date YYYY-MM-DDTHH:mm:ssZ, but is the number 7',
      'starts should be an integer, but is the number 1.5',
      'tags[1] should be a string, but is the number 2',
      'temperature should be a number, but is the string "hot"',
    ]);
  });

  it('takes missing and extra fields unless asked to be strict (P12)', () => {
    const message = { burner: { extra: 1 }, unknown: true };
    assert.deepEqual(compileCheck(boiler, 'types')(message), []);
    const strict = lines(compileCheck(boiler, 'strict')(message));
    for (const line of [
      'temperature is missing',
      'burner.gas is missing',
      'burner.extra is not a field of the schema',
      'unknown is not a field of the schema',
    ]) {
      assert.ok(strict.includes(line), line);
    }
  });

  it('refuses a message that is no object', () => {
    for (const message of [null, 1, 'x', []]) {
      assert.equal(lines(compileCheck(boiler, 'types')(message)).length, 1);
    }
    assert.match(
      lines(compileCheck(boiler, 'types')(7))[0] ?? '',
      /should be an object, but is the number 7/,
    );
  });

  it('takes 3.0 for an integer and refuses numbers JSON cannot write (P11)', () => {
    const check = compileCheck(boiler, 'types');
    assert.deepEqual(check(JSON.parse('{"starts": 3.0}')), []);
    for (const temperature of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(check({ temperature }).length, 1);
    }
  });

  it('checks fields named like parts of Object.prototype', () => {
    const fields: Field[] = [
      { name: '__proto__', type: 'integer' },
      { name: 'constructor', type: 'integer' },
    ];
    const check = compileCheck({ name: 's', version: 1, fields }, 'strict');
    assert.deepEqual(check(JSON.parse('{"__proto__": 1, "constructor": 2}')), []);
    assert.deepEqual(lines(check(JSON.parse('{"__proto__": "x", "constructor": "y"}'))).length, 2);
    assert.deepEqual(compileCheck({ name: 's', version: 1, fields }, 'types')({}), []);
    assert.equal(check({}).length, 2, 'both are missing');
  });

  it('cuts a long value short in its error', () => {
    const [problem] = compileCheck(boiler, 'types')({ temperature: 'x'.repeat(1000) });
    assert.ok((problem?.message.length ?? 0) < 120);
  });

  it('accepts what its schema generates, and rejects any one field of another type', () => {
    const cases = fieldsOf(2).chain((fields) => fc.tuple(fc.constant(fields), messageOf(fields)));
    fc.assert(
      fc.property(cases, ([fields, message]) => {
        const definition = { name: 's', version: 1, fields };
        assert.deepEqual(compileCheck(definition, 'strict')(message), []);
        assert.deepEqual(compileCheck(definition, 'types')(JSON.parse(JSON.stringify(message))), []);
      }),
      { numRuns: 60 },
    );
    const mutations = cases
      .filter(([fields]) => fields.length > 0)
      .chain(([fields, message]) =>
        fc
          .constantFrom(...fields)
          .chain((field) => fc.tuple(fc.constant({ fields, message, field }), wrongValueFor(field))),
      );
    fc.assert(
      fc.property(mutations, ([{ fields, message, field }, wrong]) => {
        const mutated = Object.fromEntries([...Object.entries(message), [field.name, wrong]]);
        const problems = compileCheck({ name: 's', version: 1, fields }, 'types')(mutated);
        assert.ok(problems.length > 0);
        assert.ok(problems.every(({ path }) => path.startsWith(field.name)));
      }),
      { numRuns: 60 },
    );
  });

  it('names a hundred problems, and counts the others', () => {
    const definition: Definition = {
      name: 's',
      version: 1,
      fields: [{ name: 'list', type: 'array<integer>' }],
    };
    const problems = compileCheck(definition, 'types')({ list: Array(400_000).fill('x') });
    assert.equal(problems.length, 101);
    assert.equal(problems.at(-1)?.message, 'and 399900 more');
  });

  it('lists a few values of an enum that has very many', () => {
    const values = Array.from({ length: 150_000 }, (_, number) => `value ${number} ${'x'.repeat(100)}`);
    const check = compileCheck(
      { name: 's', version: 1, fields: [{ name: 'mode', type: 'enum', enum: values }] },
      'types',
    );
    assert.deepEqual(check({ mode: values.at(-1) }), []);
    const [problem] = check({ mode: 'other' });
    assert.match(problem?.message ?? '', /^should be one of "value 0 x.* and 149990 more, but is/);
    assert.ok((problem?.message.length ?? 0) < 700);
  });

  it('cuts long names short', () => {
    const name = 'x'.repeat(1_000_000);
    const check = compileCheck(
      { name: 's', version: 1, fields: [{ name, type: 'object', fields: [{ name, type: 'date' }] }] },
      'types',
    );
    const [problem] = check({ [name]: { [name]: 1 } });
    assert.ok((problem?.path.length ?? 0) < 400);
  });

  it('checks a schema of twenty thousand dates', () => {
    const fields: Field[] = Array.from({ length: 20_000 }, (_, number) => ({
      name: `at${number}`,
      type: 'date',
    }));
    const check = compileCheck({ name: 's', version: 1, fields }, 'strict');
    const message = Object.fromEntries(fields.map(({ name }) => [name, '2026-01-01T00:00:00Z']));
    assert.deepEqual(check(message), []);
    assert.deepEqual(lines(check({ ...message, at7: 'now' })), [
      'at7 should be a date YYYY-MM-DDTHH:mm:ssZ, but is the string "now"',
    ]);
  });

  it('is fine with fields in any order, in turn', () => {
    const check = compileCheck(boiler, 'types');
    for (let turn = 0; turn < 3; turn += 1) {
      assert.deepEqual(check({ temperature: 1, starts: 2, mode: 'off' }), []);
      assert.deepEqual(check({ mode: 'off', extra: 1, starts: 2, temperature: 1 }), []);
      assert.equal(check({ starts: 'x', temperature: 1 }).length, 1);
      assert.equal(check({ temperature: 'x', starts: 1 }).length, 1);
    }
  });

  it('sees own fields only, takes undefined for nothing, and a hole in a list for something', () => {
    const check = compileCheck(boiler, 'types');
    assert.deepEqual(check(Object.create({ temperature: 'hot' })), []);
    assert.deepEqual(check({ temperature: undefined }), []);
    assert.deepEqual(
      lines(compileCheck({ ...boiler, fields: [] }, 'strict')({ temperature: undefined })),
      [],
    );
    assert.equal(check({ tags: Array(1) }).length, 1);
  });

  it('refuses a schema that nests deeper than any message may', () => {
    let fields: Field[] = [];
    for (let depth = 0; depth < 1_001; depth += 1) fields = [{ name: 'a', type: 'object', fields }];
    assert.throws(() => compileCheck({ name: 's', version: 1, fields }, 'types'), SchemaError);
  });
});
