import assert from 'node:assert/strict';
import { EXCHANGE_TRIES } from '../../../src/client/connection/exchange';
import {
  type ConnectionEvent,
  hasOther,
  IDLE,
  type LinkEvent,
  retryAt,
  type SessionState,
} from '../../../src/client/connection/state';
import { failed, ready, refusal, run, why } from './transition-bench';

describe('client/exchange', () => {
  const connected: SessionState = { name: 'ready', attempt: 2, since: 1_000, jailId: 'works' };
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
    for (const state of [IDLE, run(ready.slice(0, 1)), run(ready.slice(0, 2)), run([...ready, failed(0)])]) {
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
