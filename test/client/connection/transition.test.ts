import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_RETRY_POLICY } from '../../../src/client/common/backoff';
import {
  type ConnectionEvent,
  hasOther,
  IDLE,
  type LinkEvent,
  type SessionState,
} from '../../../src/client/connection/state';
import { transition } from '../../../src/client/connection/transition';
import { ReplyError } from '../../../src/errors';
import { failed, ready, refusal, run, why } from './transition-bench';

describe('client/transition', () => {
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

  it('waits as long as the server asks, with an exchange, too (P9)', () => {
    const busy = new ReplyError('busy', { status: 503, retryAfter: 7_000 });
    const event = { ...failed(0), why: busy };
    assert.deepEqual(run([{ type: 'connect' }, event]), {
      name: 'waiting',
      attempt: 1,
      until: 7_000,
      why: busy,
    });
    const state = run([...ready, { type: 'exchange', insist: false }, { type: 'other', event }]);
    assert.equal(state.name === 'ready' && state.exchange?.name === 'waiting' && state.exchange.until, 7_000);
    // Not where the present link takes from others what nobody wants.
    const insisted = run([...ready, { type: 'exchange', insist: true }, { type: 'other', event }]);
    assert(insisted.name === 'ready' && insisted.exchange?.name === 'waiting');
    assert(insisted.exchange.until < 7_000, String(insisted.exchange.until));
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
          let state: SessionState = IDLE;
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
          let state: SessionState = IDLE;
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
