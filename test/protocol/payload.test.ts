import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PayloadError } from '../../src/errors';
import { compileCheck, encodeMessage, formatDate, isWireDate, toWire } from '../../src/protocol/payload';
import type { Definition, Field } from '../../src/protocol/schema';
import { fieldsOf, messageOf, wrongValueFor } from './arbitraries';

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
      'readings[2].at should be a string, but is the number 7',
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
});

describe('dates', () => {
  it('are UTC with whole seconds, and on the calendar (P11)', () => {
    for (const text of ['2026-11-22T09:30:00Z', '2024-02-29T00:00:00Z', '0001-01-01T00:00:00Z']) {
      assert.equal(isWireDate(text), true, text);
    }
    for (const text of [
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:60Z',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:00+01:00',
      '2026-01-01',
      ' 2026-01-01T00:00:00Z',
    ]) {
      assert.equal(isWireDate(text), false, text);
    }
  });

  it('written from a Date read back as dates', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59Z'),
          noInvalidDate: true,
        }),
        (date) => isWireDate(formatDate(date)),
      ),
    );
  });
});

describe('toWire', () => {
  it('writes each Date in the protocol’s form, however deep, and leaves the original alone (P13)', () => {
    const at = new Date('2026-11-22T09:30:00.123Z');
    const message = { at, nested: { list: [1, { at }] }, same: { x: 1 } };
    const wire = toWire(message);
    assert.deepEqual(wire, {
      at: '2026-11-22T09:30:00Z',
      nested: { list: [1, { at: '2026-11-22T09:30:00Z' }] },
      same: { x: 1 },
    });
    assert.equal(message.at, at);
  });

  it('gives back the very object when it holds no Date', () => {
    const message = { a: { b: [1, 2] } };
    assert.equal(toWire(message), message);
  });

  it('names the place of an invalid Date', () => {
    assert.throws(() => toWire({ readings: [{ at: new Date(Number.NaN) }] }), {
      name: 'PayloadError',
      message: /readings\[0\]\.at is a Date that holds no date/,
    });
  });
});

describe('encodeMessage', () => {
  it('refuses with a sentence what JSON cannot say', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const message of [undefined, circular, 10n, { n: 10n }, () => 1, Symbol('x')]) {
      assert.throws(() => encodeMessage(message), PayloadError);
    }
  });

  it('writes a Date without milliseconds', () => {
    assert.equal(encodeMessage({ at: new Date(0) }), '{"at":"1970-01-01T00:00:00Z"}');
  });
});
