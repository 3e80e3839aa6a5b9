import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { type Clock, install } from '@sinonjs/fake-timers';
import { LoginAttempts } from '../../../src/server/auth/login-attempts';
import type { ServerEvent } from '../../../src/server/event';
import { limitsOf } from '../../../src/server/limits';

describe('LoginAttempts', () => {
  let clock: Clock;
  let events: ServerEvent[];
  let logins: LoginAttempts;
  let socket: EventEmitter;

  beforeEach(() => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    events = [];
    socket = new EventEmitter();
    logins = new LoginAttempts({
      limits: limitsOf({ maxFailedLogins: 300 }),
      onEvent: (event) => events.push(event),
      now: () => clock.now,
    });
  });
  afterEach(() => clock.uninstall());

  /** Milliseconds until a failure is answered. */
  function failed(clientId = 'gauge', address = '10.0.0.1'): number {
    const start = clock.now;
    let end: number | undefined;
    logins.failed({ clientId, address, over: 'http' }, socket, () => {
      end = clock.now;
    });
    clock.runAll();
    assert(end !== undefined);
    return end - start;
  }

  const times = (count: number, act: () => number) => Array.from({ length: count }, act);

  it('answers the first failures at once, and the later ones the later the more there are', () => {
    assert.deepEqual(
      times(10, () => failed()),
      [0, 0, 0, 100, 200, 400, 800, 1_600, 3_000, 3_000],
    );
  });

  it('begins anew after a success, and for others', () => {
    times(6, () => failed());
    assert.equal(failed('gauge', '10.0.0.2'), 0);
    assert.equal(failed('pump'), 0);
    logins.succeeded('gauge', '10.0.0.1');
    assert.equal(failed(), 0);
  });

  it('begins anew when there was none for ten minutes', () => {
    times(6, () => failed());
    clock.tick(600_001);
    assert.equal(failed(), 0);
  });

  it('slows down who tries one client after the other', () => {
    const delays = Array.from({ length: 110 }, (_, n) => failed(`client-${n}`));
    assert.deepEqual(delays.slice(0, 100), Array(100).fill(0));
    assert.deepEqual(delays.slice(100, 104), [100, 200, 400, 800]);
    assert.equal(delays.at(-1), 3_000);
  });

  it('remembers so many, the latest, whatever they call themselves', () => {
    for (let n = 0; n < 1_000; n += 1) failed(`${n}${'x'.repeat(10_000)}`, `10.0.${n >> 8}.${n & 255}`);
    assert.equal(logins.size, 300);
  });

  it('answers nobody who has gone, and keeps no timer for it', () => {
    times(5, () => failed());
    for (let n = 0; n < 20; n += 1) {
      logins.failed({ clientId: 'gauge', address: '10.0.0.1', over: 'websocket' }, socket, assert.fail);
    }
    assert.equal(socket.listenerCount('close'), 1);
    socket.emit('close');
    assert.equal(clock.countTimers(), 0);
  });

  it('tells them with their number, in few letters, and not more than ten in a second', () => {
    times(2, () => failed('x'.repeat(500)));
    assert.deepEqual(events[1], {
      kind: 'login failed',
      clientId: `${'x'.repeat(50)}…${'x'.repeat(50)}`,
      address: '10.0.0.1',
      over: 'http',
      failures: 2,
    });
    for (let n = 0; n < 50; n += 1) failed('pump', `10.0.0.${n}`);
    assert.equal(events.length, 10);
    clock.tick(1_000);
    failed('pump');
    assert.equal(events.length, 11);
  });
});
