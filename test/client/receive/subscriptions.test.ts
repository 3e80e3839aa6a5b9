import assert from 'node:assert/strict';
import type { Delivery } from '../../../src/client/receive/delivery';
import type { Subscription } from '../../../src/client/receive/subscription';
import { Subscriptions } from '../../../src/client/receive/subscriptions';
import type { Undelivered } from '../../../src/client/receive/unclaimed';
import { KEPT_MESSAGES } from '../../../src/client/receive/unclaimed';
import { SubscriptionError } from '../../../src/errors';
import { groupIdOf, isUuid } from '../../../src/protocol/groups';
import { FakeClock, settled } from '../../support/clock';
import { Ear, FakeWire, owned } from '../../support/sea/fake-wire';

const EVERY: Delivery = { type: 'every' };
const SHARED: Delivery = { type: 'shared' };

describe('client/subscriptions', () => {
  let clock: FakeClock;
  let wire: FakeWire;
  let problems: string[];
  /** Of the exchanges that were asked for: whether they are insisted on. */
  let asked: boolean[];
  let prepared: number;
  let stalled: string[];
  let answered: number;
  let ended: number;
  let subscriptions: Subscriptions;

  beforeEach(() => {
    clock = new FakeClock();
    wire = new FakeWire();
    problems = [];
    asked = [];
    prepared = 0;
    stalled = [];
    answered = 0;
    ended = 0;
    subscriptions = make();
  });

  function make(undelivered?: Undelivered): Subscriptions {
    const made = new Subscriptions({
      clock,
      random: () => 0.5,
      grace: 1_000,
      answerTimeout: 15_000,
      problem: (error) => problems.push(error.message),
      fitToTell: (words) => words,
      release: () => {
        ended += 1;
      },
      answered: () => {
        answered += 1;
      },
      exchange: (insist) => asked.push(insist),
      joined: (why) => {
        if (why === undefined) prepared += 1;
        else stalled.push(why.message);
      },
    });
    if (undelivered !== undefined) made.bequests.adopt(undelivered);
    return made;
  }

  function listen(ear: Ear, delivery = EVERY, stream = 's'): Subscription {
    return subscriptions.subscribe(stream, delivery, ear);
  }

  function attach(): FakeWire {
    wire = new FakeWire();
    subscriptions.attach(wire);
    return wire;
  }

  /** There is to be another connection. */
  function prepare(): FakeWire {
    wire = new FakeWire();
    subscriptions.prepare(wire);
    return wire;
  }

  describe('on the wire', () => {
    it('subscribes when there is a connection, before and after', () => {
      listen(new Ear());
      attach();
      listen(new Ear(), EVERY, 't');
      assert.deepEqual(
        wire.subscribed.map(({ stream }) => stream),
        ['s', 't'],
      );
    });

    it('shares one server subscription among those who want the same', () => {
      attach();
      listen(new Ear());
      listen(new Ear());
      listen(new Ear(), SHARED);
      listen(new Ear(), { type: 'group', group: 'alarms' });
      listen(new Ear(), { type: 'group', group: groupIdOf('alarms').toUpperCase() });
      assert.equal(wire.subscribed.length, 3);
    });

    it('draws a fresh UUID at every subscribe for every message (P28)', () => {
      listen(new Ear());
      const first = attach().subscribed[0]?.groupId ?? '';
      subscriptions.detach();
      const second = attach().subscribed[0]?.groupId ?? '';
      assert.ok(isUuid(first) && isUuid(second));
      assert.notEqual(first, second);
    });

    it("sends no group for the client's own one, and the same UUID each time for a named one (P27)", () => {
      listen(new Ear(), SHARED);
      listen(new Ear(), { type: 'group', group: 'alarms' });
      for (let time = 0; time < 2; time += 1) {
        attach();
        assert.deepEqual(
          wire.subscribed.map(({ groupId }) => groupId),
          [undefined, groupIdOf('alarms')],
        );
        subscriptions.detach();
      }
    });

    it('does not confuse streams and groups whose names look alike', () => {
      attach();
      listen(new Ear(), SHARED, 'every s');
      listen(new Ear(), EVERY, 's');
      listen(new Ear(), EVERY, 'shared every s');
      assert.equal(wire.subscribed.length, 3);
    });
  });

  describe('status', () => {
    it('is pending until the server has answered, and tells of it once', async () => {
      const ear = new Ear();
      const subscription = listen(ear);
      attach();
      await settled();
      assert.equal(subscription.status, 'pending');
      wire.last.answered();
      assert.equal(subscription.status, 'active');
      assert.equal(ear.readied, 1);
      assert.equal(clock.pending, 0);
    });

    it('tells who comes later, too', async () => {
      attach();
      listen(new Ear());
      wire.last.answered();
      const late = new Ear();
      listen(late);
      assert.equal(late.readied, 0);
      await settled();
      assert.equal(late.readied, 1);
    });

    it('tells once who came just before the answer', async () => {
      attach();
      const ear = new Ear();
      listen(ear);
      wire.last.answered();
      await settled();
      assert.equal(ear.readied, 1);
    });

    it('is pending again when the connection is lost, and tells again when it is back', async () => {
      const ear = new Ear();
      const subscription = listen(ear);
      attach().last.answered();
      await settled();
      subscriptions.detach();
      assert.equal(subscription.status, 'pending');
      attach().last.answered();
      assert.equal(ear.readied, 2);
    });

    it('reports a subscribe that is not answered, and still takes the answer', async () => {
      const ear = new Ear();
      const subscription = listen(ear);
      attach();
      await clock.advance(15_000);
      assert.match(ear.errors[0] ?? '', /has not answered the subscription to "s" for 15 s/);
      assert.equal(subscription.status, 'pending');
      wire.last.answered();
      assert.equal(subscription.status, 'active');
    });

    it('does not listen to the answers of a connection that is gone', async () => {
      const subscription = listen(new Ear());
      const old = attach().last;
      subscriptions.detach();
      old.answered();
      assert.equal(subscription.status, 'pending');
    });
  });

  describe('refusals', () => {
    const no = new SubscriptionError('no such stream');

    it('tell all who wanted it, and do not disturb others', async () => {
      attach();
      const ears = [new Ear(), new Ear()];
      for (const ear of ears) listen(ear);
      const refused = wire.last;
      const other = new Ear();
      const otherSubscription = listen(other, EVERY, 't');
      wire.last.answered();
      await settled();
      refused.refused(no);
      for (const ear of ears) assert.deepEqual(ear.errors, ['no such stream']);
      assert.deepEqual(other.errors, []);
      assert.equal(otherSubscription.status, 'active');
    });

    it('are tried again at leisure, without repeating the same news', async () => {
      const ear = new Ear();
      const subscription = listen(ear);
      attach().last.refused(no);
      await clock.advance(45_000);
      assert.equal(wire.subscribed.length, 2);
      wire.last.refused(no);
      assert.deepEqual(ear.errors, ['no such stream']);
      await clock.advance(60_000);
      wire.last.answered();
      assert.equal(subscription.status, 'active');
      assert.equal(clock.pending, 0);
    });

    it('are tried again when the stream is defined', () => {
      const subscription = listen(new Ear());
      attach().last.refused(no);
      subscriptions.retry('other');
      assert.equal(wire.subscribed.length, 1);
      subscriptions.retry('s');
      assert.equal(wire.subscribed.length, 2);
      assert.equal(subscription.status, 'pending');
    });

    it('and answers count only of the connection that is there', () => {
      const subscription = listen(new Ear());
      const gone = attach();
      subscriptions.detach();
      attach();
      gone.last.answered();
      gone.last.refused(no);
      assert.equal(subscription.status, 'pending');
      wire.last.answered();
      assert.equal(subscription.status, 'active');
    });

    it('are tried again when somebody else comes', async () => {
      const first = new Ear();
      listen(first);
      attach().last.refused(no);
      await settled();
      const second = new Ear();
      listen(second);
      assert.equal(wire.subscribed.length, 2);
      wire.last.refused(no);
      await settled();
      assert.deepEqual([first.errors, second.errors], [['no such stream'], ['no such stream']]);
    });

    it('are told again on the next connection', () => {
      const ear = new Ear();
      listen(ear);
      attach().last.refused(no);
      subscriptions.detach();
      assert.equal(clock.pending, 0);
      attach().last.refused(no);
      assert.deepEqual(ear.errors, ['no such stream', 'no such stream']);
    });

    it('may come after an answer', () => {
      const ear = new Ear();
      const subscription = listen(ear);
      attach().last.answered();
      wire.last.refused(no);
      assert.equal(subscription.status, 'failed');
      assert.deepEqual(ear.errors, ['no such stream']);
    });
  });

  describe('delivery', () => {
    it('hands over what was parsed, uncopied, when one listens', async () => {
      const ear = new Ear();
      listen(ear);
      attach().last.answered();
      await settled();
      const message = { n: 1 };
      wire.last.delivered(message);
      assert.equal(ear.messages[0], message);
    });

    it('gives each its own copy: what one changes no other sees', async () => {
      const ears = [new Ear(), new Ear(), new Ear()];
      for (const ear of ears) {
        ear.onMessage = (message) => Object.assign(message as object, { n: 'changed' });
        listen(ear);
      }
      attach().last.answered();
      await settled();
      const seen: unknown[] = [];
      for (const ear of ears) {
        ear.onMessage = (message) => {
          seen.push(structuredClone(message));
          Object.assign(message as object, { n: 'changed' });
        };
      }
      wire.last.delivered({ n: 1 });
      assert.deepEqual(seen, [{ n: 1 }, { n: 1 }, { n: 1 }]);
    });

    it('delivers though the subscribe has not been answered yet', async () => {
      const ear = new Ear();
      listen(ear);
      attach();
      await settled();
      wire.last.delivered(1);
      assert.deepEqual(ear.messages, [1]);
    });

    it('tells the others when one throws, and reports it', async () => {
      const bad = new Ear();
      bad.onMessage = () => {
        throw new Error('boom');
      };
      const good = new Ear();
      listen(bad);
      listen(good);
      attach().last.answered();
      await settled();
      wire.last.delivered(1);
      assert.deepEqual(good.messages, [1]);
      assert.match(problems[0] ?? '', /A listener of the stream "s" threw: boom/);
    });

    it('keeps what comes while a newcomer is not welcomed yet, in order', async () => {
      const ear = new Ear();
      attach();
      listen(ear);
      wire.last.delivered(1);
      wire.last.delivered(2);
      assert.deepEqual(ear.messages, []);
      await settled();
      wire.last.delivered(3);
      assert.deepEqual(ear.messages, [1, 2, 3]);
    });

    it('takes what a closing connection still delivers', async () => {
      const ear = new Ear();
      listen(ear, SHARED);
      attach().last.answered();
      await settled();
      subscriptions.detach();
      wire.last.delivered(1);
      assert.deepEqual(ear.messages, [1]);
    });
  });

  describe('taking over', () => {
    it('gives a successor what came in between: nothing lost, nothing doubled', async () => {
      const before = new Ear();
      const subscription = listen(before, SHARED);
      attach().last.answered();
      await settled();
      wire.last.delivered(1);
      subscription.unsubscribe();
      wire.last.delivered(2);
      await clock.advance(999);
      const after = new Ear();
      listen(after, SHARED);
      await settled();
      wire.last.delivered(3);
      await clock.advance(100_000);
      assert.deepEqual([before.messages, after.messages], [[1], [2, 3]]);
      assert.equal(after.readied, 1);
      assert.equal(wire.subscribed.length, 1);
      assert.deepEqual(asked, []);
    });

    it('does so for each of several, while others listen on', async () => {
      const stays = new Ear();
      listen(stays);
      const leaving = [new Ear(), new Ear()].map((ear) => listen(ear));
      attach().last.answered();
      await settled();
      leaving[0]?.unsubscribe();
      wire.last.delivered({ n: 1 });
      leaving[1]?.unsubscribe();
      wire.last.delivered({ n: 2 });
      const successors = [new Ear(), new Ear()];
      for (const ear of successors) listen(ear);
      await settled();
      assert.deepEqual(stays.messages, [{ n: 1 }, { n: 2 }]);
      assert.deepEqual(successors[0]?.messages, [{ n: 1 }, { n: 2 }]);
      assert.deepEqual(successors[1]?.messages, [{ n: 2 }]);
    });

    it('leaves to the next successor what the first did not take', async () => {
      const subscription = listen(new Ear());
      attach().last.answered();
      await settled();
      subscription.unsubscribe();
      for (const n of [1, 2, 3]) wire.last.delivered(n);
      const hasty = new Ear();
      const short = listen(hasty);
      hasty.onMessage = () => short.unsubscribe();
      await settled();
      const patient = new Ear();
      listen(patient);
      await settled();
      assert.deepEqual([hasty.messages, patient.messages], [[1], [2, 3]]);
    });

    it('gives the message that is on its way round to who takes over in the middle of it', async () => {
      const [stays, after] = [new Ear(), new Ear()];
      listen(stays);
      const leaving = listen(new Ear());
      attach().last.answered();
      await settled();
      stays.onMessage = () => {
        stays.onMessage = () => {};
        leaving.unsubscribe();
        listen(after);
      };
      for (const n of [1, 2]) wire.last.delivered(n);
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
      wire.last.delivered(3);
      assert.deepEqual(after.messages, [1, 2, 3]);
    });

    it('keeps a bounded number of messages, and says that it drops more', async () => {
      const subscription = listen(new Ear());
      attach().last.answered();
      await settled();
      subscription.unsubscribe();
      for (let n = 0; n < KEPT_MESSAGES + 10; n += 1) wire.last.delivered(n);
      assert.equal(problems.length, 1);
      const ear = new Ear();
      listen(ear);
      await settled();
      assert.equal(ear.messages.length, KEPT_MESSAGES);
    });
  });

  describe('giving back', () => {
    it('says closed at once, hears nothing more, and tells its end once', async () => {
      const ear = new Ear();
      const subscription = listen(ear);
      attach().last.answered();
      await settled();
      subscription.unsubscribe();
      subscription.unsubscribe();
      wire.last.delivered(1);
      await clock.advance(10_000);
      assert.equal(subscription.status, 'closed');
      assert.deepEqual(ear.messages, []);
      assert.equal(ended, 1);
      assert.equal(clock.pending, 0);
    });

    it('ignores what still comes for a group of one, and keeps the connection (P29)', async () => {
      const subscription = listen(new Ear());
      attach().last.answered();
      subscription.unsubscribe();
      await clock.advance(1_000);
      wire.last.delivered(1);
      assert.deepEqual(asked, []);
    });

    it('revives it for whoever wants the same stream on the same connection', async () => {
      const subscription = listen(new Ear());
      attach().last.answered();
      subscription.unsubscribe();
      await clock.advance(1_000);
      subscriptions.alone();
      wire.last.delivered('ignored');
      const ear = new Ear();
      listen(ear);
      await settled();
      wire.last.delivered('heard');
      assert.deepEqual(ear.messages, ['heard']);
      assert.equal(wire.subscribed.length, 1);
    });

    it('does not subscribe again on the next connection what nobody wants', async () => {
      listen(new Ear()).unsubscribe();
      listen(new Ear(), SHARED, 't').unsubscribe();
      assert.equal(attach().subscribed.length, 0);
      await clock.advance(1_000);
      assert.deepEqual(asked, []);
    });

    for (const delivery of [SHARED, { type: 'group', group: 'alarms' } as const]) {
      it(`gives back a share of ${delivery.type} by a new connection with what remains (P29)`, async () => {
        const dropped = listen(new Ear(), delivery, 'dropped');
        listen(new Ear(), SHARED, 'stays');
        attach();
        for (const { server } of wire.subscribed) server.answered();
        dropped.unsubscribe();
        await clock.advance(999);
        assert.deepEqual(asked, []);
        await clock.advance(1);
        assert.deepEqual(asked, [true]);
        assert.deepEqual(
          prepare().subscribed.map(({ stream }) => stream),
          ['stays'],
        );
      });
    }

    it('has one connection for those that remain when several are given back together', async () => {
      const dropped = ['a', 'b', 'c'].map((stream) => listen(new Ear(), SHARED, stream));
      listen(new Ear(), SHARED, 'stays');
      attach();
      for (const subscription of dropped) subscription.unsubscribe();
      await clock.advance(1_000);
      assert.deepEqual(asked, [true, true, true]);
      assert.equal(prepare().subscribed.length, 1);
      wire.last.answered();
      subscriptions.move();
      assert.equal(asked.length, 3);
    });

    it('keeps the connection when the server never accepted it', async () => {
      const subscription = listen(new Ear(), SHARED);
      attach().last.refused(new SubscriptionError('no'));
      subscription.unsubscribe();
      await clock.advance(1_000);
      assert.deepEqual(asked, []);
      assert.equal(clock.pending, 0);
    });

    it('leaves nothing behind when a dropped group of one is refused late', async () => {
      const subscription = listen(new Ear());
      attach();
      subscription.unsubscribe();
      await clock.advance(1_000);
      wire.last.refused(new SubscriptionError('no'));
      assert.equal(clock.pending, 0);
    });
  });

  describe('an exchange of the connection', () => {
    const no = new SubscriptionError('no such stream');

    it('subscribes all that is wanted on both, in the same groups, so that each message comes once (P29)', () => {
      for (const delivery of [EVERY, SHARED, { type: 'group', group: 'alarms' } as const]) {
        listen(new Ear(), delivery);
        listen(new Ear(), delivery, 't');
      }
      const groups = ({ subscribed }: FakeWire) => subscribed.map(({ stream, groupId }) => [stream, groupId]);
      const first = groups(attach());
      assert.deepEqual(groups(prepare()), first);
      assert.equal(new Set(first.map(([stream, groupId]) => `${stream} ${groupId}`)).size, 6);
      for (const { server } of wire.subscribed) server.answered();
      subscriptions.move();
      assert.deepEqual(groups(prepare()), first);
    });

    it('is prepared when the last has been answered, with yes or no, and is no news to anybody', async () => {
      const ears = [new Ear(), new Ear()];
      const [yes] = ears.map((ear, n) => listen(ear, EVERY, `s${n}`));
      for (const { server } of attach().subscribed) server.answered();
      await settled();
      const [first, second] = prepare().subscribed;
      first?.server.answered();
      assert.deepEqual([prepared, yes?.status], [0, 'active']);
      second?.server.refused(no);
      assert.equal(prepared, 1);
      subscriptions.move();
      for (const ear of ears) assert.equal(ear.readied, 1);
      assert.deepEqual(ears[0]?.errors, []);
      assert.equal(answered, 1);
    });

    it('is prepared at once when nothing is wanted', () => {
      attach();
      prepare();
      assert.equal(prepared, 1);
    });

    it('takes messages from both, from the old one until it is gone, and no answers of that', async () => {
      const ear = new Ear();
      const subscription = listen(ear, SHARED);
      const old = attach().last;
      old.answered();
      await settled();
      const other = prepare().last;
      other.delivered(1);
      old.delivered(2);
      other.answered();
      subscriptions.move();
      old.delivered(3);
      other.delivered(4);
      old.refused(no);
      subscriptions.alone();
      assert.deepEqual(ear.messages, [1, 2, 3, 4]);
      assert.equal(subscription.status, 'active');
      assert.deepEqual(ear.errors, []);
    });

    it('tells of a refusal on the new one when the old one goes, and asks again', async () => {
      const ear = new Ear();
      const subscription = listen(ear);
      attach().last.answered();
      await settled();
      prepare().last.refused(no);
      assert.deepEqual([subscription.status, ear.errors], ['active', []]);
      subscriptions.move();
      assert.deepEqual([subscription.status, ear.errors], ['failed', ['no such stream']]);
      await clock.advance(60_000);
      assert.equal(wire.subscribed.length, 2);
      wire.last.answered();
      assert.equal(ear.readied, 2);
      assert.equal(clock.pending, 0);
    });

    it('has a second chance for what the old one refused, and says so at once', async () => {
      const ear = new Ear();
      const subscription = listen(ear);
      const old = attach();
      await settled();
      old.last.refused(no);
      prepare().last.answered();
      assert.deepEqual([subscription.status, ear.readied], ['active', 1]);
      await clock.advance(100_000);
      assert.equal(old.subscribed.length, 1);
      subscriptions.stay();
      assert.equal(subscription.status, 'failed');
      await clock.advance(100_000);
      assert.equal(old.subscribed.length, 2);
    });

    it('has what is subscribed meanwhile on both, answered once', async () => {
      const old = attach();
      prepare();
      const ear = new Ear();
      const subscription = listen(ear);
      const ids = [old, wire].map(({ subscribed }) => subscribed[0]?.groupId);
      assert.ok(ids[0] !== undefined && ids[0] === ids[1]);
      await settled();
      old.last.answered();
      wire.last.delivered('early');
      wire.last.answered();
      subscriptions.move();
      assert.deepEqual([subscription.status, ear.readied, ear.messages], ['active', 1, ['early']]);
    });

    it('keeps what comes on the new one, too, for who takes over from a listener that leaves', async () => {
      const leaving = listen(new Ear());
      const old = attach().last;
      old.answered();
      await settled();
      leaving.unsubscribe();
      prepare().last.answered();
      old.delivered(1);
      wire.last.delivered(2);
      subscriptions.move();
      wire.last.delivered(3);
      const ear = new Ear();
      listen(ear);
      await settled();
      assert.deepEqual([ear.messages, ear.readied], [[1, 2, 3], 1]);
      assert.equal(wire.subscribed.length, 1);
    });

    it('asks for another one when a share is given up that the new one carries already', async () => {
      const dropped = listen(new Ear(), SHARED);
      attach().last.answered();
      dropped.unsubscribe();
      prepare().last.answered();
      await clock.advance(1_000);
      assert.deepEqual(asked, []);
      subscriptions.move();
      assert.deepEqual(asked, [true]);
      assert.equal(prepare().subscribed.length, 0);
    });

    it('revives a share that somebody wants again before it is left behind: no message goes astray', async () => {
      const gone = listen(new Ear(), SHARED);
      const old = attach().last;
      old.answered();
      gone.unsubscribe();
      await clock.advance(1_000);
      const ear = new Ear();
      listen(ear, SHARED);
      await settled();
      old.delivered(1);
      prepare().last.answered();
      subscriptions.move();
      const again = new Ear();
      old.delivered(2);
      wire.last.delivered(3);
      listen(again, SHARED);
      await settled();
      wire.last.delivered(4);
      assert.deepEqual([ear.messages, again.messages], [[1, 2, 3, 4], [4]]);
      assert.deepEqual([wire.subscribed.length, ear.readied], [1, 1]);
    });

    it('revives on the new one what the old one left behind, and takes what that still delivers', async () => {
      const gone = listen(new Ear());
      const old = attach().last;
      old.answered();
      gone.unsubscribe();
      await clock.advance(1_000);
      assert.equal(prepare().subscribed.length, 0);
      subscriptions.move();
      old.delivered('for nobody');
      const ear = new Ear();
      listen(ear);
      await settled();
      assert.equal(wire.subscribed.length, 1);
      old.delivered(1);
      wire.last.delivered(2);
      subscriptions.alone();
      assert.deepEqual(ear.messages, [1, 2]);
    });

    it('goes on with what the new one has when the old one is lost, and waits for the other answers', async () => {
      const ears = [new Ear(), new Ear()];
      const both = ears.map((ear, n) => listen(ear, EVERY, `s${n}`));
      for (const { server } of attach().subscribed) server.answered();
      await settled();
      prepare().subscribed[0]?.server.answered();
      subscriptions.move();
      assert.deepEqual(
        both.map(({ status }) => status),
        ['active', 'pending'],
      );
      assert.equal(subscriptions.answered, false);
      await clock.advance(15_000);
      assert.match(ears[1]?.errors[0] ?? '', /has not answered the subscription to "s1" for 15 s/);
      wire.last.answered();
      assert.deepEqual([ears[0]?.readied, ears[1]?.readied], [1, 2]);
      assert.deepEqual([subscriptions.answered, answered], [true, 2]);
      assert.equal(clock.pending, 0);
    });

    it('is insisted on when a share was given up on the way to one that came to nothing', async () => {
      const dropped = listen(new Ear(), SHARED);
      attach().last.answered();
      prepare();
      dropped.unsubscribe();
      await clock.advance(1_000);
      subscriptions.stay();
      assert.deepEqual(asked, [true]);
    });

    it('is over when the connection is lost, or never was: the next one is all new', async () => {
      const ear = new Ear();
      listen(ear);
      attach().last.answered();
      const { groupId } = wire.subscribed[0] ?? {};
      prepare().last.answered();
      subscriptions.detach();
      assert.equal(clock.pending, 0);
      attach();
      assert.notEqual(wire.subscribed[0]?.groupId, groupId);
      prepare();
      subscriptions.stay();
      assert.equal(clock.pending, 1);
    });

    it('fails when the server does not answer for long what the old one has, and not for the rest', async () => {
      for (const stream of ['a', 'b', 'c']) listen(new Ear(), EVERY, stream);
      const old = attach();
      for (const { server } of old.subscribed.slice(0, 2)) server.answered();
      await clock.advance(15_000);
      prepare();
      await clock.advance(14_000);
      wire.subscribed[0]?.server.answered();
      await clock.advance(14_000);
      assert.deepEqual([stalled, prepared], [[], 0]);
      await clock.advance(15_000);
      assert.match(stalled[0] ?? '', /has not answered the subscription to "b" for 15 s/);
      subscriptions.stay();
      prepare();
      for (const { server } of wire.subscribed.slice(0, 2)) server.answered();
      await clock.advance(20_000);
      assert.deepEqual([stalled.length, prepared], [1, 1]);
    });

    it('asks all sides again when a stream is defined meanwhile', () => {
      const subscription = listen(new Ear());
      const old = attach();
      old.last.refused(no);
      prepare().last.refused(no);
      subscriptions.retry('s');
      assert.deepEqual([old.subscribed.length, wire.subscribed.length], [2, 2]);
      wire.last.answered();
      assert.equal(subscription.status, 'active');
    });
  });

  describe('what nobody wants of every message', () => {
    async function drop(count: number): Promise<FakeWire> {
      const dropped = Array.from({ length: count }, (_, n) => listen(new Ear(), EVERY, `dropped ${n}`));
      listen(new Ear(), EVERY, 'stays');
      for (const { server } of attach().subscribed) server.answered();
      for (const subscription of dropped) subscription.unsubscribe();
      await clock.advance(1_000);
      return wire;
    }

    it('is left behind once so much has gathered that an exchange costs no more', async () => {
      await drop(2_000);
      assert.ok(asked.length > 0 && asked.every((insist) => !insist));
      assert.deepEqual(
        prepare().subscribed.map(({ stream }) => stream),
        ['stays'],
      );
      asked.length = 0;
      wire.last.answered();
      subscriptions.move();
      subscriptions.alone();
      assert.deepEqual(asked, []);
    });

    it('is left behind once as much has come for nothing', async () => {
      const [busy] = (await drop(1)).subscribed;
      for (let n = 0; n < 100; n += 1) busy?.server.delivered(n);
      assert.deepEqual(asked, []);
      for (let n = 0; n < 1_000; n += 1) busy?.server.delivered(n);
      assert.ok(asked.length > 0);
      prepare().last.answered();
      subscriptions.move();
      asked.length = 0;
      for (let n = 0; n < 2_000; n += 1) busy?.server.delivered(n);
      assert.deepEqual(asked, [], 'for what an old connection still delivers');
    });

    it('costs nothing any more when somebody wants it again', async () => {
      for (let time = 0; time < 100; time += 1) {
        await drop(1);
        listen(new Ear(), EVERY, 'dropped 0');
        subscriptions.detach();
      }
      assert.deepEqual(asked, []);
    });
  });

  describe('all answered', () => {
    it('is so when the last of what is wanted has been, with yes or no', () => {
      for (const stream of ['a', 'b']) listen(new Ear(), EVERY, stream);
      assert.equal(subscriptions.answered, false);
      const [a, b] = attach().subscribed;
      a?.server.answered();
      assert.deepEqual([subscriptions.answered, answered], [false, 0]);
      b?.server.refused(new SubscriptionError('no'));
      assert.deepEqual([subscriptions.answered, answered], [true, 1]);
    });

    it('is so at once when nothing is wanted, and not without a connection', () => {
      assert.equal(subscriptions.answered, false);
      attach();
      assert.deepEqual([subscriptions.answered, answered], [true, 1]);
      subscriptions.detach();
      assert.equal(subscriptions.answered, false);
      attach();
      assert.equal(answered, 2);
    });

    it('is not so while a newcomer waits, unless that leaves', async () => {
      attach();
      const subscription = listen(new Ear());
      assert.equal(subscriptions.answered, false);
      subscription.unsubscribe();
      await clock.advance(1_000);
      assert.deepEqual([subscriptions.answered, answered], [true, 2]);
      listen(new Ear());
      assert.equal(subscriptions.answered, false);
      wire.last.answered();
      assert.deepEqual([subscriptions.answered, answered], [true, 3]);
    });

    it('is not so while somebody is expected, which has an end', async () => {
      let over = 0;
      const expect = () =>
        subscriptions.expect(() => {
          over += 1;
        });
      const [end, endOther] = [expect(), expect()];
      attach();
      end();
      end();
      assert.deepEqual([subscriptions.answered, answered, over], [false, 0, 1]);
      listen(new Ear());
      endOther();
      assert.deepEqual([subscriptions.answered, answered, over], [false, 0, 2]);
      wire.last.answered();
      assert.deepEqual([subscriptions.answered, answered], [true, 1]);
      expect();
      await clock.advance(9_999);
      assert.equal(subscriptions.answered, false);
      await clock.advance(1);
      assert.deepEqual([subscriptions.answered, answered, over], [true, 2, 3]);
      expect();
      subscriptions.close();
      assert.equal(clock.pending, 0);
    });

    it('is so while a refused one is tried again', async () => {
      listen(new Ear());
      attach().last.refused(new SubscriptionError('no'));
      await clock.advance(60_000);
      assert.equal(wire.subscribed.length, 2);
      assert.deepEqual([subscriptions.answered, answered], [true, 1]);
    });
  });

  const PLACE = { stream: 's', delivery: SHARED };

  describe('handing on', () => {
    /** Two listeners of a share, one of everything; closed, with messages on their way. */
    async function closeWhileDelivering(): Promise<Undelivered> {
      const ears = [new Ear(), new Ear(), new Ear()];
      for (const [index, ear] of ears.entries()) listen(ear, index < 2 ? SHARED : EVERY);
      const { subscribed } = attach();
      const share = subscribed.find(({ groupId }) => groupId === undefined);
      const all = subscribed.find(({ groupId }) => groupId !== undefined);
      for (const { server } of wire.subscribed) server.answered();
      await settled();
      subscriptions.mute();
      share?.server.delivered(1);
      all?.server.delivered(2);
      share?.server.delivered(3);
      const undelivered = subscriptions.close();
      share?.server.delivered(4);
      assert.deepEqual(
        ears.map(({ messages }) => messages),
        [[], [], []],
      );
      assert.equal(clock.pending, 0);
      return undelivered;
    }

    it('gives the successor’s first listeners what nobody was told any more, before all else', async () => {
      subscriptions = make(await closeWhileDelivering());
      const ears = [new Ear(), new Ear(), new Ear(), new Ear()];
      for (const [index, ear] of ears.entries()) listen(ear, index < 3 ? SHARED : EVERY);
      const { subscribed } = attach();
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
      subscriptions = make(await closeWhileDelivering());
      await clock.advance(1_000);
      const ear = new Ear();
      listen(ear, SHARED);
      await settled();
      assert.deepEqual(ear.messages, []);
      subscriptions.close();
      assert.equal(clock.pending, 0);
    });

    it('hands on again what a successor that closes at once has not been asked for', async () => {
      const undelivered = await closeWhileDelivering();
      assert.deepEqual(make(undelivered).close(), undelivered);
      assert.equal(clock.pending, 0);
    });

    it('gives what is kept for one that had left before to none of those that stayed', async () => {
      for (const leaves of [0, 1]) {
        subscriptions = make();
        const places = [listen(new Ear()), listen(new Ear())];
        const server = attach().last;
        server.answered();
        await settled();
        places[leaves]?.unsubscribe();
        server.delivered(1);
        subscriptions.mute();
        server.delivered(2);
        subscriptions = make(subscriptions.close());
        const [stayed, back] = [new Ear(), new Ear()];
        listen(stayed);
        listen(back);
        await settled();
        assert.deepEqual([stayed.messages, back.messages], [[2], [1, 2]]);
        subscriptions.close();
      }
    });

    it('leaves to each its place, to those too for which nothing has come', async () => {
      const places = [listen(new Ear()), listen(new Ear())];
      const server = attach().last;
      server.answered();
      await settled();
      places[1]?.unsubscribe();
      server.delivered(1);
      places[0]?.unsubscribe();
      subscriptions = make(subscriptions.close());
      const ears = [new Ear(), new Ear()];
      for (const ear of ears) listen(ear);
      await settled();
      assert.deepEqual(
        ears.map(({ messages }) => messages),
        [[], [1]],
      );
    });

    it('gives each owner what it left itself, whoever comes first', async () => {
      const gone = ['a', 'b'].map((owner) => listen(owned(owner), SHARED));
      for (const each of gone) each.unsubscribe();
      for (const owner of ['a', 'b']) subscriptions.bequests.inherit(PLACE, { owner, messages: [owner] });
      subscriptions = make(subscriptions.close());
      const ears = [owned('b'), owned('a')];
      for (const ear of ears) listen(ear, SHARED);
      await settled();
      assert.deepEqual(
        ears.map(({ messages }) => messages),
        [['b'], ['a']],
      );
    });

    it('is nothing when nothing was on its way', () => {
      listen(new Ear());
      attach().last.answered();
      assert.equal(subscriptions.close().size, 0);
    });
  });

  it('closes without a word, and leaves no timer', async () => {
    const ear = new Ear();
    const subscription = listen(ear, SHARED);
    listen(new Ear()).unsubscribe();
    attach().last.answered();
    await settled();
    subscriptions.close();
    wire.last.delivered(1);
    subscription.unsubscribe();
    assert.deepEqual([ear.messages, ear.errors, asked, clock.pending], [[], [], [], 0]);
  });
});
