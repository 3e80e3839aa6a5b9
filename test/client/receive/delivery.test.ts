import assert from 'node:assert/strict';
import { type Delivery, drawSeed, groupIdFor, keyOf } from '../../../src/client/receive/delivery';
import { groupIdOf, isUuid } from '../../../src/protocol/groups';

const every = { type: 'every' } as const;
const shared = { type: 'shared' } as const;
const group = (name: string) => ({ type: 'group', group: name }) as const;

const idFor = (delivery: Delivery, stream = 's', seed = drawSeed()): string | undefined =>
  groupIdFor(delivery, stream, seed);

describe('client/delivery', () => {
  it('takes a group for every message that nobody else can know, and none for the default group (P27)', () => {
    const ids = [idFor(every), idFor(every), idFor(shared)];
    for (const id of ids.slice(0, 2)) assert.ok(id !== undefined && isUuid(id));
    assert.equal(new Set(ids).size, 3);
    assert.equal(ids[2], undefined);
  });

  it('says of such a group that it is a random one (version 4, P28)', () => {
    for (let n = 0; n < 100; n += 1) {
      assert.match(idFor(every, `s${n}`) ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    }
  });

  it('takes the same for the same stream as long as the seed is the same, and another for each stream (P29)', () => {
    const seed = drawSeed();
    assert.equal(idFor(every, 's', seed), idFor(every, 's', seed));
    const streams = Array.from({ length: 1_000 }, (_, n) => idFor(every, `s${n}`, seed));
    assert.equal(new Set(streams).size, streams.length);
  });

  it('gives a named group the same id everywhere (P28)', () => {
    assert.equal(idFor(group('alarms')), groupIdOf('alarms'));
    assert.equal(keyOf(group('alarms')), keyOf(group(groupIdOf('alarms').toUpperCase())));
  });

  it('tells apart what may not share a subscription', () => {
    const keys = [every, shared, group('a'), group('b')].map(keyOf);
    assert.equal(new Set(keys).size, keys.length);
  });
});
