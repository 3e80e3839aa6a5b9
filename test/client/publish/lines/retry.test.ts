import assert from 'node:assert/strict';
import { Retry } from '../../../../src/client/publish/lines/retry';
import { CredentialsError, NetworkError, ReplyError } from '../../../../src/errors';
import { FakeClock } from '../../../support/clock';

const busy = (retryAfter?: number) => new ReplyError('busy', { status: 503, retryAfter });

describe('Retry', () => {
  let clock: FakeClock;
  let due: number;
  let changes: (number | undefined)[];
  let retry: Retry;
  beforeEach(() => {
    clock = new FakeClock();
    due = 0;
    changes = [];
    retry = new Retry({
      ...{ clock, random: () => 0.5, backoff: { first: 1_000, max: 60_000 } },
      due: () => {
        due += 1;
      },
      changed: () => changes.push(retry.trouble?.attempt),
    });
  });

  it('waits longer after each failure, until one gets through', async () => {
    for (const wait of [500, 1_000, 2_000]) {
      retry.waitFor(busy());
      assert.equal(clock.next, wait);
      await clock.advance(wait);
      assert.equal(retry.waits, false);
    }
    assert.equal(due, 3);
    retry.forget();
    retry.waitFor(busy());
    assert.equal(clock.next, 500);
    assert.deepEqual(changes, [1, 2, 3, undefined, 1]);
  });

  it('leaves to all lines what they all know', () => {
    for (const why of [new NetworkError('gone'), new CredentialsError('no')]) retry.waitFor(why);
    assert.deepEqual([retry.waits, retry.trouble, clock.pending], [false, undefined, 0]);
  });

  it('is cut short by good news, but not where the server has said how long; an hour at the most', () => {
    retry.waitFor(busy());
    retry.hurry();
    assert.equal(retry.waits, false);
    retry.waitFor(busy(10_000_000));
    retry.hurry();
    assert.equal(clock.next, 3_600_000);
  });

  it('leaves nothing behind when it stops', () => {
    retry.waitFor(busy());
    retry.stop();
    assert.deepEqual([retry.waits, retry.trouble, clock.pending], [false, undefined, 0]);
  });
});
