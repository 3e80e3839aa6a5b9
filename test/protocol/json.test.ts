import assert from 'node:assert/strict';
import { ProtocolError } from '../../src/errors';
import { MAX_NESTING } from '../../src/protocol/constants';
import { describeValue, parseJson } from '../../src/protocol/json';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('parseJson', () => {
  it('refuses what is not JSON with a ProtocolError', () => {
    assert.throws(() => parseJson('<html>'), ProtocolError);
    assert.throws(() => parseJson(''), ProtocolError);
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
    assert.deepEqual([null, [], {}, 'x', 1, true, undefined].map(describeValue), [
      'null',
      'an array',
      'an object',
      'the string "x"',
      'the number 1',
      'a boolean',
      'missing',
    ]);
  });
});
