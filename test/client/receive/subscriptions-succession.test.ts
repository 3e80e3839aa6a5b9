/** How subscriptions take over from their predecessors, give back what nobody has, and hand on what is left. */
import assert from 'node:assert/strict';
import { KEPT_MESSAGES } from '../../../src/client/receive/unclaimed';
import { SubscriptionError } from '../../../src/errors';
import { settled } from '../../support/clock';
import { Ear } from '../../support/sea/fake-wire';
import { Bench, SHARED } from './subscriptions-bench';

describe('client/subscriptions', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  describe('taking over', () => {
    it('gives a successor what came in between: nothing lost, nothing doubled', async () => {
      const before = new Ear();
      const subscription = bench.listen(before, SHARED);
      bench.attach().last.answered();
      await settled();
      bench.wire.last.delivered(1);
      subscription.unsubscribe();
      bench.wire.last.delivered(2);
      await bench.clock.advance(999);
      const after = new Ear();
      bench.listen(after, SHARED);
      await settled();
      bench.wire.last.delivered(3);
      await bench.clock.advance(100_000);
      assert.deepEqual([before.messages, after.messages], [[1], [2, 3]]);
      assert.equal(after.readied, 1);
      assert.equal(bench.wire.subscribed.length, 1);
      assert.deepEqual(bench.asked, []);
    });

    it('does so for each of several, while others listen on', async () => {
      const stays = new Ear();
      bench.listen(stays);
      const leaving = [new Ear(), new Ear()].map((ear) => bench.listen(ear));
      bench.attach().last.answered();
      await settled();
      leaving[0]?.unsubscribe();
      bench.wire.last.delivered({ n: 1 });
      leaving[1]?.unsubscribe();
      bench.wire.last.delivered({ n: 2 });
      const successors = [new Ear(), new Ear()];
      for (const ear of successors) bench.listen(ear);
      await settled();
      assert.deepEqual(stays.messages, [{ n: 1 }, { n: 2 }]);
      assert.deepEqual(successors[0]?.messages, [{ n: 1 }, { n: 2 }]);
      assert.deepEqual(successors[1]?.messages, [{ n: 2 }]);
    });

    it('leaves to the next successor what the first did not take', async () => {
      const subscription = bench.listen(new Ear());
      bench.attach().last.answered();
      await settled();
      subscription.unsubscribe();
      for (const n of [1, 2, 3]) bench.wire.last.delivered(n);
      const hasty = new Ear();
      const short = bench.listen(hasty);
      hasty.onMessage = () => short.unsubscribe();
      await settled();
      const patient = new Ear();
      bench.listen(patient);
      await settled();
      assert.deepEqual([hasty.messages, patient.messages], [[1], [2, 3]]);
    });

    it('gives the message that is on its way round to who takes over in the middle of it', async () => {
      const [stays, after] = [new Ear(), new Ear()];
      bench.listen(stays);
      const leaving = bench.listen(new Ear());
      bench.attach().last.answered();
      await settled();
      stays.onMessage = () => {
        stays.onMessage = () => {};
        leaving.unsubscribe();
        bench.listen(after);
      };
      for (const n of [1, 2]) bench.wire.last.delivered(n);
      await settled();
      assert.deepEqual(
        [stays.messages, after.messages],
        [
          [1, 2],
          [1, 2],
        ],
      );
      leaving.unsubscribe();
      assert.equal(leaving.status, 'closed');
      bench.wire.last.delivered(3);
      assert.deepEqual(after.messages, [1, 2, 3]);
    });

    it('keeps a bounded number of messages, and says that it drops more', async () => {
      const subscription = bench.listen(new Ear());
      bench.attach().last.answered();
      await settled();
      subscription.unsubscribe();
      for (let n = 0; n < KEPT_MESSAGES + 10; n += 1) bench.wire.last.delivered(n);
      assert.equal(bench.problems.length, 1);
      const ear = new Ear();
      bench.listen(ear);
      await settled();
      assert.equal(ear.messages.length, KEPT_MESSAGES);
    });
  });

  describe('giving back', () => {
    it('says closed at once, hears nothing more, and tells its end once', async () => {
      const ear = new Ear();
      const subscription = bench.listen(ear);
      bench.attach().last.answered();
      await settled();
      subscription.unsubscribe();
      subscription.unsubscribe();
      bench.wire.last.delivered(1);
      await bench.clock.advance(10_000);
      assert.equal(subscription.status, 'closed');
      assert.deepEqual(ear.messages, []);
      assert.equal(bench.ended, 1);
      assert.equal(bench.clock.pending, 0);
    });

    it('ignores what still comes for a group of one, and keeps the connection (P29)', async () => {
      const subscription = bench.listen(new Ear());
      bench.attach().last.answered();
      subscription.unsubscribe();
      await bench.clock.advance(1_000);
      bench.wire.last.delivered(1);
      assert.deepEqual(bench.asked, []);
    });

    it('revives it for whoever wants the same stream on the same connection', async () => {
      const subscription = bench.listen(new Ear());
      bench.attach().last.answered();
      subscription.unsubscribe();
      await bench.clock.advance(1_000);
      bench.subscriptions.alone();
      bench.wire.last.delivered('ignored');
      const ear = new Ear();
      bench.listen(ear);
      await settled();
      bench.wire.last.delivered('heard');
      assert.deepEqual(ear.messages, ['heard']);
      assert.equal(bench.wire.subscribed.length, 1);
    });

    it('does not subscribe again on the next connection what nobody wants', async () => {
      bench.listen(new Ear()).unsubscribe();
      bench.listen(new Ear(), SHARED, 't').unsubscribe();
      assert.equal(bench.attach().subscribed.length, 0);
      await bench.clock.advance(1_000);
      assert.deepEqual(bench.asked, []);
    });

    for (const delivery of [SHARED, { type: 'group', group: 'alarms' } as const]) {
      it(`gives back a share of ${delivery.type} by a new connection with what remains (P29)`, async () => {
        const dropped = bench.listen(new Ear(), delivery, 'dropped');
        bench.listen(new Ear(), SHARED, 'stays');
        bench.attach();
        for (const { server } of bench.wire.subscribed) server.answered();
        dropped.unsubscribe();
        await bench.clock.advance(999);
        assert.deepEqual(bench.asked, []);
        await bench.clock.advance(1);
        assert.deepEqual(bench.asked, [true]);
        assert.deepEqual(
          bench.prepare().subscribed.map(({ stream }) => stream),
          ['stays'],
        );
      });
    }

    it('has one connection for those that remain when several are given back together', async () => {
      const dropped = ['a', 'b', 'c'].map((stream) => bench.listen(new Ear(), SHARED, stream));
      bench.listen(new Ear(), SHARED, 'stays');
      bench.attach();
      for (const subscription of dropped) subscription.unsubscribe();
      await bench.clock.advance(1_000);
      assert.deepEqual(bench.asked, [true, true, true]);
      assert.equal(bench.prepare().subscribed.length, 1);
      bench.wire.last.answered();
      bench.subscriptions.move();
      assert.equal(bench.asked.length, 3);
    });

    it('keeps the connection when the server never accepted it', async () => {
      const subscription = bench.listen(new Ear(), SHARED);
      bench.attach().last.refused(new SubscriptionError('no'));
      subscription.unsubscribe();
      await bench.clock.advance(1_000);
      assert.deepEqual(bench.asked, []);
      assert.equal(bench.clock.pending, 0);
    });

    it('leaves nothing behind when a dropped group of one is refused late', async () => {
      const subscription = bench.listen(new Ear());
      bench.attach();
      subscription.unsubscribe();
      await bench.clock.advance(1_000);
      bench.wire.last.refused(new SubscriptionError('no'));
      assert.equal(bench.clock.pending, 0);
    });
  });
});
