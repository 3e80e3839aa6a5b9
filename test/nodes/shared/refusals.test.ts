import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { Refusals } from '../../../nodes/shared/refusals';
import {
  ClosedError,
  ExpiredError,
  PayloadError,
  PurgedError,
  StoreError,
  withFailures,
} from '../../../src/errors';

describe('the refusals of a node', () => {
  let clock: Clock;
  let told: number[];
  let refusals: Refusals;
  const refused = new PayloadError('hot');

  beforeEach(() => {
    clock = install({ toFake: ['setInterval', 'clearInterval'] });
    told = [];
    refusals = new Refusals(() => told.push(refusals.count));
  });

  afterEach(() => {
    refusals.close();
    clock.uninstall();
  });

  it('are told at once, then once in a second, and later the longer it goes on', () => {
    refusals.ended(refused);
    assert.deepEqual(told, [1]);
    for (let n = 0; n < 100; n += 1) refusals.ended(refused);
    clock.tick(5_000);
    assert.deepEqual(told, [1, 101]);
    for (let second = 0; second < 600; second += 1) {
      refusals.ended(refused);
      clock.tick(1_000);
    }
    assert(told.length > 5 && told.length < 20, `${told.length} times`);
  });

  it('stay until a message gets through, and ten seconds at the least', () => {
    refusals.ended(refused);
    clock.tick(60_000);
    assert.equal(refusals.count, 1);
    refusals.ended();
    clock.tick(1_000);
    assert.equal(refusals.count, 0);

    refusals.ended(refused);
    clock.tick(2_000);
    refusals.ended();
    clock.tick(7_000);
    assert.equal(refusals.count, 1);
    clock.tick(1_000);
    assert.deepEqual([refusals.count, clock.countTimers()], [0, 0]);
  });

  it('do not blink where every other message is refused', () => {
    for (let n = 0; n < 30; n += 1) {
      refusals.ended(n % 2 === 0 ? refused : undefined);
      clock.tick(1_000);
    }
    assert(refusals.count > 6);
    assert.equal(told.includes(0), false);
  });

  it('are each message of a list, and no message that somebody stopped', () => {
    const failures = [3, 4].map((index) => ({ index, error: refused }));
    refusals.ended(withFailures(new PayloadError('two'), failures));
    assert.equal(refusals.count, 2);
    refusals.ended(withFailures(new PayloadError('very many'), failures, 5_000));
    clock.tick(1_000);
    assert.equal(refusals.count, 5_002);
    for (const Ended of [ClosedError, ExpiredError, PurgedError]) refusals.ended(new Ended('gone'));
    clock.tick(1_000);
    assert.equal(refusals.count, 5_002);
  });

  it('say at once where messages cannot be kept, and once where every other can: a full disk blinked with each', () => {
    const full = new StoreError('the disk is full');
    const reasons: unknown[] = [];
    const kept = new Refusals(() => reasons.push(kept.unkept));
    kept.ended(refused);
    for (let n = 0; n < 10_000; n += 1) {
      kept.ended(n % 2 === 0 ? full : undefined);
      clock.tick(1);
    }
    assert.deepEqual(reasons.slice(0, 2), [undefined, full]);
    assert(reasons.length < 8, `${reasons.length} times in 10 s`);
    clock.tick(8_000);
    assert.equal(kept.unkept, full);
    clock.tick(1_000);
    assert.deepEqual([kept.unkept, reasons.at(-1), clock.countTimers()], [undefined, undefined, 0]);
  });
});
