import assert from 'node:assert/strict';
import { dateOf, isPlain } from '../../../src/protocol/message/kinds';

describe('isPlain', () => {
  it('tells data from what is of a class, in any realm', () => {
    for (const value of [{}, Object.create(null)]) assert.ok(isPlain(value));
    for (const value of [new Map(), new Date(), new (class {})(), Object.create({})])
      assert.ok(!isPlain(value));
  });
});

describe('dateOf', () => {
  it('is no Date that only calls itself so', () => {
    assert.equal(dateOf({ [Symbol.toStringTag]: 'Date' }), undefined);
    assert.equal(dateOf(new Date(5))?.getTime(), 5);
  });
});
