/** How subscriptions move from one connection to the next without a message lost or doubled. */
import assert from 'node:assert/strict';
import { SubscriptionError } from '../../../src/errors';
import { settled } from '../../support/clock';
import { Ear, type FakeWire } from '../../support/sea/fake-wire';
import { Bench, EVERY, SHARED } from './subscriptions-bench';

describe('client/subscriptions', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  describe('an exchange of the connection', () => {
    const no = new SubscriptionError('no such stream');

    it('subscribes all that is wanted on both, in the same groups, so that each message comes once (P29)', () => {
      for (const delivery of [EVERY, SHARED, { type: 'group', group: 'alarms' } as const]) {
        bench.listen(new Ear(), delivery);
        bench.listen(new Ear(), delivery, 't');
      }
      const groups = ({ subscribed }: FakeWire) => subscribed.map(({ stream, groupId }) => [stream, groupId]);
      const first = groups(bench.attach());
      assert.deepEqual(groups(bench.prepare()), first);
      assert.equal(new Set(first.map(([stream, groupId]) => `${stream} ${groupId}`)).size, 6);
      for (const { server } of bench.wire.subscribed) server.answered();
      bench.subscriptions.move();
      assert.deepEqual(groups(bench.prepare()), first);
    });

    it('is prepared when the last has been answered, with yes or no, and is no news to anybody', async () => {
      const ears = [new Ear(), new Ear()];
      const [yes] = ears.map((ear, n) => bench.listen(ear, EVERY, `s${n}`));
      for (const { server } of bench.attach().subscribed) server.answered();
      await settled();
      const [first, second] = bench.prepare().subscribed;
      first?.server.answered();
      assert.deepEqual([bench.prepared, yes?.status], [0, 'active']);
      second?.server.refused(no);
      assert.equal(bench.prepared, 1);
      bench.subscriptions.move();
      for (const ear of ears) assert.equal(ear.readied, 1);
      assert.deepEqual(ears[0]?.errors, []);
      assert.equal(bench.answered, 1);
    });

    it('is prepared at once when nothing is wanted', () => {
      bench.attach();
      bench.prepare();
      assert.equal(bench.prepared, 1);
    });

    it('takes messages from both, from the old one until it is gone, and no answers of that', async () => {
      const ear = new Ear();
      const subscription = bench.listen(ear, SHARED);
      const old = bench.attach().last;
      old.answered();
      await settled();
      const other = bench.prepare().last;
      other.delivered(1);
      old.delivered(2);
      other.answered();
      bench.subscriptions.move();
      old.delivered(3);
      other.delivered(4);
      old.refused(no);
      bench.subscriptions.alone();
      assert.deepEqual(ear.messages, [1, 2, 3, 4]);
      assert.equal(subscription.status, 'active');
      assert.deepEqual(ear.errors, []);
    });

    it('tells of a refusal on the new one when the old one goes, and asks again', async () => {
      const ear = new Ear();
      const subscription = bench.listen(ear);
      bench.attach().last.answered();
      await settled();
      bench.prepare().last.refused(no);
      assert.deepEqual([subscription.status, ear.errors], ['active', []]);
      bench.subscriptions.move();
      assert.deepEqual([subscription.status, ear.errors], ['failed', ['no such stream']]);
      await bench.clock.advance(60_000);
      assert.equal(bench.wire.subscribed.length, 2);
      bench.wire.last.answered();
      assert.equal(ear.readied, 2);
      assert.equal(bench.clock.pending, 0);
    });

    it('has a second chance for what the old one refused, and says so at once', async () => {
      const ear = new Ear();
      const subscription = bench.listen(ear);
      const old = bench.attach();
      await settled();
      old.last.refused(no);
      bench.prepare().last.answered();
      assert.deepEqual([subscription.status, ear.readied], ['active', 1]);
      await bench.clock.advance(100_000);
      assert.equal(old.subscribed.length, 1);
      bench.subscriptions.stay();
      assert.equal(subscription.status, 'failed');
      await bench.clock.advance(100_000);
      assert.equal(old.subscribed.length, 2);
    });

    it('has what is subscribed meanwhile on both, answered once', async () => {
      const old = bench.attach();
      bench.prepare();
      const ear = new Ear();
      const subscription = bench.listen(ear);
      const ids = [old, bench.wire].map(({ subscribed }) => subscribed[0]?.groupId);
      assert.ok(ids[0] !== undefined && ids[0] === ids[1]);
      await settled();
      old.last.answered();
      bench.wire.last.delivered('early');
      bench.wire.last.answered();
      bench.subscriptions.move();
      assert.deepEqual([subscription.status, ear.readied, ear.messages], ['active', 1, ['early']]);
    });

    it('keeps what comes on the new one, too, for who takes over from a listener that leaves', async () => {
      const leaving = bench.listen(new Ear());
      const old = bench.attach().last;
      old.answered();
      await settled();
      leaving.unsubscribe();
      bench.prepare().last.answered();
      old.delivered(1);
      bench.wire.last.delivered(2);
      bench.subscriptions.move();
      bench.wire.last.delivered(3);
      const ear = new Ear();
      bench.listen(ear);
      await settled();
      assert.deepEqual([ear.messages, ear.readied], [[1, 2, 3], 1]);
      assert.equal(bench.wire.subscribed.length, 1);
    });

    it('asks for another one when a share is given up that the new one carries already', async () => {
      const dropped = bench.listen(new Ear(), SHARED);
      bench.attach().last.answered();
      dropped.unsubscribe();
      bench.prepare().last.answered();
      await bench.clock.advance(1_000);
      assert.deepEqual(bench.asked, []);
      bench.subscriptions.move();
      assert.deepEqual(bench.asked, [true]);
      assert.equal(bench.prepare().subscribed.length, 0);
    });

    it('revives a share that somebody wants again before it is left behind: no message goes astray', async () => {
      const gone = bench.listen(new Ear(), SHARED);
      const old = bench.attach().last;
      old.answered();
      gone.unsubscribe();
      await bench.clock.advance(1_000);
      const ear = new Ear();
      bench.listen(ear, SHARED);
      await settled();
      old.delivered(1);
      bench.prepare().last.answered();
      bench.subscriptions.move();
      const again = new Ear();
      old.delivered(2);
      bench.wire.last.delivered(3);
      bench.listen(again, SHARED);
      await settled();
      bench.wire.last.delivered(4);
      assert.deepEqual([ear.messages, again.messages], [[1, 2, 3, 4], [4]]);
      assert.deepEqual([bench.wire.subscribed.length, ear.readied], [1, 1]);
    });

    it('revives on the new one what the old one left behind, and takes what that still delivers', async () => {
      const gone = bench.listen(new Ear());
      const old = bench.attach().last;
      old.answered();
      gone.unsubscribe();
      await bench.clock.advance(1_000);
      assert.equal(bench.prepare().subscribed.length, 0);
      bench.subscriptions.move();
      old.delivered('for nobody');
      const ear = new Ear();
      bench.listen(ear);
      await settled();
      assert.equal(bench.wire.subscribed.length, 1);
      old.delivered(1);
      bench.wire.last.delivered(2);
      bench.subscriptions.alone();
      assert.deepEqual(ear.messages, [1, 2]);
    });

    it('goes on with what the new one has when the old one is lost, and waits for the other answers', async () => {
      const ears = [new Ear(), new Ear()];
      const both = ears.map((ear, n) => bench.listen(ear, EVERY, `s${n}`));
      for (const { server } of bench.attach().subscribed) server.answered();
      await settled();
      bench.prepare().subscribed[0]?.server.answered();
      bench.subscriptions.move();
      assert.deepEqual(
        both.map(({ status }) => status),
        ['active', 'pending'],
      );
      assert.equal(bench.subscriptions.answered, false);
      await bench.clock.advance(15_000);
      assert.match(ears[1]?.errors[0] ?? '', /has not answered the subscription to "s1" for 15 s/);
      bench.wire.last.answered();
      assert.deepEqual([ears[0]?.readied, ears[1]?.readied], [1, 2]);
      assert.deepEqual([bench.subscriptions.answered, bench.answered], [true, 2]);
      assert.equal(bench.clock.pending, 0);
    });

    it('is insisted on when a share was given up on the way to one that came to nothing', async () => {
      const dropped = bench.listen(new Ear(), SHARED);
      bench.attach().last.answered();
      bench.prepare();
      dropped.unsubscribe();
      await bench.clock.advance(1_000);
      bench.subscriptions.stay();
      assert.deepEqual(bench.asked, [true]);
    });

    it('is over when the connection is lost, or never was: the next one is all new', async () => {
      const ear = new Ear();
      bench.listen(ear);
      bench.attach().last.answered();
      const { groupId } = bench.wire.subscribed[0] ?? {};
      bench.prepare().last.answered();
      bench.subscriptions.detach();
      assert.equal(bench.clock.pending, 0);
      bench.attach();
      assert.notEqual(bench.wire.subscribed[0]?.groupId, groupId);
      bench.prepare();
      bench.subscriptions.stay();
      assert.equal(bench.clock.pending, 1);
    });

    it('fails when the server does not answer for long what the old one has, and not for the rest', async () => {
      for (const stream of ['a', 'b', 'c']) bench.listen(new Ear(), EVERY, stream);
      const old = bench.attach();
      for (const { server } of old.subscribed.slice(0, 2)) server.answered();
      await bench.clock.advance(15_000);
      bench.prepare();
      await bench.clock.advance(14_000);
      bench.wire.subscribed[0]?.server.answered();
      await bench.clock.advance(14_000);
      assert.deepEqual([bench.stalled, bench.prepared], [[], 0]);
      await bench.clock.advance(15_000);
      assert.match(bench.stalled[0] ?? '', /has not answered the subscription to "b" for 15 s/);
      bench.subscriptions.stay();
      bench.prepare();
      for (const { server } of bench.wire.subscribed.slice(0, 2)) server.answered();
      await bench.clock.advance(20_000);
      assert.deepEqual([bench.stalled.length, bench.prepared], [1, 1]);
    });

    it('asks all sides again when a stream is defined meanwhile', () => {
      const subscription = bench.listen(new Ear());
      const old = bench.attach();
      old.last.refused(no);
      bench.prepare().last.refused(no);
      bench.subscriptions.retry('s');
      assert.deepEqual([old.subscribed.length, bench.wire.subscribed.length], [2, 2]);
      bench.wire.last.answered();
      assert.equal(subscription.status, 'active');
    });
  });
});
