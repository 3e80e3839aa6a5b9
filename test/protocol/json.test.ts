import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtocolError } from '../../src/errors';
import { MAX_NESTING } from '../../src/protocol/constants';
import { describeValue, mismatch, parseJson, tidyJson } from '../../src/protocol/json';
import { inEnglish } from '../../src/sentences';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('parseJson', () => {
  it('refuses what is not JSON with a ProtocolError', () => {
    assert.throws(() => parseJson('<html>'), ProtocolError);
    assert.throws(() => parseJson(''), ProtocolError);
  });

  it('takes a byte order mark at its beginning, and nowhere else', () => {
    assert.deepEqual(parseJson('\ufeff{"a":1}'), { a: 1 });
    assert.throws(() => parseJson('\ufeff\ufeff1'), ProtocolError);
    assert.throws(() => parseJson('\ufeff'), ProtocolError);
  });

  it('takes JSON up to the depth that is safe to clone and print, and no deeper', () => {
    assert.doesNotThrow(() => JSON.stringify(parseJson(nested(MAX_NESTING))));
    assert.throws(() => parseJson(nested(MAX_NESTING + 1)), /nests deeper than 1000 levels/);
    assert.throws(() => parseJson('{"a":'.repeat(100_000)), ProtocolError);
  });

  it('does not mistake many brackets, or brackets in strings, for depth', () => {
    const wide = `[${Array.from({ length: 5000 }, () => '[]').join(',')}]`;
    assert.equal((parseJson(wide) as unknown[]).length, 5000);
    assert.equal(parseJson(JSON.stringify(`\\"${'['.repeat(5000)}`)), `\\"${'['.repeat(5000)}`);
  });
});

describe('describeValue', () => {
  it('says what a value is in words', () => {
    const texts = [null, [], {}, 'x', 1, Number.NaN, true, 1n].map((value) =>
      inEnglish(describeValue(value)),
    );
    assert.deepEqual(texts, [
      'null',
      'an array',
      'an object',
      'the string "x"',
      'the number 1',
      'the number NaN',
      'a boolean',
      'a bigint',
    ]);
  });

  it('cuts long strings', () => {
    assert.equal(inEnglish(describeValue('x'.repeat(41))), `the string "${'x'.repeat(40)}…"`);
  });
});

describe('mismatch', () => {
  it('says what a property should be, and what it is or that it is missing', () => {
    assert.equal(inEnglish(mismatch('id', 'a number', null)), 'id should be a number, but is null');
    assert.equal(inEnglish(mismatch('id', 'a number', undefined)), 'id should be a number, but is missing');
  });
});

describe('tidyJson', () => {
  it('takes away the blanks that nobody sees, but not those of a text', () => {
    assert.equal(tidyJson('\ufeff{"a\u00a0\\"\u200b":\u00a01}'), ' {"a\u00a0\\"\u200b": 1}');
    fc.assert(
      fc.property(fc.json(), (json) => {
        assert.deepEqual(JSON.parse(tidyJson(json)), JSON.parse(json));
        assert.deepEqual(JSON.parse(tidyJson(`\ufeff${json}\u200b`)), JSON.parse(json));
      }),
    );
  });
});
