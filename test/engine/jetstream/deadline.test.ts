import assert from 'node:assert/strict';
import { atMost, pause } from '../../../src/engine/jetstream/deadline';

describe('engine/jetstream/deadline', () => {
  it('waits for what ends, well or not, and no longer than for so long', async () => {
    let isDone = false;
    const done = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      isDone = true;
    });
    await atMost(10_000, done);
    assert.equal(isDone, true);
    await atMost(10_000, Promise.reject(new Error('x')));
    await atMost(1, new Promise(() => {}));
  });

  it('pauses, but not beyond a signal', async () => {
    await pause(1, new AbortController().signal);
    await pause(10_000_000, AbortSignal.abort());
    const abort = new AbortController();
    const waits = Array.from({ length: 100 }, () => pause(10_000_000, abort.signal));
    abort.abort();
    await Promise.all(waits);
  });
});
