import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffDelay, DEFAULT_BACKOFF, waitAfter } from '../../../src/client/common/backoff';
import { NetworkError, ReplyError } from '../../../src/errors';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('client/backoff', () => {
  it('doubles from 1 s to 60 s', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => backoffDelay(n, DEFAULT_BACKOFF, 0.999_999_999));
    assert.deepEqual(longest, [999, 1_999, 3_999, 7_999, 15_999, 31_999, 59_999, 59_999]);
  });

  it('spreads each wait over all of its range (full jitter)', () => {
    assert.equal(backoffDelay(4, DEFAULT_BACKOFF, 0), 0);
    assert.equal(backoffDelay(4, DEFAULT_BACKOFF, 0.5), 4_000);
  });

  it('is no shorter than the server asks for, which is an hour at the most', () => {
    const wait = (retryAfter?: number) => {
      const why = new ReplyError('busy', { status: 429, ...(retryAfter !== undefined && { retryAfter }) });
      return waitAfter(why, 4, DEFAULT_BACKOFF, 0.5);
    };
    assert.deepEqual([wait(), wait(1), wait(9_000), wait(1e12)], [4_000, 4_000, 9_000, 3_600_000]);
    assert.equal(waitAfter(new NetworkError('gone'), 4, DEFAULT_BACKOFF, 0.5), 4_000);
  });

  it('is never negative, never above its bound, and finite after any number of failures', () => {
    const bounds = fc.record({
      first: fc.integer({ min: 1, max: 10_000 }),
      max: fc.integer({ min: 1, max: 600_000 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), bounds, random, (failures, backoff, chance) => {
        const delay = backoffDelay(failures, backoff, chance);
        assert.ok(delay >= 0 && delay <= backoff.max && delay <= backoff.first * 2 ** (failures - 1));
      }),
    );
  });
});
