import assert from 'node:assert/strict';
import { partialFailure } from '../../../src/client/publish/partial-failure';
import {
  ExpiredError,
  NetworkError,
  PayloadError,
  ProtocolError,
  PurgedError,
  QueueFullError,
  ReplyError,
} from '../../../src/errors';

describe('client/partial-failure', () => {
  it('is the error itself when there was one message', () => {
    const error = new NetworkError('gone');
    assert.equal(partialFailure('s', 1, [{ index: 0, error }]), error);
  });

  it('says which failed, in order, with the class of the earliest', () => {
    const error = partialFailure('boiler', 5, [
      { index: 4, error: new QueueFullError('full') },
      { index: 3, error: new QueueFullError('full') },
    ]);
    assert.ok(error instanceof QueueFullError);
    assert.equal(error.message, 'full (2 of 5 messages not published to "boiler": [3], [4])');
  });

  it('puts the place before the path of every problem', () => {
    const error = partialFailure('s', 3, [
      { index: 1, error: new PayloadError('no', [{ path: 'a.b', message: 'is missing' }]) },
      { index: 2, error: new PayloadError('no', [{ path: '[0]', message: 'is odd' }]) },
    ]);
    assert.ok(error instanceof PayloadError);
    assert.deepEqual(error.problems, [
      { path: '[1].a.b', message: 'is missing' },
      { path: '[2][0]', message: 'is odd' },
    ]);
  });

  it('keeps the status of a refusal, and one line for each refused', () => {
    const refused = new ReplyError('refused', { status: 400 });
    const error = partialFailure('s', 3, [{ index: 2, error: refused }]);
    assert.ok(error instanceof ReplyError);
    assert.equal(error.status, 400);
    assert.deepEqual(error.errors, ['[2]: refused']);
  });

  it('names ten places at the most', () => {
    const failures = Array.from({ length: 12 }, (_, index) => ({ index, error: new NetworkError('gone') }));
    assert.match(partialFailure('s', 12, failures).message, /\[9\] and 2 more\)/);
  });

  it('carries each index with its error as data, and in its cause as a flow can use it', () => {
    const failures = Array.from({ length: 35 }, (_, place) => {
      const index = 39 - place;
      return { index, error: index % 2 ? new QueueFullError('full') : new PayloadError('x'.repeat(1_000)) };
    });
    const error = partialFailure('s', 40, failures);
    assert.deepEqual(error.failures, failures.toReversed());
    assert.ok(!Object.keys(error).includes('failures'), 'msg.error stays texts');
    const { failures: plain } = structuredClone(error.cause as { failures: unknown[] });
    assert.equal(plain.length, 35);
    assert.deepEqual(plain[0], { index: 5, code: 'SEA_QUEUE_FULL', message: 'full' });
    assert.deepEqual(plain[1], { index: 6, code: 'SEA_PAYLOAD', message: 'x'.repeat(300) });
    assert.equal(String(error.cause), 'full');
  });

  it('keeps in its cause what is there of the others: problems, or a status', () => {
    const payload = new PayloadError('no', [{ path: 'a', message: 'is missing' }]);
    const refused = new ReplyError('refused', { status: 400 });
    for (const error of [payload, refused]) {
      const cause = partialFailure('s', 2, [{ index: 1, error }]).cause as Record<string, unknown>;
      assert.equal('problems' in cause, error === payload);
      assert.equal(cause.status, error === refused ? 400 : undefined);
      assert.deepEqual(cause.failures, [{ index: 1, code: error.code, message: error.message }]);
    }
  });

  it('is no longer than a person can read, however many failed', () => {
    const problems = Array.from({ length: 101 }, () => ({ path: 'a', message: 'is missing' }));
    const failures = Array.from({ length: 5_000 }, (_, index) => ({
      index,
      error: new PayloadError('no', problems),
    }));
    const error = partialFailure('s', 5_000, failures);
    assert.ok(error instanceof PayloadError);
    assert.equal(error.problems.length, 100);
    assert.ok(error.message.length < 200 && String(error.cause).length < 3_000);
    assert.equal(error.failures?.length, 5_000);
  });

  it('keeps the class of what can befall a message that waits', () => {
    for (const Class of [ExpiredError, PurgedError, ProtocolError]) {
      const error = partialFailure('s', 2, [{ index: 1, error: new Class('gone') }]);
      assert.ok(error instanceof Class);
    }
  });
});
