import assert from 'node:assert/strict';
import type { CursorEnd } from '../../../src/engine/log';
import type { Filter } from '../../../src/protocol/filter';
import { Group } from '../../../src/server/groups/group';
import { Member } from '../../../src/server/groups/member';
import { Visibility } from '../../../src/server/groups/visibility';
import { Turn } from '../../../src/server/turn';
import { FakeCursor, FakeOutlet } from '../../support/sea/cursor';

/** Lets only this one value through. */
function only(value: number): Filter {
  return {
    t: 'eq',
    e: [
      { t: 'path', e: [] },
      { t: 'number', e: value },
    ],
  };
}

interface Seat {
  readonly outlet: FakeOutlet;
  readonly member: Member;
}

describe('Group', () => {
  let cursor: FakeCursor;
  let group: Group;
  let turn: Turn;
  let told: { delivered: number; missed: number; ends: CursorEnd[]; faults: unknown[] };

  beforeEach(() => {
    cursor = new FakeCursor();
    turn = new Turn();
    told = { delivered: 0, missed: 0, ends: [], faults: [] };
    group = new Group({
      streamName: 'boiler',
      cursor,
      takeBytes: 1_000,
      visibility: new Visibility(turn),
      onDelivered: (count) => {
        told.delivered += count;
      },
      onMissed: (count) => {
        told.missed += count;
      },
      onEnd: (why) => told.ends.push(why),
      onFault: (error) => told.faults.push(error),
    });
  });

  function join(room = Number.POSITIVE_INFINITY, filter?: Filter): Seat {
    const outlet = new FakeOutlet();
    outlet.room = room;
    const member = new Member({ id: 2, streamName: 'boiler', outlet, filter });
    group.join(member);
    return { outlet, member };
  }

  const texts = (...seats: Seat[]) => seats.map(({ outlet }) => outlet.texts);

  describe('hands messages on', () => {
    it('through a filter in the next turn when enough was done in this one, and all the same without one', async () => {
      const filtered = join(Number.POSITIVE_INFINITY, only(1));
      turn.spend(1e9);
      const given = cursor.give(1, '0', '1');
      for (let n = 0; n < 10; n += 1) await Promise.resolve();
      assert.deepEqual(texts(filtered), [[]]);
      await given;
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(texts(filtered), [['1']]);
      group.leave(filtered.member);
      const plain = join();
      turn.spend(1e9);
      const next = cursor.give(2, '2');
      for (let n = 0; n < 10; n += 1) await Promise.resolve();
      // With what has not left to the other one.
      assert.deepEqual(texts(plain), [['1', '2']]);
      await next;
    });

    it('to one member each, in turn (P27)', async () => {
      const seats = [join(), join(), join()];
      await cursor.give(1, '0', '1', '2', '3');
      await cursor.give(2, '4');
      assert.deepEqual(texts(...seats), [['0', '3'], ['1', '4'], ['2']]);
    });

    it('after the newcomer was told that it is in (P24)', async () => {
      const seat = join();
      assert.deepEqual(
        seat.outlet.answers.map((answer) => JSON.parse(answer)),
        [{ id: 2, action: 'subscription', success: true, streamName: 'boiler', payload: 2 }],
      );
    });

    it('past a member that may not see one, and goes on behind the one that got it (P33)', async () => {
      const [a, odd, c] = [join(), join(undefined, only(5)), join()];
      await cursor.give(1, '0', '2', '4', '5');
      assert.deepEqual(texts(a, odd, c), [['0', '4'], ['5'], ['2']]);
    });

    it('to nobody when nobody may see one: it is done', async () => {
      const seat = join(undefined, only(1));
      await cursor.give(7, '2', '3');
      assert.deepEqual(texts(seat), [[]]);
      assert.deepEqual(cursor.doneNumbers, [7]);
      assert.equal(told.delivered, 0);
    });

    it('and passes nobody over when one before the next in turn leaves', async () => {
      const [a, b, c] = [join(), join(), join()];
      await cursor.give(1, '0', '1');
      a.outlet.leave();
      group.leave(a.member);
      await cursor.give(2, '2', '3');
      assert.deepEqual(texts(a, b, c), [['0'], ['1', '3'], ['2']]);
    });

    it('not to a connection that is closing: the next gets it; alone, it waits', async () => {
      const [closing, other] = [join(), join()];
      closing.outlet.isOpen = false;
      await cursor.give(1, '1', '2');
      assert.deepEqual(texts(closing, other), [[], ['1', '2']]);
      other.outlet.isOpen = false;
      await cursor.give(2, '3');
      assert.deepEqual(cursor.doneNumbers, []);
      const late = join();
      assert.deepEqual(late.outlet.texts, ['3']);
    });
  });

  describe('takes', () => {
    it('nothing until somebody is there, and nothing while nobody has room', async () => {
      assert.equal(cursor.takes, 0);
      const seat = join(1);
      assert.equal(cursor.takes, 1);
      await cursor.give(1, '1', '2', '3');
      assert.deepEqual(texts(seat), [['1']]);
      assert.equal(cursor.isAsked, false);
      seat.outlet.leave();
      assert.deepEqual(texts(seat), [['1', '2']]);
      seat.outlet.leave();
      assert.equal(cursor.isAsked, false, 'full again');
      seat.outlet.leave();
      assert.equal(cursor.isAsked, true);
    });

    it('on while one has room: a slow one costs the others nothing', async () => {
      const [slow, quick] = [join(1), join()];
      await cursor.give(1, '1', '2', '3', '4');
      await cursor.give(2, '5', '6');
      assert.deepEqual(texts(slow, quick), [['1'], ['2', '3', '4', '5', '6']]);
    });

    it('on also when a slow one alone may see a message: that one is set aside for it, in order', async () => {
      const [slow, quick] = [join(1, only(1)), join(undefined, only(2))];
      await cursor.give(1, '1', '2', '1', '2');
      await cursor.give(2, '1', '2');
      assert.deepEqual(texts(slow, quick), [['1'], ['2', '2', '2']]);
      slow.outlet.leave();
      slow.outlet.leave();
      slow.outlet.leave();
      quick.outlet.leave();
      assert.deepEqual(texts(slow), [['1', '1', '1']]);
      assert.deepEqual(cursor.doneNumbers, [1, 2]);
    });

    it('no more of those than it may set aside', async () => {
      const [slow, quick] = [join(1, only(1)), join(undefined, only(2))];
      await cursor.give(1, ...Array<string>(1_002).fill('1'), '2');
      assert.deepEqual(texts(quick), [[]]);
      assert.equal(cursor.isAsked, false);
      slow.outlet.leave();
      assert.deepEqual(texts(quick), [['2']]);
    });

    it('no more letters of those, whether they were set aside or left behind', async () => {
      const long = `1${' '.repeat(150_000)}`;
      const [gone, slow, quick] = [join(2, only(1)), join(0, only(1)), join(undefined, only(2))];
      await cursor.give(1, long, long);
      group.leave(gone.member);
      await cursor.give(2, '1', '2');
      assert.deepEqual(texts(slow, quick), [[], []]);
      slow.outlet.room = 5;
      group.pump();
      assert.deepEqual(texts(slow, quick), [[long, long, '1'], ['2']]);
      slow.outlet.room = 0;
      await cursor.give(3, long, long, '2');
      assert.deepEqual(texts(quick), [['2', '2']], 'there is room for them again');
      await cursor.give(4, '1', '2');
      assert.deepEqual(texts(quick), [['2', '2']]);
    });

    it('none for one whose connection is closing', async () => {
      const [closing] = [join(1, only(1)), join(undefined, only(2))];
      closing.outlet.isOpen = false;
      await cursor.give(1, '1');
      assert.deepEqual(cursor.doneNumbers, [1]);
    });
  });

  describe('is done with an entry', () => {
    it('when the last of its texts has left, whoever had it', async () => {
      const [a, b] = [join(), join()];
      await cursor.give(1, '1', '2', '3');
      a.outlet.leave();
      assert.deepEqual([cursor.doneNumbers, told.delivered], [[], 2]);
      b.outlet.leave();
      assert.deepEqual([cursor.doneNumbers, told.delivered], [[1], 3]);
    });
  });

  describe('when a member leaves', () => {
    it('gives what has not left to the others, before all that is newer', async () => {
      const [a, b] = [join(2), join(1)];
      await cursor.give(1, '1', '2', '3', '4', '5');
      assert.deepEqual(texts(a, b), [['1', '3'], ['2']]);
      a.outlet.leave(1);
      assert.deepEqual(texts(a), [['1', '3', '4']]);
      group.leave(a.member);
      b.outlet.leave();
      b.outlet.leave();
      b.outlet.leave();
      assert.deepEqual(texts(b), [['2', '3', '4', '5']]);
      b.outlet.leave();
      assert.deepEqual(cursor.doneNumbers, [1]);
      assert.equal(told.delivered, 5);
    });

    it('hears nothing more of it', async () => {
      const [a, b] = [join(), join()];
      await cursor.give(1, '1');
      group.leave(a.member);
      group.leave(a.member);
      a.outlet.leave();
      assert.equal(told.delivered, 0);
      assert.deepEqual(texts(b), [['1']]);
      b.outlet.leave();
      assert.deepEqual([told.delivered, cursor.doneNumbers], [1, [1]]);
    });

    it('and no other is there, gives back in order what has not left, and leaves its cursor', async () => {
      const a = join(3);
      await cursor.answer({
        entries: [
          { number: 1, texts: ['1', '2'] },
          { number: 2, texts: ['3', '4'] },
          { number: 5, texts: ['5'] },
        ],
      });
      a.outlet.leave(1);
      assert.deepEqual(texts(a), [['1', '2', '3', '4']]);
      group.leave(a.member);
      await group.release();
      assert.deepEqual(cursor.back, [
        { number: 1, texts: ['2'] },
        { number: 2, texts: ['3', '4'] },
        { number: 5, texts: ['5'] },
      ]);
      assert.equal(cursor.hasLeft, true);
      assert.deepEqual(told.ends, []);
    });

    it('and others after it, keeps what they left behind in order, and gives back whole entries', async () => {
      const [a, b] = [join(1), join(1)];
      await cursor.answer({
        entries: [
          { number: 5, texts: ['1', '2', '3'] },
          { number: 3, texts: ['4'] },
        ],
      });
      group.leave(b.member);
      group.leave(a.member);
      const late = join(2);
      assert.deepEqual(texts(late), [['1', '2']]);
      group.leave(late.member);
      await group.release();
      assert.deepEqual(cursor.back, [
        { number: 3, texts: ['4'] },
        { number: 5, texts: ['1', '2', '3'] },
      ]);
    });

    it('and the group is released, hears no more of its cursor', async () => {
      const a = join();
      group.leave(a.member);
      const released = group.release();
      group.stop();
      await released;
      assert.deepEqual([cursor.takes, told.ends], [1, []]);
    });

    it('and the group is released, hears no more of its cursor’s faults', async () => {
      const a = join();
      group.leave(a.member);
      cursor.leave = () => cursor.fail(new Error('gone'));
      await group.release();
      assert.deepEqual(told.faults, []);
    });
  });

  it('tells what was missed', async () => {
    join();
    await cursor.answer({ entries: [{ number: 9, texts: ['9'] }], missed: 8 });
    assert.equal(told.missed, 8);
  });

  it('takes nothing more once its cursor has ended, and can end its members', async () => {
    const [seat, other] = [join(), join()];
    // A connection may be gone at once.
    seat.outlet.end = (reason) => {
      seat.outlet.ends.push(reason);
      group.leave(seat.member);
    };
    await cursor.answer({ end: 'overtaken' });
    assert.deepEqual(told.ends, ['overtaken']);
    group.end('too slow');
    group.pump();
    assert.equal(cursor.takes, 1);
    assert.deepEqual([seat.outlet.ends, other.outlet.ends], [['too slow'], ['too slow']]);
    group.leave(other.member);
    await group.release();
    assert.equal(cursor.hasLeft, true);
  });

  it('tells when its cursor fails; what leaves all the same is done', async () => {
    const seat = join(1);
    await cursor.give(1, '1');
    seat.outlet.room = 2;
    group.pump();
    await cursor.fail(new Error('no'));
    assert.equal(String(told.faults), 'Error: no');
    seat.outlet.leave();
    assert.deepEqual(cursor.doneNumbers, [1]);
  });

  it('hands nothing more out once it is stopped, but what was handed out may leave', async () => {
    const [a, b] = [join(), join()];
    await cursor.give(1, '1', '2');
    group.stop();
    a.outlet.leave();
    group.leave(b.member);
    assert.deepEqual(texts(a), [['1']]);
    group.leave(a.member);
    await group.release();
    assert.deepEqual([told.delivered, cursor.back], [1, [{ number: 1, texts: ['2'] }]]);
  });
});
