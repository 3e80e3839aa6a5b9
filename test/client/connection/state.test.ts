import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_RETRY_POLICY } from '../../../src/client/common/backoff';
import {
  type ConnectionEvent,
  type ConnectionState,
  EXCHANGE_TRIES,
  hasOther,
  IDLE,
  type LinkEvent,
  retryAt,
  transition,
} from '../../../src/client/connection/state';
import { CredentialsError, NetworkError } from '../../../src/errors';

const why = new NetworkError('gone');
const refusal = new CredentialsError('no');

function run(events: readonly ConnectionEvent[], from: ConnectionState = IDLE): ConnectionState {
  return events.reduce((state, event) => transition(state, event, DEFAULT_RETRY_POLICY), from);
}

const ready: ConnectionEvent[] = [
  { type: 'connect' },
  { type: 'opened' },
  { type: 'authenticated', at: 1_000, jailId: 'works' },
];
const failed = (at: number, random = 0.5): LinkEvent => ({ type: 'failed', at, why, random });

describe('client/state', () => {
  it('goes from idle over connecting and authenticating to ready', () => {
    assert.deepEqual(run(ready.slice(0, 1)), { name: 'connecting', attempt: 1 });
    assert.deepEqual(run(ready.slice(0, 2)), { name: 'authenticating', attempt: 1 });
    assert.deepEqual(run(ready), { name: 'ready', attempt: 1, since: 1_000, jailId: 'works' });
  });

  it('waits longer after each failure, and says why and until when', () => {
    const first = run([{ type: 'connect' }, failed(0)]);
    assert.deepEqual(first, { name: 'waiting', attempt: 1, until: 500, why });
    const second = run([{ type: 'retry' }, failed(500)], first);
    assert.deepEqual(second, { name: 'waiting', attempt: 2, until: 1_500, why });
  });

  it('counts on when a connection fails before it was ready for 30 s', () => {
    const state = run([{ type: 'connect' }, failed(0), { type: 'retry' }, ...ready.slice(1), failed(30_999)]);
    assert.deepEqual(state, { name: 'waiting', attempt: 2, until: 31_999, why });
  });

  it('forgets earlier failures once a connection was ready for 30 s', () => {
    const state = run([{ type: 'connect' }, failed(0), { type: 'retry' }, ...ready.slice(1), failed(31_000)]);
    assert.deepEqual(state, { name: 'waiting', attempt: 1, until: 31_500, why });
  });

  it('rests refused credentials until there are others, wherever they were refused', () => {
    const refused: ConnectionEvent[] = [
      { type: 'connect' },
      { type: 'opened' },
      { type: 'refused', at: 7, why: refusal },
    ];
    const rest: ConnectionEvent = { type: 'rest', why: refusal, until: 300_000 };
    const renewed: ConnectionEvent = { type: 'renewed' };
    assert.deepEqual(run([...refused, renewed]), { name: 'connecting', attempt: 1 });
    assert.deepEqual(run([...refused, { type: 'disconnect' }, renewed]), IDLE);
    assert.deepEqual(run([rest, renewed]), IDLE);
    const exchange = { name: 'connecting', failures: 0, insist: false };
    const { name, ...fields } = run([...ready, rest, renewed]);
    assert.deepEqual([name, fields], ['ready', { attempt: 1, since: 1_000, jailId: 'works', exchange }]);
  });

  it('tries at once with other credentials, and has a ready connection exchanged', () => {
    const renewed: ConnectionEvent = { type: 'renewed' };
    assert.deepEqual(run([{ type: 'connect' }, failed(0), renewed]), { name: 'connecting', attempt: 2 });
    assert.equal(run([renewed]), IDLE);
    const opening = run(ready.slice(0, 2));
    assert.equal(run([renewed], opening), opening);
    const connecting = { name: 'connecting', failures: 0, insist: false };
    const exchangeAfter = (events: readonly ConnectionEvent[]): unknown => {
      const state = run([...ready, ...events]);
      return state.name === 'ready' && state.exchange;
    };
    assert.deepEqual(exchangeAfter([renewed]), connecting);
    const other = (event: LinkEvent): ConnectionEvent => ({ type: 'other', event });
    const waits: ConnectionEvent[] = [{ type: 'exchange', insist: false }, other(failed(2_000))];
    assert.deepEqual(exchangeAfter([...waits, renewed]), { ...connecting, failures: 1 });
    const joins = [{ type: 'exchange', insist: false } as const, other({ type: 'opened' })];
    const joining = [...joins, other({ type: 'authenticated', at: 2_000 }), renewed];
    assert.deepEqual(exchangeAfter([...joining, { type: 'joined' }]), connecting);
  });

  it('rests refused credentials for 5 minutes, or until somebody connects', () => {
    const state = run([{ type: 'connect' }, { type: 'opened' }, { type: 'refused', at: 7, why: refusal }]);
    assert.deepEqual(state, { name: 'refused', until: 300_007, why: refusal });
    assert.deepEqual(run([{ type: 'retry' }], state), { name: 'connecting', attempt: 1 });
    assert.deepEqual(run([{ type: 'connect' }], state), { name: 'connecting', attempt: 1 });
  });

  it('cuts a wait short when somebody connects, and counts the attempt', () => {
    const state = run([{ type: 'connect' }, failed(0), { type: 'connect' }]);
    assert.deepEqual(state, { name: 'connecting', attempt: 2 });
  });

  it('gives back the same state for an event that means nothing in it', () => {
    const connected = run(ready);
    for (const type of ['connect', 'retry', 'opened'] as const) {
      assert.equal(transition(connected, { type }, DEFAULT_RETRY_POLICY), connected);
    }
    assert.equal(transition(IDLE, failed(0), DEFAULT_RETRY_POLICY), IDLE);
    assert.equal(transition(IDLE, { type: 'disconnect' }, DEFAULT_RETRY_POLICY), IDLE);
  });

  describe('an exchange', () => {
    const connected: ConnectionState = { name: 'ready', attempt: 2, since: 1_000, jailId: 'works' };
    const ask = (insist = false): ConnectionEvent => ({ type: 'exchange', insist });
    const other = (event: LinkEvent): ConnectionEvent => ({ type: 'other', event });
    const opened = other({ type: 'opened' });
    const joining = [ask(), opened, other({ type: 'authenticated', at: 5_000, jailId: 'works' })];
    const exchange = (events: readonly ConnectionEvent[]) => {
      const state = run(events, connected);
      return state.name === 'ready' ? state.exchange : state;
    };

    it('happens while the connection is ready, which it stays', () => {
      assert.deepEqual(run([ask()], connected), {
        ...connected,
        exchange: { name: 'connecting', failures: 0, insist: false },
      });
      const names = joining.map((_, n) => exchange(joining.slice(0, n + 1))?.name);
      assert.deepEqual(names, ['connecting', 'authenticating', 'joining']);
      assert.deepEqual(run([...joining, { type: 'joined' }], connected), connected);
    });

    it('is asked for in vain when nothing is ready: what comes is new', () => {
      for (const state of [
        IDLE,
        run(ready.slice(0, 1)),
        run(ready.slice(0, 2)),
        run([...ready, failed(0)]),
      ]) {
        assert.equal(run([ask(true)], state), state);
      }
    });

    it('is one, however often it is asked for, and follows itself when that was too late', () => {
      for (const events of [[ask()], [ask(), opened], [ask(), other(failed(0))]]) {
        assert.equal(run([...events, ask()], connected).name, 'ready');
        assert.deepEqual(exchange([...events, ask()]), exchange(events));
      }
      assert.deepEqual(exchange([...joining, ask(), ask(true), { type: 'joined' }]), {
        name: 'connecting',
        failures: 0,
        insist: true,
      });
    });

    it('waits longer after each failure, and keeps the connection', () => {
      const once = [ask(), other(failed(0))];
      assert.deepEqual(exchange(once), { name: 'waiting', failures: 1, insist: false, until: 500, why });
      const twice = [...once, { type: 'retry' } as const, opened, other(failed(500))];
      assert.deepEqual(exchange(twice), { name: 'waiting', failures: 2, insist: false, until: 1_500, why });
      assert.equal(retryAt(run(twice, connected)), 1_500);
    });

    it('gives the connection up after some failures if it must, and never if it need not', () => {
      const fails = Array.from({ length: 20 }, () => [other(failed(0)), { type: 'retry' } as const]).flat();
      assert.equal(run([ask(), ...fails], connected).name, 'ready');
      const last = 2 * EXCHANGE_TRIES - 1;
      assert.equal(run([ask(true), ...fails.slice(0, last - 1)], connected).name, 'ready');
      assert.deepEqual(run([ask(true), ...fails.slice(0, last)], connected), {
        name: 'connecting',
        attempt: 2,
      });
      assert.equal(
        run([ask(), ...fails.slice(0, last + 1), ask(true), other(failed(0))], connected).name,
        'connecting',
      );
    });

    it('rests refused credentials, and keeps the connection, as there would be none', () => {
      const refused = other({ type: 'refused', at: 7, why: refusal });
      const events = Array.from({ length: 20 }, () => [refused, { type: 'retry' } as const]).flat();
      assert.equal(run([ask(true), ...events], connected).name, 'ready');
      const state = run([ask(), opened, refused], connected);
      assert.equal(retryAt(state), 300_007);
      assert.deepEqual(run([failed(1_000)], state), { name: 'refused', until: 300_007, why: refusal });
    });

    it('rests while requests are refused with the same credentials, until they are accepted', () => {
      const rest: ConnectionEvent = { type: 'rest', why: refusal, until: 300_007 };
      for (const events of [
        [rest, ask(true)],
        [ask(true), rest],
        [ask(true), opened, rest],
        [ask(true), other(failed(0)), rest],
        [ask(true), ...joining.slice(1), rest, other(failed(0))],
        [...joining, ask(true), rest, { type: 'joined' } as const],
      ]) {
        const state = run(events, connected);
        assert.equal(retryAt(state), 300_007);
        assert.equal(hasOther(run([{ type: 'lift' }], state)), true);
        assert.equal(hasOther(run([{ type: 'connect' }], state)), true);
        assert.equal(
          run([{ type: 'lift' }, opened, ...joining.slice(2), { type: 'joined' }], state).name,
          'ready',
        );
      }
      const fails = Array.from({ length: 20 }, () => [other(failed(0)), { type: 'retry' } as const]).flat();
      assert.equal(run([ask(true), rest, ...fails], connected).name, 'ready');
    });

    it('is where the connection goes on that is lost meanwhile', () => {
      assert.deepEqual(run([ask(), failed(2_000)], connected), { name: 'connecting', attempt: 3 });
      assert.deepEqual(run([ask(), opened, failed(2_000)], connected), {
        name: 'authenticating',
        attempt: 3,
      });
      assert.deepEqual(run([...joining, failed(2_000)], connected), connected);
      assert.equal(run([ask(), other(failed(0)), failed(2_000)], connected).name, 'waiting');
    });
  });

  describe('whatever happens, in whatever order', () => {
    const event = fc.oneof(
      fc.constantFrom<ConnectionEvent>(
        { type: 'connect' },
        { type: 'opened' },
        { type: 'retry' },
        { type: 'disconnect' },
        { type: 'authenticated', at: 0 },
        { type: 'refused', at: 0, why: refusal },
        { type: 'joined' },
        { type: 'exchange', insist: false },
        { type: 'exchange', insist: true },
        { type: 'renewed' },
        { type: 'other', event: { type: 'opened' } },
        { type: 'other', event: { type: 'authenticated', at: 0 } },
        { type: 'other', event: { type: 'refused', at: 0, why: refusal } },
        { type: 'other', event: failed(0) },
      ),
      fc
        .record({ at: fc.nat(100_000), random: fc.double({ min: 0, max: 0.999, noNaN: true }) })
        .map(({ at, random }) => failed(at, random)),
    );

    it('never leaves closed', () => {
      fc.assert(
        fc.property(fc.array(event), fc.array(event), (before, after) => {
          assert.equal(run([...before, { type: 'close' }, ...after]).name, 'closed');
        }),
      );
    });

    it('grows attempts by one at a time, and waits no longer than a minute', () => {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 60 }), (events) => {
          let state: ConnectionState = IDLE;
          for (const each of events) {
            const after = transition(state, each, DEFAULT_RETRY_POLICY);
            if ('attempt' in after) {
              const before = 'attempt' in state ? state.attempt : 0;
              assert.ok(after.attempt >= 1 && after.attempt <= before + 1);
            }
            if (after.name === 'waiting' && after !== state && each.type === 'failed') {
              assert.ok(after.until - each.at <= 60_000);
            }
            state = after;
          }
        }),
      );
    });

    it('opens a connection only from idle, waiting or refused, or in the place of a ready one', () => {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 60 }), (events) => {
          let state: ConnectionState = IDLE;
          for (const each of events) {
            const after = transition(state, each, DEFAULT_RETRY_POLICY);
            if (after.name === 'connecting' && after !== state) {
              const givenUp = each.type === 'other' || (each.type === 'failed' && hasOther(state));
              assert.equal(state.name === 'ready', givenUp);
              assert.notEqual(state.name, 'authenticating');
            }
            state = after;
          }
        }),
      );
    });
  });
});
