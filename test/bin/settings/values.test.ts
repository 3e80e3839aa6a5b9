import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FlagError, list, oneOf, quoted, wholeNumber } from '../../../bin/settings/values';

describe('values', () => {
  const given = (text: string) => ({ where: '--x', text });

  it('are one of some words', () => {
    assert.equal(oneOf(given('b'), ['a', 'b']), 'b');
    assert.equal(oneOf(undefined, ['a', 'b']), undefined);
    assert.throws(() => oneOf(given('B'), ['a', 'b']), FlagError);
  });

  it('are whole numbers within bounds', () => {
    assert.equal(wholeNumber(given('0'), 0, 5), 0);
    assert.equal(wholeNumber(given('5'), 0, 5), 5);
    for (const text of ['6', '', ' 1', '1.0', '0x1', '1e0', '9999999999']) {
      assert.throws(() => wholeNumber(given(text), 0, 5), FlagError, text);
    }
  });

  it('are lists, by commas', () => {
    assert.deepEqual(list(given(' a, b,,c')), ['a', 'b', 'c']);
    assert.throws(() => list(given(' , ')), FlagError);
  });

  it('are quoted in one short line', () => {
    assert.equal(quoted('a\n"b"'), '"a\\n\\"b\\""');
    assert.equal(quoted('x'.repeat(1e6)).length, 102);
  });
});
