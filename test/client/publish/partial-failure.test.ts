import assert from 'node:assert/strict';
import { Ends, partialFailure } from '../../../src/client/publish/partial-failure';
import type { Failure } from '../../../src/errors';
import {
  AbortedError,
  ExpiredError,
  MAX_FAILURES,
  NetworkError,
  PayloadError,
  ProtocolError,
  PurgedError,
  QueueFullError,
  ReplyError,
  SettingError,
  type StreamSeaError,
} from '../../../src/errors';

/** Of a list of which these were not published, told in this order. */
async function errorOf(stream: string, total: number, failures: readonly Failure[]): Promise<StreamSeaError> {
  const ends = new Ends(failures.length);
  for (const { index, error } of failures) ends.ended(index, error);
  return partialFailure(stream, total, await ends.all);
}

describe('client/partial-failure', () => {
  it('is the error itself when there was one message', async () => {
    const error = new NetworkError('gone');
    assert.equal(await errorOf('s', 1, [{ index: 0, error }]), error);
  });

  it('says which failed, in order, with the class of the earliest', async () => {
    const error = await errorOf('boiler', 5, [
      { index: 4, error: new QueueFullError('full') },
      { index: 3, error: new QueueFullError('full') },
    ]);
    assert.ok(error instanceof QueueFullError);
    assert.equal(error.message, 'full (2 of 5 messages not published to "boiler": [3], [4])');
  });

  it('puts the place before the path of every problem', async () => {
    const error = await errorOf('s', 3, [
      { index: 1, error: new PayloadError('no', [{ path: 'a.b', message: 'is missing' }]) },
      { index: 2, error: new PayloadError('no', [{ path: '[0]', message: 'is odd' }]) },
    ]);
    assert.ok(error instanceof PayloadError);
    assert.deepEqual(error.problems, [
      { path: '[1].a.b', message: 'is missing' },
      { path: '[2][0]', message: 'is odd' },
    ]);
  });

  it('keeps the status of a refusal, and one line for each refused', async () => {
    const refused = new ReplyError('refused', { status: 400 });
    const error = await errorOf('s', 3, [{ index: 2, error: refused }]);
    assert.ok(error instanceof ReplyError);
    assert.equal(error.status, 400);
    assert.deepEqual(error.errors, ['[2]: refused']);
  });

  it('names ten places at the most', async () => {
    const failures = Array.from({ length: 12 }, (_, index) => ({ index, error: new NetworkError('gone') }));
    assert.match((await errorOf('s', 12, failures)).message, /\[9\] and 2 more\)/);
  });

  it('carries each index with its error as data, and in its cause as a flow can use it', async () => {
    const failures = Array.from({ length: 35 }, (_, place) => {
      const index = 39 - place;
      return { index, error: index % 2 ? new QueueFullError('full') : new PayloadError('x'.repeat(1_000)) };
    });
    const error = await errorOf('s', 40, failures);
    assert.deepEqual(error.failures, failures.toReversed());
    assert.ok(!Object.keys(error).includes('failures'), 'msg.error stays texts');
    const { failures: plain } = structuredClone(error.cause as { failures: unknown[] });
    assert.equal(plain.length, 35);
    assert.deepEqual(plain[0], { index: 5, code: 'SEA_QUEUE_FULL', message: 'full' });
    assert.deepEqual(plain[1], { index: 6, code: 'SEA_PAYLOAD', message: 'x'.repeat(300) });
    assert.equal(String(error.cause), 'full');
  });

  it('keeps in its cause what is there of the others: problems, or a status', async () => {
    const payload = new PayloadError('no', [{ path: 'a', message: 'is missing' }]);
    const refused = new ReplyError('refused', { status: 400 });
    for (const error of [payload, refused]) {
      const cause = (await errorOf('s', 2, [{ index: 1, error }])).cause as Record<string, unknown>;
      assert.equal('problems' in cause, error === payload);
      assert.equal(cause.status, error === refused ? 400 : undefined);
      assert.equal(cause.failed, 1);
      assert.deepEqual(cause.failures, [{ index: 1, code: error.code, message: error.message }]);
    }
  });

  it('is no longer than a person can read, however many failed', async () => {
    const problems = Array.from({ length: 101 }, () => ({ path: 'a', message: 'is missing' }));
    const failures = Array.from({ length: 5_000 }, (_, index) => ({
      index,
      error: new PayloadError('no', problems),
    }));
    const error = await errorOf('s', 5_000, failures);
    assert.ok(error instanceof PayloadError);
    assert.equal(error.problems.length, 100);
    assert.ok(error.message.length < 250 && String(error.cause).length < 3_000);
    assert.equal(error.failed, 5_000);
    const indices = error.failures?.map(({ index }) => index);
    assert.deepEqual(
      indices,
      Array.from({ length: MAX_FAILURES }, (_, index) => index),
    );
    const plain = error.cause as { failures: unknown[]; failed: number };
    assert.deepEqual([plain.failures.length, plain.failed], [MAX_FAILURES, 5_000]);
    assert.match(error.message, /\(5000 of 5000 .* and 4990 more; the error lists the first 1000 of them\)$/);
  });

  it('keeps the class of what can befall a message that waits', async () => {
    for (const Class of [ExpiredError, PurgedError, ProtocolError, SettingError]) {
      const error = await errorOf('s', 2, [{ index: 1, error: new Class('gone') }]);
      assert.ok(error instanceof Class);
    }
  });

  it('keeps the earliest of very many, whatever the order they fail in, and what is known of all', async () => {
    const failures = Array.from({ length: 3 * MAX_FAILURES }, (_, place) => {
      const sent = place === 0;
      return { index: 3 * MAX_FAILURES - 1 - place, error: new AbortedError('given up', { sent }) };
    });
    const error = await errorOf('s', 5_000, failures);
    assert.equal(error.failures?.at(0)?.index, 0);
    assert.equal(error.failures?.at(-1)?.index, MAX_FAILURES - 1);
    assert.equal(error.failed, 3 * MAX_FAILURES);
    // The last of the list, which is not among those that are kept.
    assert.equal(error.sent, true);
  });
});
