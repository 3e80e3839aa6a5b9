import assert from 'node:assert/strict';
import { dated, dateOf, oncePerTurn, systemClock, within } from '../../../src/client/common/clock';
import { FakeClock } from '../../support/clock';

describe('client/clock', () => {
  it('tells the time', () => {
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
  });

  it('calls once the time has come', async () => {
    await new Promise<void>((resolve) => systemClock.setTimeout(resolve, 1));
  });

  it('does not call when cancelled, and leaves no timer', async () => {
    const before = timers();
    const cancel = systemClock.setTimeout(() => assert.fail('called'), 1);
    assert.equal(timers(), before + 1);
    cancel();
    cancel();
    assert.equal(timers(), before);
    await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('takes a wait longer than a Node timer can hold, and does not call at once', async () => {
    const cancel = systemClock.setTimeout(() => assert.fail('called'), 2 ** 40);
    await new Promise((resolve) => setTimeout(resolve, 5));
    cancel();
  });
});

describe('oncePerTurn', () => {
  it('reads once for all who ask in a turn of the event loop, and anew in a later one', async () => {
    let reads = 0;
    const recently = oncePerTurn(() => ++reads);
    assert.deepEqual([recently(), recently()], [1, 1]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([recently(), recently()], [2, 2]);
  });
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('dated', () => {
  it('has the moments as the clock of the people says now, and the rest as it is', () => {
    const clock = new FakeClock(1_000);
    clock.step(Date.UTC(2026, 0, 1));
    const at = Date.UTC(2026, 0, 1) + 1_500;
    assert.deepEqual(dated(clock, { name: 'waiting', until: 1_500.4 }), { name: 'waiting', until: at });
    const idle = { name: 'idle' };
    assert.equal(dated(clock, idle), idle);
  });
});

describe('dateOf', () => {
  it('is what the clock of the people said then, of a clock that is asked once in a turn as well', () => {
    const clock = { now: () => 10_000, elapsed: () => 2_000, setTimeout: assert.fail };
    assert.equal(dateOf(clock, 1_500.4), 9_500);
    assert.equal(dateOf({ ...clock, origin: () => 8_100 }, 1_500.4), 9_600);
    const before = Date.now();
    const said = dateOf(systemClock, systemClock.elapsed());
    assert.ok(before - 1 <= said && said <= Date.now() + 1);
  });
});

describe('within', () => {
  it('waits for what is done in time, and for nothing longer; no timer is left', async () => {
    const clock = new FakeClock();
    await within(clock, 1_000, Promise.resolve());
    const late = within(clock, 1_000, new Promise(() => {}));
    await clock.advance(1_000);
    await late;
    assert.equal(clock.pending, 0);
  });
});
