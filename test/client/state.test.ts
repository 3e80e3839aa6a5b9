import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type ConnectionEvent,
  type ConnectionState,
  DEFAULT_RETRY_POLICY,
  IDLE,
  transition,
} from '../../src/client/state';
import { CredentialsError, NetworkError } from '../../src/errors';

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
const failed = (at: number, random = 0.5): ConnectionEvent => ({ type: 'failed', at, why, random });

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

  it('reopens a ready connection without counting a failure', () => {
    assert.deepEqual(run([...ready, { type: 'reopen', at: 2_000 }]), { name: 'connecting', attempt: 1 });
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
        { type: 'reopen', at: 0 },
        { type: 'refused', at: 0, why: refusal },
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

    it('opens a connection only from idle, waiting or refused, or in exchange for a ready one', () => {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 60 }), (events) => {
          let state: ConnectionState = IDLE;
          for (const each of events) {
            const after = transition(state, each, DEFAULT_RETRY_POLICY);
            if (after.name === 'connecting' && after !== state) {
              assert.ok(each.type === 'reopen' ? state.name === 'ready' : state.name !== 'ready');
              assert.notEqual(state.name, 'authenticating');
            }
            state = after;
          }
        }),
      );
    });
  });
});
