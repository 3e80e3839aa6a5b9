import assert from 'node:assert/strict';
import type { Channel } from '../../../src/client/receive/channel';
import { Heirs } from '../../../src/client/receive/heirs';

const channel = (stream: string): Channel =>
  ({ stream, delivery: { type: 'shared' }, reclaim() {} }) as unknown as Channel;

describe('the heirs of channels', () => {
  it('are found by the channel, and by what it is and whose it was, until the owner has come back', () => {
    const heirs = new Heirs();
    const [first, second, other] = [channel('s'), channel('s'), channel('other')];
    const heir = (): boolean => true;
    heirs.set(first, 'a', undefined);
    heirs.set(first, 'b', heir);
    heirs.set(second, 'a', heir);
    heirs.set(other, 'a', heir);
    assert.equal(heirs.of(channel('s'), 'a'), heir);
    assert.deepEqual([heirs.of(channel('s'), 'c'), heirs.of(channel('none'), 'a')], [undefined, undefined]);
    heirs.reclaim(channel('s'), 'a', heir);
    assert.equal(heirs.of(channel('s'), 'a'), undefined);
    assert.deepEqual(
      [first, second, other].map((each) => [...heirs.at(each)]),
      [
        [
          ['a', undefined],
          ['b', heir],
        ],
        [['a', undefined]],
        [['a', heir]],
      ],
    );
    for (const each of [first, second]) heirs.delete(each);
    assert.deepEqual([...heirs.channels], [other]);
    heirs.clear();
    assert.equal(heirs.any, false);
  });
});
