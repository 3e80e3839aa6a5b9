import assert from 'node:assert/strict';
import { groupIdFor, keyOf } from '../../src/client/delivery';
import { groupIdOf, isUuid } from '../../src/protocol/groups';

const every = { type: 'every' } as const;
const shared = { type: 'shared' } as const;
const group = (name: string) => ({ type: 'group', group: name }) as const;

describe('client/delivery', () => {
  it('draws a group for every message each time, and names none for the default group (P27)', () => {
    const [first, second] = [groupIdFor(every), groupIdFor(every)];
    assert.ok(first !== undefined && isUuid(first));
    assert.notEqual(first, second);
    assert.equal(groupIdFor(shared), undefined);
  });

  it('gives a named group the same id everywhere (P28)', () => {
    assert.equal(groupIdFor(group('alarms')), groupIdOf('alarms'));
    assert.equal(keyOf(group('alarms')), keyOf(group(groupIdOf('alarms').toUpperCase())));
  });

  it('tells apart what may not share a subscription', () => {
    const keys = [every, shared, group('a'), group('b')].map(keyOf);
    assert.equal(new Set(keys).size, keys.length);
  });
});
