import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtocolError } from '../../../src/errors';
import { MAX_NESTING } from '../../../src/protocol/constants';
import { messageTexts } from '../../../src/protocol/message/message-texts';

const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });

/** A text as JSON has it, each letter perhaps escaped. */
const stringText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 5 }).map((text) => JSON.stringify(text).slice(1, -1)),
      fc.constantFrom('\\u0041', '\\"', '\\\\', '\\/', '\\n', '\\ud800', '}', ']', ',', ':', '{"payload":1}'),
    ),
    { maxLength: 4 },
  )
  .map((parts) => `"${parts.join('').replaceAll(/(?<!\\)((?:\\\\)*)"/g, '$1\\"')}"`)
  .filter(isJson);

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
  fc.bigInt().map(String),
  fc.constantFrom('-0', '0.0', '1E5', '1e+5', '1.50e-7', '9007199254740993', '-1e-400'),
);

/** JSON as anybody may write it: with blanks, escapes, keys that come twice. */
const { jsonText } = fc.letrec<{ jsonText: string; list: string; object: string }>((tie) => ({
  jsonText: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom('true', 'false', 'null'),
    numberText,
    stringText,
    tie('list'),
    tie('object'),
  ),
  list: fc
    .array(padded(tie('jsonText')), { maxLength: 4 })
    .chain((items) => blanks.map((blank) => `[${items.length === 0 ? blank : items.join(',')}]`)),
  object: fc
    .array(fc.tuple(padded(stringText), padded(tie('jsonText'))), { maxLength: 4 })
    .chain((members) =>
      blanks.map(
        (blank) => `{${members.length === 0 ? blank : members.map((pair) => pair.join(':')).join(',')}}`,
      ),
    ),
}));

const payloadKey = fc.constantFrom('"payload"', '"p\\u0061yload"', '"\\u0070\\u0061\\u0079load"');

/** Members of a body beside the last payload. */
const others = fc.array(fc.tuple(fc.oneof(payloadKey, stringText), jsonText), { maxLength: 3 });

function padded(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(blanks, text, blanks).map((parts) => parts.join(''));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('messageTexts', () => {
  it('takes each message out as it was written, whatever stands around it (P4)', () => {
    const bodies = fc
      .tuple(others, payloadKey, fc.array(jsonText, { maxLength: 4 }), others, fc.boolean())
      .chain(([before, key, texts, after, batch]) => {
        const [alone = '0'] = texts;
        // A list alone would be a batch.
        const single = !batch && !alone.startsWith('[') ? alone : undefined;
        const members = [
          ...before,
          [key, 'IT'] as const,
          ...after.filter(([name]) => JSON.parse(name) !== 'payload'),
        ];
        return fc
          .array(blanks, {
            minLength: 4 * members.length + texts.length * 2 + 2,
            maxLength: 4 * members.length + texts.length * 2 + 2,
          })
          .map((gaps) => {
            const gap = () => gaps.pop() ?? '';
            const list = () => `[${texts.map((text) => gap() + text + gap()).join(',')}]`;
            const body = members.map(
              ([name, value]) =>
                `${gap()}${name}${gap()}:${gap()}${value === 'IT' ? (single ?? list()) : value}${gap()}`,
            );
            return {
              body: `${gap()}{${body.join(',')}}${gap()}`,
              texts: single === undefined ? texts : [single],
              batch: single === undefined,
            };
          });
      });
    fc.assert(
      fc.property(bodies, ({ body, texts, batch }) => {
        const found = messageTexts(body);
        assert.deepEqual(found.texts, texts);
        assert.deepEqual(
          found.values,
          texts.map((text) => JSON.parse(text)),
        );
        assert.equal(found.batch, batch);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps the digits that a double has no room for', () => {
    const { texts, values, batch } = messageTexts('{"payload": {"i":9007199254740993, "x":1.50}}');
    assert.deepEqual(texts, ['{"i":9007199254740993, "x":1.50}']);
    assert.deepEqual(values, [{ i: 9007199254740992, x: 1.5 }]);
    assert.equal(batch, false);
  });

  it('refuses a number that a receiver would get as null, with its path', () => {
    const digits = '9'.repeat(309);
    for (const [body, place] of [
      ['{"payload":{"x":1e400}}', 'payload.x'],
      ['{"payload":[{"x":1},{"x":[0,-1E400]}]}', 'payload[1].x[1]'],
      [`{"payload":[${digits}]}`, 'payload[0]'],
      ['{"payload":1e999}', 'payload'],
    ] as const) {
      assert.throws(() => messageTexts(body), {
        name: 'ProtocolError',
        message: `${place} should be a number of up to 1.8e308, but is the number Infinity`,
      });
    }
    // Beside the payload nobody reads it; and small is not large.
    const body = '{"x":1e400,"payload":[1e308,1e-400,"1e400"]}';
    assert.deepEqual(messageTexts(body).texts, ['1e308', '1e-400', '"1e400"']);
  });

  it('takes the last of several payloads, as JSON.parse does', () => {
    assert.deepEqual(messageTexts('{"payload":[1,2],"payload":3}').texts, ['3']);
    assert.deepEqual(messageTexts('{"payload":3,"p\\u0061yload":[1 , 2]}').texts, ['1', '2']);
    assert.deepEqual(messageTexts('{"payload":4,"\\\\payload":5}').texts, ['4']);
    assert.deepEqual(messageTexts('{"payload":[]}'), { texts: [], values: [], batch: true });
  });

  it('takes what nests as deep as the whole body may, and no deeper', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    for (const [before, after, most] of [
      ['{"payload":{"m":', '}}', MAX_NESTING - 2],
      ['{"payload":[', ']}', MAX_NESTING - 2],
      ['{"payload":1,"beside":', '}', MAX_NESTING - 1],
    ] as const) {
      assert.equal(messageTexts(before + nested(most) + after).texts.length, 1);
      assert.throws(() => messageTexts(before + nested(most + 1) + after), /nests deeper than 1000 levels/);
      assert.throws(() => messageTexts(before + nested(100_000) + after), /nests deeper than 1000 levels/);
    }
  });

  it('takes a byte order mark before it', () => {
    assert.deepEqual(messageTexts('\ufeff {"payload":[{"a":1}, 2]}').texts, ['{"a":1}', '2']);
    assert.deepEqual(messageTexts('\ufeff{"payload":{"a":1}}').texts, ['{"a":1}']);
  });

  it('refuses what is no publish, and what nests too deep', () => {
    const deep = `{"payload":${'['.repeat(MAX_NESTING)}${']'.repeat(MAX_NESTING)}}`;
    for (const [body, says] of [
      ['', /not JSON/],
      ['{"payload":1', /not JSON/],
      ['[]', /the body should be a JSON object/],
      ['{}', /payload is missing/],
      ['{"__proto__":{"payload":1}}', /payload is missing/],
      [deep, /nests deeper/],
    ] as const) {
      assert.throws(
        () => messageTexts(body),
        (error) => error instanceof ProtocolError && says.test(error.message),
      );
    }
  });
});
