import assert from 'node:assert/strict';
import { StoreError } from '../../src/errors';
import { say } from '../../src/sentences';
import { GroupCommit, MAX_GROUP } from '../../src/store/group-commit';

const put = (key: string, value = '') => ({ type: 'put', key, value }) as const;

describe('GroupCommit', () => {
  it('gathers what comes until it is taken, flushed as soon as one of them is to be', () => {
    const waiting = new GroupCommit();
    const first = waiting.add([put('a')], false);
    assert.equal(waiting.add([put('b')], true), first);
    const group = waiting.shift();
    assert.deepEqual(group?.changes, [put('a'), put('b')]);
    assert.equal(group?.flush, true);
    assert.notEqual(waiting.add([put('c')], false), first);
    assert.equal(waiting.shift()?.flush, false);
    assert.equal(waiting.shift(), undefined);
  });

  it('begins another beyond what may be written at once, but never an empty one', () => {
    const waiting = new GroupCommit();
    const large = 'x'.repeat(MAX_GROUP);
    void waiting.add([put('a', large)], true);
    void waiting.add([put('b', 'y')], true);
    assert.deepEqual(
      [waiting.shift(), waiting.shift()].map((group) => group?.changes[0]?.key),
      ['a', 'b'],
    );
  });

  it('tells all who wrote of the one end', async () => {
    const waiting = new GroupCommit();
    const both = [waiting.add([put('a')], true), waiting.add([put('b')], true)];
    const error = new StoreError(say('store.closed', { folder: 'here' }));
    waiting.shift()?.reject(error);
    for (const each of both) await assert.rejects(each, error);
  });
});
