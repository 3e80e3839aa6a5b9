import assert from 'node:assert/strict';
import { Group, type Subscriber } from '../../src/server/group';

function member(takes: (message: unknown) => boolean = () => true): Subscriber {
  return { isOpen: true, takes, deliver() {} };
}

describe('Group', () => {
  it('gives each message to one member, in turn (P27)', () => {
    const group = new Group();
    const members = [member(), member(), member()];
    for (const one of members) group.join(one);
    const takers = [0, 1, 2, 3, 4, 5].map((message) => group.takerOf(message));
    assert.deepEqual(takers, [...members, ...members]);
  });

  it('has no taker while it is empty', () => {
    assert.equal(new Group().takerOf({}), undefined);
  });

  it('passes a member over that cannot take the message, and goes on behind the one that did', () => {
    const group = new Group();
    const [a, odd, c] = [member(), member((message) => Number(message) % 2 === 1), member()];
    for (const one of [a, odd, c]) group.join(one);
    assert.equal(group.takerOf(0), a);
    assert.equal(group.takerOf(2), c);
    assert.equal(group.takerOf(4), a);
    assert.equal(group.takerOf(5), odd);
  });

  it('has no taker when nobody can take the message', () => {
    const group = new Group();
    group.join(member(() => false));
    group.join(member(() => false));
    assert.equal(group.takerOf({}), undefined);
  });

  it('passes nobody over when a member before the next in turn leaves', () => {
    const group = new Group();
    const [a, b, c] = [member(), member(), member()];
    for (const one of [a, b, c]) group.join(one);
    assert.equal(group.takerOf(0), a);
    assert.equal(group.takerOf(1), b);
    group.leave(a);
    assert.equal(group.takerOf(2), c);
    assert.equal(group.takerOf(3), b);
  });

  it('goes round when the last in turn leaves', () => {
    const group = new Group();
    const [a, b] = [member(), member()];
    group.join(a);
    group.join(b);
    assert.equal(group.takerOf(0), a);
    group.leave(b);
    assert.equal(group.takerOf(1), a);
    assert.equal(group.size, 1);
  });

  it('ignores the leaving of one that never joined', () => {
    const group = new Group();
    group.join(member());
    group.leave(member());
    assert.equal(group.size, 1);
  });
});
