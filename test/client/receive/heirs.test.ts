import assert from 'node:assert/strict';
import type { Channel } from '../../../src/client/receive/channel';
import { Heirs } from '../../../src/client/receive/heirs';

const channel = (stream: string): Channel => ({ stream, delivery: { type: 'shared' } }) as unknown as Channel;

describe('the heirs of channels', () => {
  it('are found by the channel, and by what it is and whose it was', () => {
    const heirs = new Heirs();
    const seed = Buffer.from('seed');
    const [first, second, other] = [channel('s'), channel('s'), channel('other')];
    const heir = (): boolean => true;
    const [here, gone] = [
      { seed, heir },
      { seed, heir: undefined },
    ];
    heirs.set(first, 'a', gone);
    heirs.set(first, 'b', here);
    heirs.set(second, 'a', here);
    heirs.set(other, 'a', here);
    assert.equal(heirs.of(channel('s'), 'a'), heir);
    assert.deepEqual([heirs.of(channel('s'), 'c'), heirs.of(channel('none'), 'a')], [undefined, undefined]);
    heirs.set(second, 'a', gone);
    assert.equal(heirs.of(channel('s'), 'a'), undefined);
    assert.deepEqual([...heirs.channelsAt(channel('s'))], [first, second]);
    assert.deepEqual(
      [...heirs.at(first)],
      [
        ['a', gone],
        ['b', here],
      ],
    );
    heirs.remove(first, 'a');
    assert.deepEqual([...heirs.at(first)], [['b', here]]);
    heirs.remove(first, 'b');
    heirs.remove(first, 'c');
    assert.deepEqual([...heirs.channels], [second, other]);
    heirs.delete(second);
    assert.deepEqual([...heirs.channels], [other]);
    assert.deepEqual([...heirs.channelsAt(channel('s'))], []);
    heirs.clear();
    assert.equal(heirs.any, false);
  });
});
