import assert from 'node:assert/strict';
import { Group, type Subscriber } from '../../src/server/group';
import { Keeping } from '../support/retention';

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

describe('Group with a backlog', () => {
  class Inbox implements Subscriber {
    isOpen = true;
    readonly texts: string[] = [];
    readonly unsent: (() => void)[] = [];
    takes = (_message: unknown): boolean => this.isOpen;
    deliver = (text: string, sent?: () => void): void => {
      this.texts.push(text);
      if (sent !== undefined) this.unsent.push(sent);
    };
  }

  let keeping: Keeping;
  let group: Group;

  beforeEach(() => {
    keeping = new Keeping();
    group = new Group(keeping.retention.open('boiler', 'g'));
  });

  /** As a stream does. */
  function publish(...texts: string[]): void {
    for (const text of texts) {
      const taker = group.takerOf(JSON.parse(text));
      if (taker !== undefined) taker.deliver(text);
      else if (group.isKeeping) group.keep(text);
    }
  }

  function join(inbox = new Inbox()): Inbox {
    group.join(inbox);
    group.catchUp();
    return inbox;
  }

  it('keeps what comes while nobody is there, and delivers it in order, before all that comes later', () => {
    publish('1', '2');
    const inbox = join();
    publish('3');
    assert.deepEqual(inbox.texts, ['1', '2', '3']);
    assert.equal(keeping.retention.size, 0);
    assert.equal(keeping.tally.delivered, 2);
  });

  it('keeps for a member whose connection is closing but still stands in the group', () => {
    const closing = join();
    closing.isOpen = false;
    publish('1');
    assert.deepEqual(closing.texts, []);
    assert.deepEqual(join().texts, ['1']);
  });

  it('keeps nothing while a member is there that may not see the message (P33)', () => {
    const filtered = new Inbox();
    filtered.takes = (message) => message === 1;
    join(filtered);
    publish('1', '2');
    group.leave(filtered);
    assert.equal(keeping.retention.size, 0);
    publish('2', '1', '2');
    assert.deepEqual(join(filtered).texts, ['1', '1']);
    assert.equal(keeping.retention.size, 0, 'what it may not see does not wait');
  });

  it('shares what was kept among the members that are there', () => {
    publish('1', '2', '3');
    const [a, b] = [new Inbox(), new Inbox()];
    group.join(a);
    group.join(b);
    group.catchUp();
    assert.deepEqual([a.texts, b.texts], [['1', '3'], ['2']]);
  });

  describe('of more than a slice', () => {
    const large = (name: string): string => JSON.stringify(name.repeat(100_000));
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(large);

    it('hands the next slice over once the last has left, and keeps what comes meanwhile in its place', () => {
      publish(...all);
      const inbox = join();
      assert.equal(inbox.texts.length, 3);
      publish('"later"');
      assert.equal(inbox.texts.length, 3);
      inbox.unsent.shift()?.();
      assert.equal(inbox.texts.length, 6);
      inbox.unsent.shift()?.();
      assert.deepEqual(inbox.texts, [...all, '"later"']);
    });

    it('gives the rest to the next when the connection dies', async () => {
      publish(...all);
      const dying = join();
      dying.isOpen = false;
      group.leave(dying);
      const next = join();
      await Promise.resolve();
      for (const sent of dying.unsent) sent();
      assert.equal(next.texts.length, 3, 'the word of one that has left counts for nothing');
      next.unsent.shift()?.();
      assert.deepEqual([...dying.texts, ...next.texts], all);
    });

    it('goes on with the others when the one that is catching up leaves', async () => {
      publish(...all);
      const slow = join();
      const other = new Inbox();
      group.join(other);
      group.leave(slow);
      await Promise.resolve();
      assert.equal(slow.texts.length + other.texts.length, 6);
    });

    it('keeps the rest when all leave together, as when the server closes', async () => {
      publish(...all);
      const slow = join();
      const other = new Inbox();
      group.join(other);
      group.leave(slow);
      group.leave(other);
      await Promise.resolve();
      assert.deepEqual(other.texts, []);
      assert.equal(keeping.retention.size, all.length - slow.texts.length);
    });
  });

  it('is remembered without members; one without a backlog is not', () => {
    assert.equal(group.isLasting, true);
    assert.equal(new Group().isLasting, false);
    assert.equal(new Group().isKeeping, false);
  });
});
