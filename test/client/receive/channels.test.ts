import assert from 'node:assert/strict';
import { Channels, keyFor, type Place } from '../../../src/client/receive/channels';

const GROUP = '3f2f1c52-0fae-4b84-a7de-9dbd31d3bb25';

describe('client/receive/channels', () => {
  const PLACES: readonly Place[] = [
    { stream: 's', delivery: { type: 'every' } },
    { stream: 's', delivery: { type: 'shared' } },
    { stream: 's', delivery: { type: 'group', group: GROUP } },
    { stream: 't', delivery: { type: 'every' } },
    { stream: 'every s', delivery: { type: 'every' } },
    { stream: 's', delivery: { type: 'group', group: 'every' } },
  ];

  it('have a place each for a stream and who else gets it', () => {
    const channels = new Channels<Place>();
    for (const place of PLACES) channels.add(place);
    assert.equal(channels.size, PLACES.length);
    assert.equal(new Set(PLACES.map(keyFor)).size, PLACES.length);
    for (const place of PLACES) assert.equal(channels.find({ ...place }), place);
    assert.equal(channels.find({ stream: 'u', delivery: { type: 'every' } }), undefined);
  });

  it('may go while they are walked', () => {
    const channels = new Channels<Place>();
    for (const place of PLACES) channels.add(place);
    for (const place of channels.list) {
      channels.delete(place);
      assert.equal(channels.find(place), undefined);
    }
    assert.equal(channels.size, 0);
    assert.deepEqual(channels.list, []);
  });
});
