import assert from 'node:assert/strict';
import { partialFailure } from '../../src/client/partial-failure';
import { NetworkError, PayloadError, QueueFullError, ReplyError } from '../../src/errors';

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
    assert.equal(error.message, '2 of 5 messages were not published to "boiler" ([3], [4]): full');
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
});
