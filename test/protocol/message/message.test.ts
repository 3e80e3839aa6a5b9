import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { PayloadError } from '../../../src/errors';
import { fitDates, type Message, storedMessage, toMessage } from '../../../src/protocol/message/message';
import { compileCheck } from '../../../src/protocol/schema/check';
import type { Definition } from '../../../src/protocol/schema/schema';
import { anyFickleValue, anyMangled, anyValue, jsonOf } from '../values';

function refused(make: () => unknown): PayloadError | undefined {
  try {
    toMessage(make());
    return undefined;
  } catch (error) {
    assert.ok(error instanceof PayloadError, String(error));
    return error;
  }
}

function made(make: () => unknown): Message | undefined {
  return refused(make) === undefined ? toMessage(make()) : undefined;
}

/** `path: what is wrong`, of each problem. */
function wrongIn(value: unknown): string[] {
  return (refused(() => value)?.problems ?? []).map(({ path, message }) => `${path}: ${message}`);
}

describe('toMessage', () => {
  it('makes of anything what JSON makes of it, or refuses it with a path', () => {
    fc.assert(
      fc.property(anyValue, (make) => {
        const message = made(make);
        if (message !== undefined) {
          assert.deepEqual(JSON.parse(message.text), JSON.parse(jsonOf(make()) ?? 'refused?'));
        } else {
          const error = refused(make);
          assert.ok((error?.message.length ?? 0) < 20_000);
          // Only what is nothing, or too large, has no place.
          assert.ok((error?.problems.length ?? 0) > 0 || /missing|too large/.test(error?.message ?? ''));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds what JSON would mangle wherever it is, and nothing else', () => {
    fc.assert(
      fc.property(anyMangled, ({ make, path }) => {
        const problems = refused(make)?.problems ?? [];
        assert.ok(problems.length > 0);
        for (const problem of problems) assert.ok(problem.path.startsWith(path), problem.path);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives a check the very value that goes out, whatever changes its mind', () => {
    const definition: Definition = { name: 's', version: 1, fields: [{ name: 'a', type: 'integer' }] };
    const check = compileCheck(definition, 'types');
    fc.assert(
      fc.property(anyFickleValue, (make) => {
        let message: Message;
        try {
          message = toMessage(make());
        } catch (error) {
          assert.ok(error instanceof PayloadError, String(error));
          return;
        }
        const { value, text } = message;
        assert.equal(JSON.stringify(value), text);
        assert.deepEqual(check(value), check(JSON.parse(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes all that is JSON already, byte for byte', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.equal(toMessage(value).text, JSON.stringify(value));
      }),
    );
  });

  it('never publishes the insides of what says its JSON itself', () => {
    const account = { user: 'u', password: 'secret', toJSON: () => ({ user: 'u' }) };
    assert.equal(
      toMessage({ at: new Date(0), account }).text,
      '{"at":"1970-01-01T00:00:00Z","account":{"user":"u"}}',
    );
    class Inherits {
      password = 'secret';
      toJSON(): string {
        return 'shown';
      }
    }
    assert.equal(toMessage([new Date(0), new Inherits()]).text, '["1970-01-01T00:00:00Z","shown"]');
  });

  it('writes each Date in the protocol’s form, of whatever realm, and leaves the original alone (P13)', () => {
    const at = new Date('2026-11-22T09:30:00.123Z');
    const message = { at, nested: { list: [1, { at: runInNewContext('new Date(0)') }] }, same: { x: 1 } };
    assert.deepEqual(toMessage(message).value, {
      at: '2026-11-22T09:30:00Z',
      nested: { list: [1, { at: '1970-01-01T00:00:00Z' }] },
      same: { x: 1 },
    });
    assert.equal(message.at, at);
  });

  it('is a copy that nobody else holds', () => {
    const given = { a: { b: [1] } };
    const { value, text } = toMessage(given);
    given.a.b.push(2);
    assert.deepEqual(value, { a: { b: [1] } });
    assert.equal(text, '{"a":{"b":[1]}}');
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  it('reads each property once', () => {
    let reads = 0;
    const given = {
      get a() {
        reads += 1;
        return reads;
      },
    };
    assert.equal(toMessage(given).text, '{"a":1}');
    assert.equal(reads, 1);
  });

  it('leaves undefined out, as JSON does, but not out of a list', () => {
    assert.deepEqual(Object.keys(Object(toMessage({ n: 1, extra: undefined }).value)), ['n']);
    assert.deepEqual(wrongIn({ list: [1, undefined] }), [
      'list[1]: is undefined, of which JSON makes null in a list',
    ]);
  });

  it('writes typed arrays as lists of numbers', () => {
    assert.equal(toMessage({ wave: new Float32Array([1.5, 2]) }).text, '{"wave":[1.5,2]}');
    assert.deepEqual(wrongIn(new Float64Array([1, Number.NaN])), ['[1]: is NaN, which JSON cannot say']);
  });

  it('says where something is that JSON would mangle, and what to do about it', () => {
    const opaque = (type: string) =>
      `is a ${type}, of which JSON keeps nothing: make a plain object, a list or a text of it first`;
    for (const [value, problem] of [
      [Number.NaN, 'is NaN, which JSON cannot say'],
      [Number.NEGATIVE_INFINITY, 'is -Infinity, which JSON cannot say'],
      [10n, 'is a bigint, which JSON cannot say'],
      [Symbol('x'), 'is a symbol, which JSON cannot say'],
      [() => 1, 'is a function, which JSON cannot say'],
      [new Date(Number.NaN), 'is a Date that holds no date'],
      [new Date(8.64e15), /^.* is a Date outside the years 0000 to 9999, for which/],
      [new Date(-1e15), /is a Date outside the years/],
      [{ toJSON: () => new Date(1e15) }, /is a Date outside the years/],
      [
        Buffer.from('x'),
        'is a Buffer, of which JSON makes a list of bytes: make a text (toString) or an object (a json node) of it first',
      ],
      [new Map(), opaque('Map')],
      [new Set([1]), opaque('Set')],
      [Object.assign(new Error('x'), { code: 1 }), opaque('Error')],
      [/x/, opaque('RegExp')],
      [Promise.resolve(), opaque('Promise')],
      [new ArrayBuffer(1), opaque('ArrayBuffer')],
      [new URLSearchParams('a=1'), opaque('URLSearchParams')],
      [runInNewContext('new Map()'), opaque('Map')],
      [{ toJSON: () => Buffer.from('x') }, /is a Buffer/],
      [Object.assign(Buffer.from('x'), { toJSON: undefined }), /is a Buffer/],
    ] as const) {
      const [found = '', ...others] = wrongIn({ readings: [{ value }] });
      assert.deepEqual(others, []);
      if (typeof problem === 'string') assert.equal(found, `readings[0].value: ${problem}`);
      else assert.match(found, problem);
    }
    const error = refused(() => Buffer.from('x'));
    assert.match(
      error?.message ?? '',
      /^The message is a Buffer, .* \(the message cannot be written as JSON\)$/,
    );
  });

  it('says which object a circle leads back to, and what somebody’s code has thrown', () => {
    const inner: Record<string, unknown> = {};
    inner.self = { again: inner };
    assert.deepEqual(wrongIn({ list: [inner] }), ['list[0].self.again: is list[0] again (a circle)']);
    const whole: unknown[] = [];
    whole.push(whole);
    assert.deepEqual(wrongIn(whole), ['[0]: is the whole message again (a circle)']);
    const thrower = {
      get odd() {
        throw new Error('y'.repeat(10_000));
      },
    };
    const [problem = ''] = wrongIn({ thrower });
    assert.match(problem, /^thrower\.odd: cannot be read: yyy/);
    assert.ok(problem.length < 300);
  });

  it('writes the same object twice that is there twice', () => {
    const shared = { a: 1 };
    assert.equal(toMessage([shared, shared, { shared }]).text, '[{"a":1},{"a":1},{"shared":{"a":1}}]');
  });

  it('names twenty problems, and counts the others', () => {
    const problems = wrongIn(Array(100_000).fill(Number.NaN));
    assert.equal(problems.length, 21);
    assert.equal(problems.at(-1), ': and 99980 more');
  });

  it('takes what nests as deep as servers take it, and says where it is deeper', () => {
    const nested = (levels: number): unknown => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level += 1) value = [value];
      return value;
    };
    assert.equal(toMessage(nested(998)).text.length, 2 * 998 + 1);
    assert.match(wrongIn(nested(999))[0] ?? '', /nests deeper than 998 levels/);
    assert.match(wrongIn(nested(100_000))[0] ?? '', /nests deeper than 998 levels/);
    assert.match(wrongIn([nested(100_000), /x/])[0] ?? '', /nests deeper than 998 levels/);
  });

  it('gives up as soon as the text must be longer than servers take', () => {
    let many: unknown = 'x'.repeat(1_000);
    for (let level = 0; level < 40; level += 1) many = [many, many];
    let looks = 0;
    const endless = new Proxy([], {
      get(list, key) {
        looks += 1;
        return key === 'length' ? 1e12 : Reflect.get(list, key);
      },
    });
    for (const value of [
      many,
      endless,
      Array(4e9),
      'x'.repeat(17e6),
      [/x/, 'x'.repeat(17e6)],
      { a: many, b: /x/ },
    ]) {
      assert.match(
        refused(() => value)?.message ?? '',
        /^The message is too large: as JSON it has more than/,
      );
    }
    assert.ok(looks < 20);
  });

  it('says that nothing is nothing', () => {
    for (const nothing of [undefined, { toJSON: () => undefined }]) {
      assert.equal(refused(() => nothing)?.message, 'The message is missing: there is nothing to send.');
    }
  });

  it('may be asked for a message while it makes one', () => {
    const given = { inner: { toJSON: () => toMessage({ a: 1 }).text }, after: 1 };
    assert.equal(toMessage(given).text, '{"inner":"{\\"a\\":1}","after":1}');
  });
});

describe('the instants of a message', () => {
  const moment = { _isAMomentObject: true, toJSON: () => '2026-01-02T04:04:05.678+01:00' };
  const fields: Definition['fields'] = [
    { name: 'at', type: 'date' },
    { name: 'text', type: 'string' },
    { name: 'times', type: 'array<date>' },
    { name: 'readings', type: 'array<object>', fields: [{ name: 'at', type: 'date' }] },
  ];

  it('become dates where the schema wants dates, and nowhere else', () => {
    const message = toMessage({
      at: moment,
      text: moment,
      times: ['2026-01-01T00:00:00Z', moment],
      readings: [{ at: moment }],
      extra: { at: moment },
    });
    const fitted = fitDates(message, { fields });
    assert.deepEqual(fitted.value, {
      at: '2026-01-02T03:04:05Z',
      text: '2026-01-02T04:04:05.678+01:00',
      times: ['2026-01-01T00:00:00Z', '2026-01-02T03:04:05Z'],
      readings: [{ at: '2026-01-02T03:04:05Z' }],
      extra: { at: '2026-01-02T04:04:05.678+01:00' },
    });
    assert.equal(fitted.text, JSON.stringify(fitted.value));
    assert.equal(JSON.parse(message.text).at, '2026-01-02T04:04:05.678+01:00', 'the message is as it was');
    assert.deepEqual(fitDates(storedMessage(message.text, message.instants), { fields }), fitted);
  });

  it('are no texts, and nothing that is no moment in time', () => {
    const message = toMessage({ at: '2026-01-02T03:04:05.678Z', text: { toJSON: () => 'P1D' } });
    assert.equal(message.instants, undefined);
    assert.equal(fitDates(message, { fields }), message);
  });
});
