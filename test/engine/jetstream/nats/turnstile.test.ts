import assert from 'node:assert/strict';
import { Turnstile } from '../../../../src/engine/jetstream/nats/turnstile';

describe('engine/jetstream/turnstile', () => {
  it('lets so many in at once, and the others in the order in which they came', async () => {
    const turnstile = new Turnstile(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const all = [0, 1, 2, 3].map((one) =>
      turnstile.pass(() => {
        begun.push(one);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.();
    await all[1];
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(begun, [0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await Promise.all([all[0], all[2]]);
    await new Promise((resolve) => setImmediate(resolve));
    ends[3]?.();
    await all[3];
    assert.deepEqual(begun, [0, 1, 2, 3]);
  });

  it('gives the place of one that failed to the next', async () => {
    const turnstile = new Turnstile(1);
    const failed = turnstile.pass(() => Promise.reject(new TypeError('no')));
    const next = turnstile.pass(async () => 7);
    await assert.rejects(failed, TypeError);
    assert.equal(await next, 7);
    assert.equal(await turnstile.pass(async () => 8), 8);
  });
});
