import assert from 'node:assert/strict';
import { checkClientId, checkJailId, checkStreamName } from '../../src/server/names';

describe('names', () => {
  const limits = { maxNameLength: 5 };

  it('have so many characters, and at least one', () => {
    for (const check of [checkClientId, checkJailId, checkStreamName]) {
      check('abcde', limits);
      assert.throws(() => check('abcdef', limits), /5 characters, (not|but has) 6/);
      assert.throws(() => check('', limits), /needs a name|but has 0/);
    }
  });

  it('hold no half of a letter, and say so', () => {
    for (const check of [checkClientId, checkJailId, checkStreamName])
      assert.throws(() => check('a\ud83d', limits), /half of a letter/);
    assert.throws(() => checkClientId('a\n', limits), /control characters/);
  });

  it('of clients have no colon, at which the Basic header would end them', () => {
    assert.throws(() => checkClientId('a:b', limits), /colon/);
    checkStreamName('a:b', limits);
  });
});
