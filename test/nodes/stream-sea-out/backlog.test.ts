import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { Backlog } from '../../../nodes/stream-sea-out/backlog';
import { ClosedError, StoreError } from '../../../src/index';

describe('the backlog of a node', () => {
  let clock: Clock;
  let told: number[];
  let backlog: Backlog;

  beforeEach(() => {
    clock = install({ toFake: ['setInterval', 'clearInterval'] });
    told = [];
    backlog = new Backlog(() => told.push(backlog.waiting));
  });

  afterEach(() => {
    backlog.close();
    clock.uninstall();
  });

  it('is nothing on a healthy line, however much passes', () => {
    for (let n = 0; n < 200; n += 1) {
      const since = backlog.begin(1);
      clock.tick(40);
      backlog.end(1, since);
      clock.tick(10);
    }
    assert.deepEqual([...new Set(told)], [0]);
  });

  it('is what has been out for more than a second, told once in a second', () => {
    const first = backlog.begin(5);
    clock.tick(1_000);
    const second = backlog.begin(2);
    clock.tick(1_000);
    clock.tick(1_000);
    backlog.end(5, first);
    clock.tick(1_000);
    backlog.end(2, second);
    clock.tick(5_000);
    assert.deepEqual(told, [0, 5, 7, 2, 0]);
    assert.equal(clock.countTimers(), 0, 'a timer while nothing is out');
  });

  it('is told at once where messages cannot be kept, until one can', () => {
    const full = new StoreError('the disk is full');
    for (const error of [full, full, undefined, new ClosedError('closed')]) {
      backlog.end(1, backlog.begin(1), error);
    }
    assert.equal(told.length, 2);
    backlog.end(1, backlog.begin(1), full);
    assert.equal(backlog.unkept, full);
  });

  it('tells messages that are stuck from others that pass them', () => {
    backlog.begin(3);
    for (let n = 0; n < 5; n += 1) {
      const since = backlog.begin(100);
      clock.tick(500);
      backlog.end(100, since);
      clock.tick(500);
    }
    assert.equal(backlog.waiting, 3);
  });
});
