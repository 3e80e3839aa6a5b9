import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Inference,
  inferFields,
} from '../../../../../nodes/stream-sea-define/editor/builder/schema-from-sample.editor';
import { compileCheck } from '../../../../../src/protocol/schema/check';
import { parseDefinition } from '../../../../../src/protocol/schema/schema';
import { fieldsOf, messageOf } from '../../../../protocol/arbitraries';

function infer(...samples: unknown[]): Inference {
  const inference = inferFields(JSON.stringify(samples));
  return 'fields' in inference ? inference : assert.fail(inference.kind);
}

function notes(inference: Inference): string[] {
  return inference.notes.map(({ path, kind }) => `${path}: ${kind}`);
}

describe('fields from a sample', () => {
  it('have the types of the values', () => {
    const { fields } = infer({
      temperature: 91.5,
      count: 3,
      state: 'on',
      at: '2026-11-22T09:30:00Z',
      tags: ['a', 'b'],
      levels: [1, 2.5],
      codes: [1, 2],
      times: ['2026-11-22T09:30:00Z'],
      place: { room: 'cellar' },
      readings: [{ depth: 1, salt: 2 }, { depth: 1.5 }],
    });
    assert.deepEqual(fields, [
      { name: 'temperature', type: 'float' },
      { name: 'count', type: 'integer' },
      { name: 'state', type: 'string' },
      { name: 'at', type: 'date' },
      { name: 'tags', type: 'array<string>' },
      { name: 'levels', type: 'array<float>' },
      { name: 'codes', type: 'array<integer>' },
      { name: 'times', type: 'array<date>' },
      { name: 'place', type: 'object', fields: [{ name: 'room', type: 'string' }] },
      {
        name: 'readings',
        type: 'array<object>',
        fields: [
          { name: 'depth', type: 'float' },
          { name: 'salt', type: 'integer' },
        ],
      },
    ]);
  });

  it('take a date as JSON writes a JavaScript Date, and say so', () => {
    const inference = infer({ at: new Date(0), days: [new Date(0)] });
    assert.deepEqual(
      inference.fields.map(({ type }) => type),
      ['date', 'array<date>'],
    );
    assert.deepEqual(notes(inference), ['at: dateForm', 'days[]: dateForm']);
  });

  it('are strings where a text only looks like a date', () => {
    const { fields } = infer({ a: '2026-02-30T00:00:00Z', b: '2026-01-01', c: '2026-01-01T00:00:00+01:00' });
    for (const { name, type } of fields) assert.equal(type, 'string', name);
  });

  it('suit all samples: fractions make a float, other texts a string, new names are added', () => {
    const { fields, samples } = infer({ a: 1, at: '2026-11-22T09:30:00Z' }, { a: 1.5, at: 'later', b: 'x' });
    assert.equal(samples, 2);
    assert.deepEqual(fields, [
      { name: 'a', type: 'float' },
      { name: 'at', type: 'string' },
      { name: 'b', type: 'string' },
    ]);
  });

  it('are left out, with a note, where no type would do', () => {
    const inference = infer(
      {
        on: true,
        nothing: null,
        grid: [[1]],
        odd: [1, 'a'],
        nulls: [null],
        both: 1,
        '': 1,
        deep: { no: false },
      },
      { both: 'text' },
    );
    assert.deepEqual(inference.fields, [{ name: 'deep', type: 'object', fields: [] }]);
    assert.deepEqual(notes(inference), [
      'on: boolean',
      'nothing: unknown',
      'grid[]: listOfLists',
      'odd[]: mixed',
      'nulls: unknown',
      'both: mixed',
      ': noName',
      'deep.no: boolean',
    ]);
  });

  it('carry a note where the sample leaves a doubt', () => {
    const inference = infer(
      { list: [], empty: {}, gone: null, count: 2, levels: [null, 0.5] },
      { gone: 'x', list: [] },
    );
    assert.deepEqual(
      inference.fields.map(({ name, type }) => `${name} ${type}`),
      ['list array<string>', 'empty object', 'gone string', 'count integer', 'levels array<float>'],
    );
    assert.deepEqual(notes(inference), [
      'list: emptyList',
      'empty: emptyObject',
      'gone: nullable',
      'count: whole',
      'levels[]: nullable',
    ]);
  });

  it('come from one object, a list of them, or one on each line', () => {
    for (const text of [
      '{"a":1,"b":2}',
      '[{"a":1},{"b":2}]',
      '{"a":1}\n\n{"b":2}\n',
      '{\n "a": 1,\n "b": 2\n}',
      // As files and web pages have it: a byte order mark, blanks of other widths, blanks of none.
      '\ufeff{"a":1,"b":2}',
      '\ufeff{"a":1}\n\u200b{"b":2}\u00a0\n',
      '{\n\u00a0\u00a0"a":\u202f1,\u200b"b": 2\n}\u2060',
    ]) {
      const inference = inferFields(text);
      assert.ok('fields' in inference, text);
      assert.deepEqual(
        inference.fields.map(({ name }) => name),
        ['a', 'b'],
      );
    }
  });

  it('do not come from what is no message with fields', () => {
    assert.deepEqual(inferFields(' \n'), { kind: 'empty' });
    for (const text of ['7', '"x"', 'null', '[]', '[1]', '[[{}]]']) {
      assert.deepEqual(inferFields(text), { kind: 'noObject' }, text);
    }
    const mistake = inferFields('{"a": 1,}');
    assert.equal('kind' in mistake && mistake.kind, 'json');
  });

  it('make a definition that takes the messages of any other definition', () => {
    fc.assert(
      fc.property(
        fieldsOf(2).chain((fields) => messageOf(fields)),
        (message) => {
          const { fields } = infer(message);
          const definition = parseDefinition({ name: 's', version: 1, fields });
          assert.deepEqual(compileCheck(definition, 'types')(message), []);
        },
      ),
    );
  });

  it('make a definition that takes any sample at all, except where a note says otherwise', () => {
    const doubts = new Set(['nullable', 'dateForm']);
    const sample = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 3 }), (given) => {
        const samples: Record<string, unknown>[] = JSON.parse(JSON.stringify(given));
        const { fields, notes: told } = infer(...samples);
        const definition = parseDefinition({ name: 's', version: 1, fields });
        const check = compileCheck(definition, 'types');
        const doubtful = new Set(told.filter(({ kind }) => doubts.has(kind)).map(({ path }) => path));
        for (const message of samples) {
          for (const { path } of check(message)) {
            assert.ok(doubtful.has(path.replace(/\[\d+\]/g, '[]')), `${path} of ${JSON.stringify(message)}`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
