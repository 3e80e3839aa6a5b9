import assert from 'node:assert/strict';
import type { Subscriptions } from '../../../src/client/receive/subscriptions';
import { KEPT_MESSAGES } from '../../../src/client/receive/unclaimed';
import { settled } from '../../support/clock';
import { Ear, FakeWire, owned, type Server } from '../../support/sea/fake-wire';
import { Bench, EVERY, PLACE, SHARED } from './subscriptions-bench';

describe('what a listener leaves that has gone to another client', () => {
  let bench: Bench;
  let next: Subscriptions;
  let there: Ear & { owner: string };

  beforeEach(() => {
    bench = new Bench();
    next = bench.make();
    there = owned('moved');
  });

  afterEach(() => {
    next.close();
    bench.subscriptions.close();
    assert.equal(bench.clock.pending, 0);
    assert.deepEqual(bench.problems, []);
  });

  /** `moved` has left; returns how the server delivers to it still. */
  function leave(delivery = SHARED): Server {
    const gone = bench.listen(owned('moved'), delivery);
    const { last } = bench.attach();
    last.answered();
    gone.unsubscribe();
    return last;
  }

  /** It comes there. */
  async function come(delivery = SHARED): Promise<void> {
    next.bequests.succeed(bench.subscriptions.bequests, { stream: 's', delivery }, 'moved');
    next.subscribe('s', delivery, there);
    await settled();
  }

  it('gives what it has kept, and what comes until its connection is gone, to that one', async () => {
    const server = leave();
    server.delivered(1);
    await come();
    assert.deepEqual(there.messages, [1]);
    server.delivered(2);
    await bench.clock.advance(1_000);
    // Given up: the connection is to be exchanged, and its last messages come while that goes.
    assert.deepEqual(bench.asked, [true]);
    server.delivered(3);
    assert.deepEqual(bench.prepare().subscribed, []);
    bench.subscriptions.move();
    server.delivered(4);
    bench.subscriptions.alone();
    server.delivered(5);
    assert.deepEqual(there.messages, [1, 2, 3, 4]);
  });

  it('gives each of two that have gone what comes once their places are given up', async () => {
    const other = bench.listen(owned('other'), SHARED);
    const server = leave();
    other.unsubscribe();
    const alsoThere = owned('other');
    next.bequests.succeed(bench.subscriptions.bequests, PLACE, 'other');
    next.subscribe('s', SHARED, alsoThere);
    await come();
    server.delivered(1);
    await bench.clock.advance(1_000);
    server.delivered({ n: 2 });
    assert.deepEqual(
      [there.messages, alsoThere.messages],
      [
        [1, { n: 2 }],
        [1, { n: 2 }],
      ],
    );
    // Each is its owner's own to change.
    assert.notEqual(there.messages[1], alsoThere.messages[1]);
  });

  it('subscribes to nothing for it any more', async () => {
    leave();
    await come();
    assert.deepEqual(bench.prepare().subscribed, []);
    bench.subscriptions.stay();
    bench.subscriptions.detach();
    assert.deepEqual(bench.attach().subscribed, []);
  });

  it('goes on for those that stay, who share nothing with it once its place is given up', async () => {
    const stays = owned('stays');
    bench.listen(stays, SHARED);
    const server = leave();
    await come();
    server.delivered(1);
    await bench.clock.advance(1_000);
    server.delivered(2);
    assert.deepEqual([there.messages, stays.messages, bench.asked], [[1], [1, 2], []]);
  });

  it('gives nothing of another owner, of one that listens, or that somebody has taken over', async () => {
    const server = leave();
    server.delivered(1);
    const heard = new Ear();
    bench.listen(heard, SHARED);
    bench.listen(owned('moved'), SHARED);
    await come();
    server.delivered(2);
    assert.deepEqual([heard.messages, there.messages], [[1, 2], []]);
  });

  it('gives its place to nobody else', async () => {
    const server = leave();
    await come();
    const ear = new Ear();
    bench.listen(ear, SHARED);
    await settled();
    server.delivered(1);
    assert.deepEqual([there.messages, ear.messages], [[1], [1]]);
  });

  it('keeps what comes once all is over there, for whoever it is then', async () => {
    const server = leave();
    await come();
    next.close();
    server.delivered(1);
    await bench.clock.advance(999);
    server.delivered(2);
    bench.subscriptions.mute();
    server.delivered(3);
    const left = bench.subscriptions.close();
    const all = [...left.values()].flat().flatMap(({ owner, messages }) => [owner, ...messages]);
    assert.deepEqual(all, ['moved', 1, 2, 3]);
    assert.equal(bench.subscriptions.bequests.inherit(PLACE, { owner: 'moved', messages: [4] }), false);
  });

  it('gives on what was left to it, and nobody asked for here', async () => {
    leave().delivered(1);
    bench.subscriptions = bench.make(bench.subscriptions.close());
    await come();
    assert.deepEqual(there.messages, [1]);
    assert.equal(bench.subscriptions.close().size, 0);
  });

  it('comes after what it had left there itself, before all else, and late too', async () => {
    const inherit = (n: number): boolean => next.bequests.inherit(PLACE, { owner: 'moved', messages: [n] });
    inherit(1);
    next.subscribe('s', SHARED, there);
    next.attach(bench.wire);
    bench.wire.last.delivered(2);
    inherit(3);
    await settled();
    inherit(4);
    next.bequests.adopt(new Map([['shared s', [{ owner: 'moved', messages: [5] }]]]));
    assert.deepEqual(there.messages, [1, 2, 3, 4, 5]);
  });

  it('of every message, shares its group with that one, and gives it up', async () => {
    const server = leave(EVERY);
    const [before] = bench.wire.subscribed;
    server.delivered(1);
    const wireThere = new FakeWire();
    next.attach(wireThere);
    await come(EVERY);
    assert.equal(wireThere.subscribed[0]?.groupId, before?.groupId);
    wireThere.last.answered();
    wireThere.last.delivered(2);
    server.delivered(3);
    assert.deepEqual(there.messages, [1, 2, 3]);
    // Who comes here now is in a group of its own.
    bench.listen(new Ear());
    assert.notEqual(bench.wire.subscribed[1]?.groupId, before?.groupId);
    await bench.clock.advance(1_000);
    assert.deepEqual(bench.asked, [true]);
    assert.deepEqual(
      bench.prepare().subscribed.map(({ stream }) => stream),
      ['s'],
    );
    assert.notEqual(bench.wire.subscribed[0]?.groupId, before?.groupId);
    bench.subscriptions.move();
    server.delivered(4);
    bench.subscriptions.alone();
    server.delivered(5);
    assert.deepEqual(there.messages, [1, 2, 3, 4]);
  });

  it('of every message, gives to all who come into its group there what still comes for that', async () => {
    const server = leave(EVERY);
    const wireThere = new FakeWire();
    next.attach(wireThere);
    await come(EVERY);
    const also = new Ear();
    next.subscribe('s', EVERY, also);
    await settled();
    server.delivered({ n: 1 });
    wireThere.last.delivered({ n: 2 });
    assert.deepEqual(
      [there.messages, also.messages],
      [
        [{ n: 1 }, { n: 2 }],
        [{ n: 1 }, { n: 2 }],
      ],
    );
    next.mute();
    server.delivered(3);
    const left = [...next.close().values()].flat().map(({ messages }) => messages);
    assert.deepEqual(left, [[3], [3]]);
  });

  it('of every message, serves it until that one does, where somebody else is in its group', async () => {
    bench.listen(new Ear());
    const server = leave(EVERY);
    const wireThere = new FakeWire();
    next.attach(wireThere);
    server.delivered(1);
    await come(EVERY);
    assert.notEqual(wireThere.subscribed[0]?.groupId, bench.wire.subscribed[0]?.groupId);
    server.delivered(2);
    wireThere.last.answered();
    wireThere.last.delivered(3);
    server.delivered(3);
    assert.deepEqual(there.messages, [1, 2, 3]);
    await bench.clock.advance(1_000);
    assert.deepEqual(bench.asked, []);
  });

  for (const delivery of [SHARED, EVERY]) {
    it(`goes there, back, and there again with it (${delivery.type})`, async () => {
      const wireThere = new FakeWire();
      bench.attach();
      next.attach(wireThere);
      const ear = owned('moved');
      const places = [bench.subscriptions, next];
      let gone = bench.listen(ear, delivery);
      const sent: number[] = [];
      for (let move = 0; move < 4; move += 1) {
        const all = [...bench.wire.subscribed, ...wireThere.subscribed].map(({ server }) => server);
        for (const server of all) {
          server.answered();
          server.delivered(sent.push(sent.length + 1));
        }
        gone.unsubscribe();
        for (const server of all) server.delivered(sent.push(sent.length + 1));
        const [from, to] = move % 2 === 0 ? places : [...places].reverse();
        assert.ok(from && to);
        to.bequests.succeed(from.bequests, { stream: 's', delivery }, 'moved');
        gone = to.subscribe('s', delivery, ear);
        await settled();
        for (const server of all) server.delivered(sent.push(sent.length + 1));
      }
      // The connection of the one is gone; what the other is sent has nowhere to go by that one.
      next.detach();
      await bench.clock.advance(500);
      next.alone();
      for (const { server } of bench.wire.subscribed) server.delivered(sent.push(sent.length + 1));
      assert.deepEqual(
        ear.messages,
        sent.map((_, index) => index + 1),
      );
    });
  }

  it('is for the owner, all of it, who comes back once that one has closed', async () => {
    const server = leave(EVERY);
    await come(EVERY);
    await bench.clock.advance(1_000);
    next.close();
    for (const n of [1, 2, 3]) server.delivered(n);
    const back = owned('moved');
    bench.listen(back);
    await settled();
    bench.wire.last.delivered(4);
    assert.deepEqual(back.messages, [1, 2, 3, 4]);
  });

  it('is kept once more where that one has closed and nobody comes back, and then given up', async () => {
    leave();
    await come();
    next.close();
    await bench.clock.advance(1_000);
    bench.wire.last.delivered(1);
    assert.deepEqual(
      bench.prepare().subscribed.map(({ stream }) => stream),
      ['s'],
    );
    bench.subscriptions.move();
    bench.subscriptions.alone();
    await bench.clock.advance(1_000);
    // While it was kept each time that one came, each exchange took it along, and the next one was asked for.
    bench.wire.last.delivered(2);
    assert.deepEqual(bench.asked, [true, true]);
    assert.deepEqual(bench.prepare().subscribed, []);
  });

  it('goes on to that one over a connection that was lost, until its place is given up', async () => {
    leave();
    await come();
    bench.subscriptions.detach();
    bench.subscriptions.alone();
    const stays = new Ear();
    bench.listen(stays, SHARED);
    bench.attach().last.delivered(1);
    await settled();
    assert.deepEqual([there.messages, stays.messages], [[1], [1]]);
  });

  it('is for its owner that comes back without a word, in its own place', async () => {
    const server = leave();
    await come();
    const back = owned('moved');
    bench.listen(back, SHARED);
    await settled();
    server.delivered(1);
    assert.deepEqual([there.messages, back.messages], [[], [1]]);
  });

  it('is no more than a slot keeps, where the owner does not come back', async () => {
    const server = leave(EVERY);
    await come(EVERY);
    await bench.clock.advance(1_000);
    next.close();
    for (let n = 0; n < KEPT_MESSAGES + 2; n += 1) server.delivered(n);
    const left = [...bench.subscriptions.close().values()].flat().map(({ messages }) => messages.length);
    assert.deepEqual(left, [KEPT_MESSAGES]);
    assert.deepEqual(bench.problems.splice(0), [
      'Messages of "s" are dropped: too many came while nobody listened',
    ]);
  });

  it('of every message, goes back into its group with it', async () => {
    const server = leave(EVERY);
    const wireThere = new FakeWire();
    next.attach(wireThere);
    next.bequests.succeed(bench.subscriptions.bequests, { stream: 's', delivery: EVERY }, 'moved');
    const gone = next.subscribe('s', EVERY, there);
    await settled();
    gone.unsubscribe();
    wireThere.last.delivered(1);
    server.delivered(2);
    bench.subscriptions.bequests.succeed(next.bequests, { stream: 's', delivery: EVERY }, 'moved');
    const back = owned('moved');
    bench.listen(back);
    await settled();
    server.delivered(3);
    wireThere.last.delivered(4);
    assert.equal(bench.wire.subscribed[1]?.groupId, bench.wire.subscribed[0]?.groupId);
    bench.wire.last.delivered(5);
    assert.deepEqual([there.messages, back.messages], [[], [1, 2, 3, 4, 5]]);
  });

  for (const delivery of [SHARED, EVERY]) {
    it(`goes on to a third, whatever becomes of the one between (${delivery.type})`, async () => {
      const server = leave(delivery);
      const place = { stream: 's', delivery };
      await come(delivery);
      server.delivered(1);
      const third = bench.make();
      third.bequests.succeed(bench.subscriptions.bequests, place, 'moved');
      third.bequests.succeed(next.bequests, place, 'moved');
      const ear = owned('moved');
      third.subscribe('s', delivery, ear);
      await settled();
      server.delivered(2);
      next.close();
      server.delivered(3);
      await bench.clock.advance(1_000);
      server.delivered(4);
      assert.deepEqual([there.messages, ear.messages], [[1], [2, 3, 4]]);
      third.close();
    });

    it(`comes after what its old place has kept since the one between was gone (${delivery.type})`, async () => {
      const server = leave(delivery);
      await come(delivery);
      next.close();
      server.delivered(1);
      next = bench.make();
      await come(delivery);
      server.delivered(2);
      assert.deepEqual(there.messages, [1, 2]);
    });
  }

  it('has one slot of what it has left at two: the second one kept what came next', async () => {
    const server = leave();
    server.delivered(1);
    const third = bench.make();
    third.bequests.inherit(PLACE, { owner: 'moved', messages: [2] });
    next.bequests.succeed(bench.subscriptions.bequests, PLACE, 'moved');
    next.bequests.succeed(third.bequests, PLACE, 'moved');
    third.close();
    const gone = next.subscribe('s', SHARED, there);
    next.attach(bench.wire);
    await settled();
    bench.wire.last.delivered(3);
    gone.unsubscribe();
    await come();
    assert.deepEqual(there.messages, [1, 2, 3]);
    const heard = new Ear();
    next.subscribe('s', SHARED, heard);
    await settled();
    assert.deepEqual(heard.messages, []);
  });
});
