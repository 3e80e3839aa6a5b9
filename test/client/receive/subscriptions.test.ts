import assert from 'node:assert/strict';
import type { Undelivered } from '../../../src/client/receive/unclaimed';
import { SubscriptionError } from '../../../src/errors';
import { groupIdOf, isUuid } from '../../../src/protocol/groups';
import { settled } from '../../support/clock';
import { Ear, type FakeWire, owned } from '../../support/sea/fake-wire';
import { Bench, EVERY, PLACE, SHARED } from './subscriptions-bench';

describe('client/subscriptions', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  describe('on the wire', () => {
    it('subscribes when there is a connection, before and after', () => {
      bench.listen(new Ear());
      bench.attach();
      bench.listen(new Ear(), EVERY, 't');
      assert.deepEqual(
        bench.wire.subscribed.map(({ stream }) => stream),
        ['s', 't'],
      );
    });

    it('shares one server subscription among those who want the same', () => {
      bench.attach();
      bench.listen(new Ear());
      bench.listen(new Ear());
      bench.listen(new Ear(), SHARED);
      bench.listen(new Ear(), { type: 'group', group: 'alarms' });
      bench.listen(new Ear(), { type: 'group', group: groupIdOf('alarms').toUpperCase() });
      assert.equal(bench.wire.subscribed.length, 3);
    });

    it('draws a fresh UUID at every subscribe for every message (P28)', () => {
      bench.listen(new Ear());
      const first = bench.attach().subscribed[0]?.groupId ?? '';
      bench.subscriptions.detach();
      const second = bench.attach().subscribed[0]?.groupId ?? '';
      assert.ok(isUuid(first) && isUuid(second));
      assert.notEqual(first, second);
    });

    it("sends no group for the client's own one, and the same UUID each time for a named one (P27)", () => {
      bench.listen(new Ear(), SHARED);
      bench.listen(new Ear(), { type: 'group', group: 'alarms' });
      for (let time = 0; time < 2; time += 1) {
        bench.attach();
        assert.deepEqual(
          bench.wire.subscribed.map(({ groupId }) => groupId),
          [undefined, groupIdOf('alarms')],
        );
        bench.subscriptions.detach();
      }
    });

    it('does not confuse streams and groups whose names look alike', () => {
      bench.attach();
      bench.listen(new Ear(), SHARED, 'every s');
      bench.listen(new Ear(), EVERY, 's');
      bench.listen(new Ear(), EVERY, 'shared every s');
      assert.equal(bench.wire.subscribed.length, 3);
    });
  });

  describe('status', () => {
    it('is pending until the server has answered, and tells of it once', async () => {
      const ear = new Ear();
      const subscription = bench.listen(ear);
      bench.attach();
      await settled();
      assert.equal(subscription.status, 'pending');
      bench.wire.last.answered();
      assert.equal(subscription.status, 'active');
      assert.equal(ear.readied, 1);
      assert.equal(bench.clock.pending, 0);
    });

    it('tells who comes later, too', async () => {
      bench.attach();
      bench.listen(new Ear());
      bench.wire.last.answered();
      const late = new Ear();
      bench.listen(late);
      assert.equal(late.readied, 0);
      await settled();
      assert.equal(late.readied, 1);
    });

    it('tells once who came just before the answer', async () => {
      bench.attach();
      const ear = new Ear();
      bench.listen(ear);
      bench.wire.last.answered();
      await settled();
      assert.equal(ear.readied, 1);
    });

    it('is pending again when the connection is lost, and tells again when it is back', async () => {
      const ear = new Ear();
      const subscription = bench.listen(ear);
      bench.attach().last.answered();
      await settled();
      bench.subscriptions.detach();
      assert.equal(subscription.status, 'pending');
      bench.attach().last.answered();
      assert.equal(ear.readied, 2);
    });

    it('reports a subscribe that is not answered, and still takes the answer', async () => {
      const ear = new Ear();
      const subscription = bench.listen(ear);
      bench.attach();
      await bench.clock.advance(15_000);
      assert.match(ear.errors[0] ?? '', /has not answered the subscription to "s" for 15 s/);
      assert.equal(subscription.status, 'pending');
      bench.wire.last.answered();
      assert.equal(subscription.status, 'active');
    });

    it('does not listen to the answers of a connection that is gone', async () => {
      const subscription = bench.listen(new Ear());
      const old = bench.attach().last;
      bench.subscriptions.detach();
      old.answered();
      assert.equal(subscription.status, 'pending');
    });
  });

  describe('refusals', () => {
    const no = new SubscriptionError('no such stream');

    it('tell all who wanted it, and do not disturb others', async () => {
      bench.attach();
      const ears = [new Ear(), new Ear()];
      for (const ear of ears) bench.listen(ear);
      const refused = bench.wire.last;
      const other = new Ear();
      const otherSubscription = bench.listen(other, EVERY, 't');
      bench.wire.last.answered();
      await settled();
      refused.refused(no);
      for (const ear of ears) assert.deepEqual(ear.errors, ['no such stream']);
      assert.deepEqual(other.errors, []);
      assert.equal(otherSubscription.status, 'active');
    });

    it('are tried again at leisure, without repeating the same news', async () => {
      const ear = new Ear();
      const subscription = bench.listen(ear);
      bench.attach().last.refused(no);
      await bench.clock.advance(45_000);
      assert.equal(bench.wire.subscribed.length, 2);
      bench.wire.last.refused(no);
      assert.deepEqual(ear.errors, ['no such stream']);
      await bench.clock.advance(60_000);
      bench.wire.last.answered();
      assert.equal(subscription.status, 'active');
      assert.equal(bench.clock.pending, 0);
    });

    it('are tried again when the stream is defined', () => {
      const subscription = bench.listen(new Ear());
      bench.attach().last.refused(no);
      bench.subscriptions.retry('other');
      assert.equal(bench.wire.subscribed.length, 1);
      bench.subscriptions.retry('s');
      assert.equal(bench.wire.subscribed.length, 2);
      assert.equal(subscription.status, 'pending');
    });

    it('and answers count only of the connection that is there', () => {
      const subscription = bench.listen(new Ear());
      const gone = bench.attach();
      bench.subscriptions.detach();
      bench.attach();
      gone.last.answered();
      gone.last.refused(no);
      assert.equal(subscription.status, 'pending');
      bench.wire.last.answered();
      assert.equal(subscription.status, 'active');
    });

    it('are tried again when somebody else comes', async () => {
      const first = new Ear();
      bench.listen(first);
      bench.attach().last.refused(no);
      await settled();
      const second = new Ear();
      bench.listen(second);
      assert.equal(bench.wire.subscribed.length, 2);
      bench.wire.last.refused(no);
      await settled();
      assert.deepEqual([first.errors, second.errors], [['no such stream'], ['no such stream']]);
    });

    it('are told again on the next connection', () => {
      const ear = new Ear();
      bench.listen(ear);
      bench.attach().last.refused(no);
      bench.subscriptions.detach();
      assert.equal(bench.clock.pending, 0);
      bench.attach().last.refused(no);
      assert.deepEqual(ear.errors, ['no such stream', 'no such stream']);
    });

    it('may come after an answer', () => {
      const ear = new Ear();
      const subscription = bench.listen(ear);
      bench.attach().last.answered();
      bench.wire.last.refused(no);
      assert.equal(subscription.status, 'failed');
      assert.deepEqual(ear.errors, ['no such stream']);
    });
  });

  describe('delivery', () => {
    it('hands over what was parsed, uncopied, when one listens', async () => {
      const ear = new Ear();
      bench.listen(ear);
      bench.attach().last.answered();
      await settled();
      const message = { n: 1 };
      bench.wire.last.delivered(message);
      assert.equal(ear.messages[0], message);
    });

    it('gives each its own copy: what one changes no other sees', async () => {
      const ears = [new Ear(), new Ear(), new Ear()];
      for (const ear of ears) {
        ear.onMessage = (message) => Object.assign(message as object, { n: 'changed' });
        bench.listen(ear);
      }
      bench.attach().last.answered();
      await settled();
      const seen: unknown[] = [];
      for (const ear of ears) {
        ear.onMessage = (message) => {
          seen.push(structuredClone(message));
          Object.assign(message as object, { n: 'changed' });
        };
      }
      bench.wire.last.delivered({ n: 1 });
      assert.deepEqual(seen, [{ n: 1 }, { n: 1 }, { n: 1 }]);
    });

    it('delivers though the subscribe has not been answered yet', async () => {
      const ear = new Ear();
      bench.listen(ear);
      bench.attach();
      await settled();
      bench.wire.last.delivered(1);
      assert.deepEqual(ear.messages, [1]);
    });

    it('tells the others when one throws, and reports it', async () => {
      const bad = new Ear();
      bad.onMessage = () => {
        throw new Error('boom');
      };
      const good = new Ear();
      bench.listen(bad);
      bench.listen(good);
      bench.attach().last.answered();
      await settled();
      bench.wire.last.delivered(1);
      assert.deepEqual(good.messages, [1]);
      assert.match(bench.problems[0] ?? '', /A listener of the stream "s" threw: boom/);
    });

    it('keeps what comes while a newcomer is not welcomed yet, in order', async () => {
      const ear = new Ear();
      bench.attach();
      bench.listen(ear);
      bench.wire.last.delivered(1);
      bench.wire.last.delivered(2);
      assert.deepEqual(ear.messages, []);
      await settled();
      bench.wire.last.delivered(3);
      assert.deepEqual(ear.messages, [1, 2, 3]);
    });

    it('takes what a closing connection still delivers', async () => {
      const ear = new Ear();
      bench.listen(ear, SHARED);
      bench.attach().last.answered();
      await settled();
      bench.subscriptions.detach();
      bench.wire.last.delivered(1);
      assert.deepEqual(ear.messages, [1]);
    });
  });

  describe('what nobody wants of every message', () => {
    async function drop(count: number): Promise<FakeWire> {
      const dropped = Array.from({ length: count }, (_, n) => bench.listen(new Ear(), EVERY, `dropped ${n}`));
      bench.listen(new Ear(), EVERY, 'stays');
      for (const { server } of bench.attach().subscribed) server.answered();
      for (const subscription of dropped) subscription.unsubscribe();
      await bench.clock.advance(1_000);
      return bench.wire;
    }

    it('is left behind once so much has gathered that an exchange costs no more', async () => {
      await drop(2_000);
      assert.ok(bench.asked.length > 0 && bench.asked.every((insist) => !insist));
      assert.deepEqual(
        bench.prepare().subscribed.map(({ stream }) => stream),
        ['stays'],
      );
      bench.asked.length = 0;
      bench.wire.last.answered();
      bench.subscriptions.move();
      bench.subscriptions.alone();
      assert.deepEqual(bench.asked, []);
    });

    it('is left behind once as much has come for nothing', async () => {
      const [busy] = (await drop(1)).subscribed;
      for (let n = 0; n < 100; n += 1) busy?.server.delivered(n);
      assert.deepEqual(bench.asked, []);
      for (let n = 0; n < 1_000; n += 1) busy?.server.delivered(n);
      assert.ok(bench.asked.length > 0);
      bench.prepare().last.answered();
      bench.subscriptions.move();
      bench.asked.length = 0;
      for (let n = 0; n < 2_000; n += 1) busy?.server.delivered(n);
      assert.deepEqual(bench.asked, [], 'for what an old connection still delivers');
    });

    it('costs nothing any more when somebody wants it again', async () => {
      for (let time = 0; time < 100; time += 1) {
        await drop(1);
        bench.listen(new Ear(), EVERY, 'dropped 0');
        bench.subscriptions.detach();
      }
      assert.deepEqual(bench.asked, []);
    });
  });

  describe('all answered', () => {
    it('is so when the last of what is wanted has been, with yes or no', () => {
      for (const stream of ['a', 'b']) bench.listen(new Ear(), EVERY, stream);
      assert.equal(bench.subscriptions.answered, false);
      const [a, b] = bench.attach().subscribed;
      a?.server.answered();
      assert.deepEqual([bench.subscriptions.answered, bench.answered], [false, 0]);
      b?.server.refused(new SubscriptionError('no'));
      assert.deepEqual([bench.subscriptions.answered, bench.answered], [true, 1]);
    });

    it('is so at once when nothing is wanted, and not without a connection', () => {
      assert.equal(bench.subscriptions.answered, false);
      bench.attach();
      assert.deepEqual([bench.subscriptions.answered, bench.answered], [true, 1]);
      bench.subscriptions.detach();
      assert.equal(bench.subscriptions.answered, false);
      bench.attach();
      assert.equal(bench.answered, 2);
    });

    it('is not so while a newcomer waits, unless that leaves', async () => {
      bench.attach();
      const subscription = bench.listen(new Ear());
      assert.equal(bench.subscriptions.answered, false);
      subscription.unsubscribe();
      await bench.clock.advance(1_000);
      assert.deepEqual([bench.subscriptions.answered, bench.answered], [true, 2]);
      bench.listen(new Ear());
      assert.equal(bench.subscriptions.answered, false);
      bench.wire.last.answered();
      assert.deepEqual([bench.subscriptions.answered, bench.answered], [true, 3]);
    });

    it('is not so while somebody is expected, which has an end', async () => {
      let over = 0;
      const expect = () =>
        bench.subscriptions.expect(() => {
          over += 1;
        });
      const [end, endOther] = [expect(), expect()];
      bench.attach();
      end();
      end();
      assert.deepEqual([bench.subscriptions.answered, bench.answered, over], [false, 0, 1]);
      bench.listen(new Ear());
      endOther();
      assert.deepEqual([bench.subscriptions.answered, bench.answered, over], [false, 0, 2]);
      bench.wire.last.answered();
      assert.deepEqual([bench.subscriptions.answered, bench.answered], [true, 1]);
      expect();
      await bench.clock.advance(9_999);
      assert.equal(bench.subscriptions.answered, false);
      await bench.clock.advance(1);
      assert.deepEqual([bench.subscriptions.answered, bench.answered, over], [true, 2, 3]);
      expect();
      bench.subscriptions.close();
      assert.equal(bench.clock.pending, 0);
    });

    it('is so while a refused one is tried again', async () => {
      bench.listen(new Ear());
      bench.attach().last.refused(new SubscriptionError('no'));
      await bench.clock.advance(60_000);
      assert.equal(bench.wire.subscribed.length, 2);
      assert.deepEqual([bench.subscriptions.answered, bench.answered], [true, 1]);
    });
  });

  describe('handing on', () => {
    /** Two listeners of a share, one of everything; closed, with messages on their way. */
    async function closeWhileDelivering(): Promise<Undelivered> {
      const ears = [new Ear(), new Ear(), new Ear()];
      for (const [index, ear] of ears.entries()) bench.listen(ear, index < 2 ? SHARED : EVERY);
      const { subscribed } = bench.attach();
      const share = subscribed.find(({ groupId }) => groupId === undefined);
      const all = subscribed.find(({ groupId }) => groupId !== undefined);
      for (const { server } of bench.wire.subscribed) server.answered();
      await settled();
      bench.subscriptions.mute();
      share?.server.delivered(1);
      all?.server.delivered(2);
      share?.server.delivered(3);
      const undelivered = bench.subscriptions.close();
      share?.server.delivered(4);
      assert.deepEqual(
        ears.map(({ messages }) => messages),
        [[], [], []],
      );
      assert.equal(bench.clock.pending, 0);
      return undelivered;
    }

    it('gives the successor’s first listeners what nobody was told any more, before all else', async () => {
      bench.subscriptions = bench.make(await closeWhileDelivering());
      const ears = [new Ear(), new Ear(), new Ear(), new Ear()];
      for (const [index, ear] of ears.entries()) bench.listen(ear, index < 3 ? SHARED : EVERY);
      const { subscribed } = bench.attach();
      const share = subscribed.find(({ groupId }) => groupId === undefined);
      const all = subscribed.find(({ groupId }) => groupId !== undefined);
      share?.server.delivered(5);
      all?.server.delivered(6);
      await settled();
      assert.deepEqual(
        ears.map(({ messages }) => messages),
        [[1, 3, 5], [1, 3, 5], [5], [2, 6]],
      );
    });

    it('forgets what nobody asks for within the grace time', async () => {
      bench.subscriptions = bench.make(await closeWhileDelivering());
      await bench.clock.advance(1_000);
      const ear = new Ear();
      bench.listen(ear, SHARED);
      await settled();
      assert.deepEqual(ear.messages, []);
      bench.subscriptions.close();
      assert.equal(bench.clock.pending, 0);
    });

    it('hands on again what a successor that closes at once has not been asked for', async () => {
      const undelivered = await closeWhileDelivering();
      assert.deepEqual(bench.make(undelivered).close(), undelivered);
      assert.equal(bench.clock.pending, 0);
    });

    it('gives what is kept for one that had left before to none of those that stayed', async () => {
      for (const leaves of [0, 1]) {
        bench.subscriptions = bench.make();
        const places = [bench.listen(new Ear()), bench.listen(new Ear())];
        const server = bench.attach().last;
        server.answered();
        await settled();
        places[leaves]?.unsubscribe();
        server.delivered(1);
        bench.subscriptions.mute();
        server.delivered(2);
        bench.subscriptions = bench.make(bench.subscriptions.close());
        const [stayed, back] = [new Ear(), new Ear()];
        bench.listen(stayed);
        bench.listen(back);
        await settled();
        assert.deepEqual([stayed.messages, back.messages], [[2], [1, 2]]);
        bench.subscriptions.close();
      }
    });

    it('leaves to each its place, to those too for which nothing has come', async () => {
      const places = [bench.listen(new Ear()), bench.listen(new Ear())];
      const server = bench.attach().last;
      server.answered();
      await settled();
      places[1]?.unsubscribe();
      server.delivered(1);
      places[0]?.unsubscribe();
      bench.subscriptions = bench.make(bench.subscriptions.close());
      const ears = [new Ear(), new Ear()];
      for (const ear of ears) bench.listen(ear);
      await settled();
      assert.deepEqual(
        ears.map(({ messages }) => messages),
        [[], [1]],
      );
    });

    it('gives each owner what it left itself, whoever comes first', async () => {
      const gone = ['a', 'b'].map((owner) => bench.listen(owned(owner), SHARED));
      for (const each of gone) each.unsubscribe();
      for (const owner of ['a', 'b'])
        bench.subscriptions.bequests.inherit(PLACE, { owner, messages: [owner] });
      bench.subscriptions = bench.make(bench.subscriptions.close());
      const ears = [owned('b'), owned('a')];
      for (const ear of ears) bench.listen(ear, SHARED);
      await settled();
      assert.deepEqual(
        ears.map(({ messages }) => messages),
        [['b'], ['a']],
      );
    });

    it('is nothing when nothing was on its way', () => {
      bench.listen(new Ear());
      bench.attach().last.answered();
      assert.equal(bench.subscriptions.close().size, 0);
    });
  });

  it('closes without a word, and leaves no timer', async () => {
    const ear = new Ear();
    const subscription = bench.listen(ear, SHARED);
    bench.listen(new Ear()).unsubscribe();
    bench.attach().last.answered();
    await settled();
    bench.subscriptions.close();
    bench.wire.last.delivered(1);
    subscription.unsubscribe();
    assert.deepEqual([ear.messages, ear.errors, bench.asked, bench.clock.pending], [[], [], [], 0]);
  });
});
