import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutMessages } from '../../../src/protocol/message/message-cuts';

const name = fc.constantFrom('a', 'b', 'payload', '__proto__', 'c]', 'd"', 'e\\', 'ä鍵');
const number = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Readings, mostly; some hold what is not cut. */
const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    number,
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: fc.constantFrom('x', '"', '\\', ',', ' ', '}', '{', '[') }),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));
const object = fc.dictionary(name, value, { maxKeys: 4 });
const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 2 });

const cut = (body: string): string[] | undefined => {
  const { payload } = JSON.parse(body);
  const batch = Array.isArray(payload);
  return cutMessages(body, batch ? payload : [payload], batch);
};

/** All names and texts in it. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(textsIn)];
}

describe('message-cuts', () => {
  it('cut each message as it was written, or say that they cannot tell', () => {
    const spaced = fc.tuple(fc.array(object, { maxLength: 4 }), fc.integer({ min: 0, max: 2 }), fc.boolean());
    fc.assert(
      fc.property(
        spaced,
        fc.array(blanks, { minLength: 20, maxLength: 20 }),
        ([values, indent, single], gaps) => {
          const gap = (): string => gaps.pop() ?? '';
          const [first] = values;
          const texts = (single && first !== undefined ? [first] : values).map((each) =>
            JSON.stringify(each, undefined, indent),
          );
          const list = `[${gap()}${texts.map((text) => `${gap()}${text}${gap()}`).join(',')}]`;
          const payload = single && first !== undefined ? texts.join('') : list;
          const found = cut(`${gap()}{${gap()}"payload"${gap()}:${gap()}${payload}${gap()}}${gap()}`);
          if (found !== undefined) assert.deepEqual(found, texts);
          else assert.match(textsIn(values).join(''), /[[}]/);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('cut what readings look like', () => {
    const text =
      '{"boiler":12,"at":"2026-02-03T04:05:06Z","note":"a, \\"b\\": [c","sensors":[{"x":1.50},{}]}';
    const plain = text.replace('[c', 'c');
    assert.deepEqual(cut(`{"payload":[${plain}, ${plain}]}`), [plain, plain]);
    assert.deepEqual(cut(`{"payload":${plain}}`), [plain]);
    assert.deepEqual(cut('{"payload":[]}'), []);
    assert.equal(cut(`{"payload":[${text}]}`), undefined);
  });

  it('leave to others what is to be looked at more closely', () => {
    const deep = `{"a":${'['.repeat(1_100)}${']'.repeat(1_100)}}`;
    for (const body of [
      '{"payload":1}',
      '{"payload":[{"a":1},2]}',
      '{"payload":[{"a":1}],"beside":{}}',
      '{"beside":1,"payload":{"a":1}}',
      '{"payload":{"a":1},"payload":{"b":1}}',
      '{"payload":1,"payload":{"b":1}}',
      // A text that begins as a message does, and is lost to the list after it.
      '{"payload":"{","payload":[{"a":1}]}',
      '{"p\\u0061yload":{"a":1}}',
      '{"payload":{"a":"}"}}',
      '{"payload":[{"a":"}, {"},{"b":1}]}',
      '{"payload":{"a}":1}}',
      '{"payload":{"a":1e400}}',
      '{"payload":[{"a":[1,-1e400]}]}',
      // An object that is lost, and a bracket that stands for it; and lists that are lost, but were sent.
      '{"payload":{"a":{},"a":1}}',
      '{"payload":{"a":{},"a":{}}}',
      `{"payload":{"a":${deep},"a":1}}`,
      `{"payload":{"a":${'['.repeat(1_100)}${']'.repeat(1_100)},"a":1}}`,
      `{"payload":[${deep}]}`,
      `{"payload":[{"a":${'{"a":'.repeat(20)}1${'}'.repeat(20)}}]}`,
    ]) {
      assert.equal(cut(body), undefined, body.slice(0, 80));
    }
  });
});
