import assert from 'node:assert/strict';
import { pause, within } from '../../src/engine/deadline';

describe('engine/deadline within', () => {
  it('waits for what ends, and no longer than for so long', async () => {
    let isDone = false;
    await within(
      10_000,
      new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        isDone = true;
      }),
    );
    assert.equal(isDone, true);
    await within(1, new Promise(() => {}));
    await assert.rejects(within(10_000, Promise.reject(new Error('no'))), /no/);
  });
});

describe('engine/deadline pause', () => {
  it('ends by itself, or with its signal, before or while it waits', async () => {
    await pause(1, new AbortController().signal);
    await pause(10_000_000, AbortSignal.abort());
    const abort = new AbortController();
    const waits = Array.from({ length: 100 }, () => pause(10_000_000, abort.signal));
    abort.abort();
    await Promise.all(waits);
  });
});
