import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EXCHANGE_TRIES } from '../../../src/client/connection/exchange';
import { CredentialsError, ReplyError } from '../../../src/errors';
import { settled } from '../../support/clock';
import { Bench, type FakeLink, gone } from './session-bench';

const refused = new CredentialsError('no');

describe('client/session', () => {
  let bench: Bench;
  let session: Bench['session'];

  beforeEach(() => {
    bench = new Bench();
    session = bench.session;
  });

  it('opens one connection, however often it is asked to', () => {
    session.connect();
    session.connect();
    bench.link.events.opened();
    session.connect();
    bench.link.events.authenticated('works');
    session.connect();
    assert.equal(bench.links.length, 1);
    assert.deepEqual(bench.names, ['connecting', 'authenticating', 'ready']);
    assert.deepEqual(bench.told, ['attach 0']);
  });

  it('reconnects after the wait, each time longer, until somebody disconnects', async () => {
    session.connect();
    for (const wait of [500, 1_000, 2_000]) {
      bench.link.events.ended(gone);
      assert.equal(bench.clock.next, wait);
      await bench.clock.advance(wait);
    }
    assert.equal(bench.links.length, 4);
    bench.link.events.ended(gone);
    session.disconnect();
    assert.equal(bench.clock.pending, 0);
    assert.equal(session.state.name, 'idle');
  });

  it('tries again at once where there is reason to, but not before the server has asked for it (P9)', async () => {
    session.connect();
    bench.link.events.ended(gone);
    session.retry();
    await settled();
    assert.equal(bench.links.length, 2);
    bench.link.events.ended(new ReplyError('busy', { status: 503, retryAfter: 7_000 }));
    session.retry();
    await settled();
    assert.equal(bench.links.length, 2);
    await bench.clock.advance(7_000);
    assert.equal(bench.links.length, 3);
    session.disconnect();
  });

  it('lets go of what was ready when it is lost', async () => {
    session.connect();
    bench.link.ready();
    bench.link.events.ended(gone);
    assert.deepEqual(bench.told, ['attach 0', 'detach']);
    await bench.clock.advance(500);
    bench.link.ready();
    assert.deepEqual(bench.told, ['attach 0', 'detach', 'attach 1']);
  });

  it('leaves refused credentials alone for 5 minutes, or until it is told to connect', async () => {
    session.connect();
    bench.link.events.opened();
    bench.link.events.ended(new CredentialsError('no'));
    assert.equal(session.state.name, 'refused');
    await bench.clock.advance(299_999);
    assert.equal(bench.links.length, 1);
    await bench.clock.advance(1);
    assert.equal(bench.links.length, 2);
    bench.link.events.ended(new CredentialsError('no'));
    session.connect();
    await settled();
    assert.equal(bench.links.length, 3);
    assert.equal(bench.clock.pending, 0);
  });

  it('opens one socket when it is disconnected and connected while the old one goes', async () => {
    bench.slow = true;
    session.connect();
    bench.link.ready();
    for (let time = 0; time < 3; time += 1) {
      session.disconnect();
      session.connect();
    }
    bench.link.gone();
    await settled();
    assert.equal(bench.links.length, 2);
  });

  it('does not open what is no longer wanted once the old socket is gone', async () => {
    bench.slow = true;
    session.connect();
    bench.link.ready();
    session.disconnect();
    session.connect();
    session.disconnect();
    bench.link.gone();
    await settled();
    assert.equal(bench.links.length, 1);
  });

  it('does not listen to a connection it has let go of', () => {
    session.connect();
    const first = bench.link;
    session.disconnect();
    first.ready();
    first.events.ended(gone);
    assert.equal(session.state.name, 'idle');
  });

  it('hears on one that it has let go of that the credentials are refused, which is true of the next one, too', async () => {
    session.connect();
    bench.link.events.opened();
    session.disconnect();
    bench.link.events.ended(refused);
    assert.equal(bench.refusedUntil, bench.clock.now() + 300_000);
    session.want();
    assert.equal(session.state.name, 'refused');
    await bench.clock.advance(299_999);
    assert.equal(bench.links.length, 1);
    await bench.clock.advance(1);
    assert.equal(bench.links.length, 2);
    const closing = session.close();
    bench.link.events.ended(refused);
    await closing;
    assert.equal(bench.clock.pending, 0);
  });

  it('waits as long as it has to when somebody sets the clock meanwhile', async () => {
    for (const step of [-3_600_000, 3_600_000]) {
      session.connect();
      bench.link.events.ended(refused);
      session.disconnect();
      bench.clock.step(step);
      session.want();
      assert.equal(session.state.name, 'refused');
      assert.equal(bench.clock.next, 300_000);
      session.disconnect();
    }
  });

  it('tells of each state once and in order, also when a listener steps in', () => {
    bench.heard = ({ name }) => {
      if (name === 'authenticating') session.disconnect();
    };
    session.connect();
    bench.link.events.opened();
    assert.deepEqual(bench.names, ['connecting', 'authenticating', 'idle']);
    assert.equal(bench.link.ended, 'closed');
  });

  it('closes for good, and resolves when the socket is gone', async () => {
    bench.slow = true;
    session.connect();
    bench.link.ready();
    let done = false;
    const closing = session.close().then(() => {
      done = true;
    });
    await settled();
    assert.equal(done, false);
    bench.link.gone();
    await closing;
    session.connect();
    assert.equal(session.state.name, 'closed');
    assert.equal(bench.links.length, 1);
    assert.equal(bench.clock.pending, 0);
  });

  describe('exchanging the connection', () => {
    let first: FakeLink;

    beforeEach(() => {
      bench.slow = true;
      session.connect();
      first = bench.link;
      first.ready();
      bench.told.length = 0;
      bench.states.length = 0;
    });

    it('has the next one ready and everything on it before the old one goes, which has all its time', async () => {
      session.exchange(false);
      const second = bench.link;
      assert.notEqual(second, first);
      second.ready();
      assert.deepEqual([bench.told, first.ended], [['prepare 1'], undefined]);
      session.joined();
      assert.deepEqual([bench.told, first.ended], [['prepare 1', 'move'], 'drained']);
      assert.equal(second.ended, undefined);
      assert.deepEqual([bench.states, session.state.name], [[], 'ready']);
      first.fail();
      assert.equal(session.state.name, 'ready', 'mistook the end of the old one for that of the new one');
      second.fail();
      assert.equal(session.state.name, 'waiting');
    });

    it('does so at once when there is nothing to be prepared', () => {
      bench.onPrepare = () => session.joined();
      session.exchange(false);
      bench.link.ready();
      assert.deepEqual(bench.told, ['prepare 1', 'move']);
    });

    it('is one for several that are asked for together, and one more for those that come too late', async () => {
      for (let time = 0; time < 3; time += 1) session.exchange(true);
      bench.link.events.opened();
      session.exchange(true);
      bench.link.events.authenticated('works');
      assert.equal(bench.links.length, 2);
      session.exchange(true);
      session.exchange(true);
      session.joined();
      first.gone();
      await settled();
      assert.equal(bench.links.length, 3);
      bench.link.ready();
      session.joined();
      await settled();
      assert.equal(bench.links.length, 3);
    });

    it('opens no third socket while any before is going, each of which has a while for that', async () => {
      session.exchange(false);
      bench.link.ready();
      session.joined();
      session.exchange(false);
      await bench.clock.advance(14_000);
      assert.deepEqual([bench.links.length, first.ended], [2, 'drained']);
      await bench.clock.advance(1_000);
      assert.deepEqual([bench.links.length, first.ended], [2, 'closed']);
      const second = bench.link;
      second.fail();
      first.gone();
      await settled();
      assert.deepEqual([bench.links.length, second.ended], [2, 'drained']);
      await bench.clock.advance(15_000);
      assert.equal(second.ended, 'closed');
      second.gone();
      await settled();
      assert.equal(bench.links.length, 3);
    });

    it('keeps the connection when the next one fails, tells once why, and tries again later', async () => {
      bench.slow = false;
      session.exchange(false);
      for (const wait of [500, 1_000, 2_000]) {
        bench.link.fail();
        assert.equal(bench.clock.next, wait);
        await bench.clock.advance(wait);
      }
      assert.deepEqual([bench.links.length, first.ended, bench.states], [5, undefined, []]);
      assert.deepEqual(bench.problems.length, 1);
      assert.match(bench.problems[0] ?? '', /stays as it is, as no other could be had in its place: gone/);
      bench.link.ready();
      session.joined();
      session.exchange(false);
      first.gone();
      await settled();
      assert.equal(bench.links.length, 6);
      bench.link.fail();
      assert.equal(bench.problems.length, 2);
    });

    it('drains one that could not take everybody: what was sent to it is to be had nowhere else', async () => {
      session.exchange(false);
      const second = bench.link;
      second.ready();
      session.joined(gone);
      assert.deepEqual(bench.told, ['prepare 1', 'stay']);
      assert.equal(second.ended, 'drained');
      await bench.clock.advance(500);
      assert.equal(bench.links.length, 2);
      second.gone();
      await settled();
      assert.equal(bench.links.length, 3);
    });

    it('gives up a connection that does harm when no two are to be had, but not for refused credentials', async () => {
      bench.slow = false;
      session.exchange(true);
      for (let time = 0; time < 10; time += 1) {
        bench.link.events.opened();
        bench.link.fail(new CredentialsError('no'));
        assert.equal(bench.clock.next, 300_000);
        await bench.clock.advance(300_000);
      }
      for (let time = 1; time < EXCHANGE_TRIES; time += 1) {
        bench.link.fail();
        await bench.clock.advance(60_000);
      }
      assert.equal(first.ended, undefined);
      bench.link.fail();
      assert.deepEqual([first.ended, session.state.name], ['drained', 'connecting']);
      first.gone();
      await settled();
      bench.link.ready();
      assert.deepEqual(bench.told.slice(-2), ['detach', `attach ${bench.links.length - 1}`]);
      assert.equal(bench.clock.pending, 0);
    });

    it('goes on with the next one, as far as it is, when the connection is lost meanwhile', async () => {
      session.exchange(false);
      const second = bench.link;
      second.events.opened();
      first.fail();
      assert.deepEqual(
        [session.state.name, bench.told, bench.problems],
        ['authenticating', ['detach'], ['gone']],
      );
      second.events.authenticated('works');
      assert.deepEqual(bench.told, ['detach', 'attach 1']);
    });

    it('is at its end when the connection is lost while everything is being subscribed on the next one', () => {
      session.exchange(false);
      const second = bench.link;
      second.ready();
      first.fail();
      assert.deepEqual([session.state.name, bench.states, bench.told], ['ready', [], ['prepare 1', 'move']]);
      assert.deepEqual([second.ended, bench.problems], [undefined, ['gone']]);
      session.joined();
      assert.equal(second.ended, undefined);
    });

    for (const [how, name] of [
      ['disconnect', 'idle'],
      ['close', 'closed'],
    ] as const) {
      it(`ends with both when somebody calls ${how}, and with the one that had all its time`, async () => {
        session.exchange(false);
        bench.link.ready();
        session.joined();
        session.exchange(false);
        first.gone();
        await settled();
        const [, second, third] = bench.links;
        assert.ok(second && third);
        third.ready();
        session.joined();
        assert.equal(second.ended, 'drained');
        let done = false;
        if (how === 'close') void session.close().then(() => (done = true));
        else session.disconnect();
        assert.deepEqual([second.ended, third.ended, session.state.name], ['closed', 'closed', name]);
        third.gone();
        await settled();
        assert.equal(done, false);
        second.gone();
        await settled();
        assert.equal(done, how === 'close');
        assert.deepEqual([bench.sockets, bench.clock.pending], [0, 0]);
      });
    }

    it('does not happen while nothing is connected', async () => {
      first.fail();
      session.exchange(true);
      await settled();
      assert.equal(session.state.name, 'waiting');
      first.gone();
      await bench.clock.advance(500);
      bench.link.ready();
      assert.equal(bench.links.length, 2);
    });
  });

  describe('whatever happens, in whatever order', () => {
    type Step = (bench: Bench) => void | Promise<void>;

    /** To any of the last links, those that are going or gone included: none of them may confuse the session. */
    const toLink = (act: (link: FakeLink) => void): fc.Arbitrary<Step> =>
      fc.nat(3).map((back) => ({ links }) => {
        const link = links.at(-1 - back);
        if (link !== undefined) act(link);
      });

    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant<Step>(({ session }) => session.connect()) },
      {
        weight: 4,
        arbitrary: fc.boolean().map(
          (insist): Step =>
            ({ session }) =>
              session.exchange(insist),
        ),
      },
      { weight: 1, arbitrary: fc.constant<Step>(({ session }) => session.disconnect()) },
      { weight: 1, arbitrary: fc.constant<Step>(({ session }) => session.renewed()) },
      { weight: 2, arbitrary: fc.constant<Step>(({ session }) => session.joined()) },
      { weight: 1, arbitrary: fc.constant<Step>(({ session }) => session.joined(gone)) },
      { weight: 4, arbitrary: toLink((link) => link.ready()) },
      {
        weight: 2,
        arbitrary: fc.constant<Step>((bench) => {
          bench.session.exchange(true);
          bench.links.at(-1)?.ready();
        }),
      },
      { weight: 2, arbitrary: toLink(({ events }) => events.opened()) },
      { weight: 2, arbitrary: toLink((link) => link.fail()) },
      { weight: 1, arbitrary: toLink((link) => link.fail(new CredentialsError('no'))) },
      { weight: 4, arbitrary: toLink((link) => link.ended !== undefined && link.gone()) },
      {
        weight: 3,
        arbitrary: fc.nat(70_000).map(
          (ms): Step =>
            ({ clock }) =>
              clock.advance(ms),
        ),
      },
    );

    async function run(steps: readonly Step[]): Promise<Bench> {
      const bench = new Bench();
      bench.slow = true;
      for (const act of steps) {
        await act(bench);
        await settled();
        bench.check();
      }
      return bench;
    }

    const asserted = (check: (bench: Bench) => Promise<void>): Promise<void> =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => check(await run(steps))),
        { numRuns: 300 },
      );

    it('has no more than two sockets, and one on which everybody is when it is ready', () =>
      asserted(async () => {}));

    it('comes to be ready on one new link when the network is good again', () =>
      asserted(async (bench) => {
        bench.session.connect();
        for (let time = 0; time < 20; time += 1) {
          for (const link of bench.links) {
            if (link.ended !== undefined) link.gone();
            else link.ready();
          }
          bench.session.joined();
          await bench.clock.advance(300_000);
          bench.check();
        }
        const { state } = bench.session;
        assert.equal(state.name, 'ready');
        assert.ok(!('exchange' in state));
        assert.deepEqual([bench.sockets, bench.clock.pending], [1, 0]);
      }));

    it('leaves nothing behind when it is closed', () =>
      asserted(async (bench) => {
        const closing = bench.session.close();
        bench.session.connect();
        bench.session.exchange(true);
        for (const link of bench.links) {
          if (link.open) assert.equal(link.ended, 'closed');
          link.ready();
          link.gone();
        }
        await closing;
        await bench.clock.advance(1_000_000);
        assert.deepEqual([bench.session.state.name, bench.sockets, bench.clock.pending], ['closed', 0, 0]);
      }));
  });
});
