import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MessagePattern } from '../../../src/protocol/message/message-pattern';
import { messageTexts } from '../../../src/protocol/message/message-texts';
import { compileCheck } from '../../../src/protocol/schema/check';
import { type Field, parseDefinition, type ScalarType } from '../../../src/protocol/schema/schema';

const MANY = 1_000;

const READING: readonly Field[] = [
  { name: 'boiler', type: 'integer' },
  { name: 'temperature', type: 'float' },
  { name: 'at', type: 'date' },
  { name: 'mode', type: 'enum', enum: ['on', 'of (f)', 'a"b'] },
  { name: 'place', type: 'object', fields: [{ name: 'x.y', type: 'float' }] },
  { name: 'sensors', type: 'array<object>', fields: [{ name: 'id', type: 'string' }] },
  { name: 'last', type: 'array<float>' },
];

const SAMPLE = {
  boiler: 1,
  temperature: 1.5,
  at: '2026-02-03T04:05:06Z',
  mode: 'on',
  place: { 'x.y': 1 },
  sensors: [{ id: 'a' }],
  last: [1],
  extra: true,
};

/** What is published mostly, and as Python writes it. */
const compact = (value: unknown): string => JSON.stringify(value);
const spaced = (value: unknown): string => {
  const text = JSON.stringify(value, undefined, 1) ?? '';
  return text.replace(/\n\s*/g, ' ').replace(/([{[]) | ([}\]])/g, '$1$2');
};

function patternOf(fields: readonly Field[], sample: unknown): MessagePattern {
  const pattern = MessagePattern.of(fields, sample);
  assert(pattern, 'there is none');
  return pattern;
}

/** The texts of a body, or undefined where it is to be read in full. */
function take(body: string, fields = READING, sample: unknown = SAMPLE): readonly string[] | undefined {
  return patternOf(fields, sample).textsOf(body, MANY);
}

const scalars: Record<ScalarType, fc.Arbitrary<unknown>> = (() => {
  const float = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(-0));
  const integer = fc.oneof(fc.integer(), fc.maxSafeInteger());
  const string = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }));
  const date = fc
    .date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((at) => `${at.toISOString().slice(0, 19)}Z`);
  const list = (item: fc.Arbitrary<unknown>) => fc.array(item, { maxLength: 3 });
  return {
    float,
    integer,
    string,
    date,
    'array<float>': list(float),
    'array<integer>': list(integer),
    'array<string>': list(string),
    'array<date>': list(date),
  };
})();

interface Shape {
  readonly field: Field;
  readonly value: fc.Arbitrary<unknown>;
}

const name = fc.constantFrom('a', 'b', 'c.d', 'e"', '__proto__', '1', 'ä鍵', 'f[g]', '$', 'payload');

/** A field, and what fits it. */
const { shape } = fc.letrec<{ shape: Shape; nested: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    fc
      .tuple(name, fc.constantFrom(...(Object.keys(scalars) as ScalarType[])))
      .map(([name, type]): Shape => ({ field: { name, type }, value: scalars[type] })),
    fc
      .tuple(name, fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }))
      .map(
        ([name, list]): Shape => ({
          field: { name, type: 'enum', enum: list },
          value: fc.constantFrom(...list),
        }),
      ),
    tie('nested'),
  ),
  nested: fc
    .tuple(
      name,
      fc.constantFrom('object' as const, 'array<object>' as const),
      fc.uniqueArray(tie('shape') as fc.Arbitrary<Shape>, {
        maxLength: 3,
        selector: ({ field }) => field.name,
      }),
    )
    .map(([name, type, shapes]): Shape => {
      const object = objectOf(shapes);
      return {
        field: { name, type, fields: shapes.map(({ field }) => field) },
        value: type === 'object' ? object : fc.array(object, { maxLength: 2 }),
      };
    }),
}));

function objectOf(shapes: readonly Shape[]): fc.Arbitrary<object> {
  const parts = fc.tuple(...shapes.map(({ value }) => value));
  return parts.map((values) =>
    Object.fromEntries(shapes.map(({ field }, index) => [field.name, values[index]])),
  );
}

/** A few letters changed, most of them to what means something to JSON. */
const edits = fc.array(
  fc.tuple(
    fc.nat(),
    fc.constantFrom(
      '',
      '"',
      '\\',
      ',',
      ' ',
      '  ',
      '}',
      ']',
      '{',
      '[',
      '0',
      '1',
      '-',
      '.',
      'e',
      '\n',
      '\u0000',
      'null',
      '"payload":',
      '31',
      '1e400',
      '\ufeff',
      '\ud800',
    ),
    fc.nat({ max: 2 }),
  ),
  { maxLength: 3 },
);

function edited(text: string, changes: readonly (readonly [number, string, number])[]): string {
  return changes.reduce((before, [where, by, cut]) => {
    const at = where % (before.length + 1);
    return before.slice(0, at) + by + before.slice(at + cut);
  }, text);
}

describe('MessagePattern', () => {
  it('takes nothing that would be read otherwise, or refused', () => {
    let taken = 0;
    const stream = fc
      .uniqueArray(shape as fc.Arbitrary<Shape>, { maxLength: 5, selector: ({ field }) => field.name })
      .chain((shapes) =>
        fc.record({
          fields: fc.constant(shapes.map(({ field }) => field)),
          messages: fc.array(objectOf(shapes), { minLength: 1, maxLength: 4 }),
          changes: edits,
          write: fc.constantFrom(compact, spaced),
          single: fc.boolean(),
        }),
      );
    fc.assert(
      fc.property(stream, ({ fields, messages, changes, write, single }) => {
        const pattern = MessagePattern.of(fields, messages[0]);
        if (pattern === undefined) return;
        const body = edited(write({ payload: single ? messages[0] : messages }), changes);
        const texts = pattern.textsOf(body, MANY);
        if (texts === undefined) return;
        taken += 1;
        const read = messageTexts(body);
        assert.deepEqual(texts, read.texts);
        const check = compileCheck(parseDefinition({ name: 'a', version: 1, fields: [...fields] }), 'types');
        for (const value of read.values) assert.deepEqual(check(value), []);
      }),
      { numRuns: 5_000 },
    );
    assert(taken > 500, `it took ${taken}`);
  });

  it('takes what looks like its sample, alone or in a list, compact or with blanks', () => {
    const other = {
      ...SAMPLE,
      temperature: -12.5e3,
      mode: 'of (f)',
      sensors: [{ id: 'ä' }, { id: '{}' }],
      last: [],
      extra: false,
    };
    for (const write of [compact, spaced]) {
      assert.deepEqual(take(write({ payload: other })), [write(other)]);
      assert.deepEqual(take(write({ payload: [other, SAMPLE] })), [write(other), write(SAMPLE)]);
    }
  });

  it('leaves to others what a schema forbids, or JSON', () => {
    const wrong: Record<string, unknown> = {
      boiler: 1.5,
      temperature: '1',
      at: '2026-02-30T04:05:06Z',
      mode: 'off',
      place: { 'x.y': true },
      sensors: [{ id: 1 }],
      last: [1, null],
      extra: {},
    };
    for (const [field, value] of Object.entries(wrong))
      assert.equal(take(compact({ payload: [SAMPLE, { ...SAMPLE, [field]: value }] })), undefined, field);
    const text = compact({ payload: [{ a: 1 }] });
    const fields: Field[] = [{ name: 'a', type: 'float' }];
    const half = (body: string) => take(body, fields, { a: 1 });
    assert.deepEqual(half(text), ['{"a":1}']);
    const endless = '1'.repeat(400);
    for (const number of ['01', '1.', '.5', '+1', '1e400', endless, '0x1', '1_0', '-', 'NaN', '1e'])
      assert.equal(half(text.replace('1', number)), undefined, number);
    assert.equal(take(text.replace('1', endless), [{ name: 'a', type: 'integer' }], { a: 1 }), undefined);
    const named: Field[] = [{ name: 'a', type: 'string' }];
    for (const string of ['"\\"', '"\\x"', '"\\n"', '"\n"', '"\u0000"', '"', "''", '"a""b"'])
      assert.equal(take(text.replace('1', string), named, { a: '' }), undefined, string);
    for (const body of [`${text} `, ` ${text}`, `${text}}`, text.slice(0, -1), `[${text}]`, `\ufeff${text}`])
      assert.equal(half(body), undefined, body);
    for (const payload of [
      '[]',
      '[{"a":1},]',
      '[{"a":1} {"a":1}]',
      '[{"a":1}',
      '{"a":1}]',
      '{"a":1},{"a":1}',
      '\u0001{"a":1}',
      '[{"a":1},\u0001{"a":1}]',
      '[{"a":1}}',
    ])
      assert.equal(half(`{"payload":${payload}}`), undefined, payload);
    assert.equal(half('{"payload":{"a":1},"payload":{"a":1}}'), undefined);
  });

  it('takes no more than it may', () => {
    const body = compact({ payload: [SAMPLE, SAMPLE] });
    const pattern = patternOf(READING, SAMPLE);
    assert.deepEqual([pattern.textsOf(body, 1), pattern.textsOf(body, 2)?.length], [undefined, 2]);
  });

  it('is none of what no short expression says', () => {
    const deep = (levels: number): [Field, object] => {
      if (levels === 0) return [{ name: 'a', type: 'float' }, { a: 1 }];
      const [field, sample] = deep(levels - 1);
      return [{ name: 'a', type: 'object', fields: [field] }, { a: sample }];
    };
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`f${index}`, 1]));
    const list: Field = { name: 'a', type: 'array<object>', fields: [] };
    const many = Array.from({ length: 10_000 }, (_, index) => `value ${index}`);
    const [field, sample] = deep(20);
    for (const [fields, message] of [
      [[field], sample],
      [[], wide],
      [[], { a: {} }],
      [[], 1],
      [[], undefined],
      [[list], { a: [] }],
      [[{ name: 'a', type: 'enum', enum: many }], { a: 'value 1' }],
    ] as [Field[], unknown][])
      assert.equal(MessagePattern.of(fields, message), undefined);
  });

  it('is made of no name and no value that is too long, nor are those looked at', () => {
    const { replace } = String.prototype;
    let longest = 0;
    String.prototype.replace = function (this: string, ...given: [never, never]) {
      longest = Math.max(longest, this.length);
      return replace.apply(this, given);
    } as typeof replace;
    try {
      const long = '('.repeat(100_000);
      assert.equal(MessagePattern.of([], { [long]: 1 }), undefined);
      assert.equal(
        MessagePattern.of([{ name: 'e', type: 'enum', enum: [long, 'a'] }], { e: 'a' }),
        undefined,
      );
    } finally {
      String.prototype.replace = replace;
    }
    assert(longest < 10_000, `${longest}`);
  });

  it('has room for the longest lists that it looks at, right or wrong, and leaves longer ones to others', () => {
    const fields: Field[] = [
      { name: 'a', type: 'array<float>' },
      { name: 'b', type: 'array<string>' },
      { name: 'c', type: 'array<object>', fields: [{ name: 'd', type: 'integer' }] },
    ];
    const longest = 1_000_000 - 100;
    for (const item of ['1', '-1.5', '123456789012345.12345678901234567890', '""', '"x"', '{}', '{"d": 1}']) {
      const name = item.startsWith('"') ? 'b' : item.startsWith('{') ? 'c' : 'a';
      const sample = { [name]: name === 'c' ? [JSON.parse(item)] : [] };
      const body = (length: number, end = item) =>
        `{"payload":{"${name}":[${`${item},`.repeat(length / (item.length + 1))}${end}]}}`;
      assert.equal(take(body(longest), fields, sample)?.length, 1, item);
      assert.equal(take(body(longest, '!'), fields, sample), undefined, item);
      assert.equal(take(body(longest + 200), fields, sample), undefined, item);
    }
  });
});
