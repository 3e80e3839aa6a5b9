import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { WaitingCount } from '../../../nodes/stream-sea-out/waiting-count';

describe('the count of messages that wait', () => {
  let clock: Clock;
  let told: number[];
  let count: WaitingCount;
  let isWell: boolean;

  beforeEach(() => {
    isWell = false;
    clock = install({ toFake: ['setInterval', 'clearInterval'] });
    told = [];
    count = new WaitingCount(
      () => told.push(count.waiting),
      () => isWell,
    );
  });

  afterEach(() => {
    count.close();
    clock.uninstall();
  });

  it('is nothing on a healthy line, however much passes', () => {
    for (let n = 0; n < 200; n += 1) {
      const since = count.begin(1);
      clock.tick(40);
      count.end(1, since);
      clock.tick(10);
    }
    assert.deepEqual(told, []);
  });

  it('is nothing where each takes two seconds, and all is well: it blinked with each', () => {
    isWell = true;
    for (let n = 0; n < 200; n += 1) {
      const since = count.begin(1);
      clock.tick(2_000);
      count.end(1, since);
    }
    assert.deepEqual(told, []);
  });

  it('is, where all is well, what has been out for more than ten seconds; and what for one as soon as it is not', () => {
    isWell = true;
    count.begin(5);
    clock.tick(8_000);
    count.begin(2);
    clock.tick(2_000);
    assert.deepEqual(told, []);
    clock.tick(1_000);
    assert.deepEqual(told, [5]);
    isWell = false;
    clock.tick(1_000);
    assert.deepEqual(told, [5, 7]);
  });

  it('is what has been out for more than a second', () => {
    const first = count.begin(5);
    clock.tick(1_000);
    const second = count.begin(2);
    clock.tick(1_000);
    clock.tick(1_000);
    count.end(5, first);
    clock.tick(1_000);
    count.end(2, second);
    clock.tick(5_000);
    assert.deepEqual(told, [5, 7, 2, 0]);
    assert.equal(clock.countTimers(), 0, 'a timer while nothing is out');
  });

  it('is told a handful of times in an outage, however many come: Status nodes heard it each second', () => {
    const sent: number[] = [];
    for (let second = 0; second < 600; second += 1) {
      sent.push(count.begin(1));
      clock.tick(1_000);
    }
    assert(told.length > 5 && told.length < 20, `${told.length} times`);
    const before = told.length;
    for (const since of sent) count.end(1, since);
    clock.tick(1_000);
    assert.deepEqual(told.slice(before), [0]);
  });

  it('is for whoever asks what was told, as two of them would take turns in a status, and the last be wrong', () => {
    const since = count.begin(8);
    clock.tick(2_000);
    count.end(3, since);
    assert.deepEqual([count.waiting, told], [8, [8]]);
    for (let second = 0; second < 120; second += 1) {
      clock.tick(1_000);
      assert.equal(count.waiting, told.at(-1));
    }
    assert.equal(count.waiting, 5);
  });

  it('tells messages that are stuck from others that pass them', () => {
    count.begin(3);
    for (let n = 0; n < 5; n += 1) {
      const since = count.begin(100);
      clock.tick(500);
      count.end(100, since);
      clock.tick(500);
    }
    assert.equal(count.waiting, 3);
  });
});
