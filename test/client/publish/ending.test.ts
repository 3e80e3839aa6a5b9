import assert from 'node:assert/strict';
import { abandoning, leaving } from '../../../src/client/publish/ending';
import type { Entry } from '../../../src/client/publish/entry';
import type { Left, Unsent } from '../../../src/client/publish/unfinished';
import { ClosedError, NetworkError } from '../../../src/errors';

const named = (text: string): Entry => ({ text, publication: { ended() {} } }) as unknown as Entry;

describe('abandoning', () => {
  it('ends each, and says whether it is kept', () => {
    const ends: string[] = [];
    const ending = abandoning((_publication, error) => ends.push(error.message));
    ending.left(named('a'), undefined, false);
    ending.left(named('b'), new NetworkError('gone'), true);
    ending.left(named('c'), new ClosedError('closed as it was under way'), true);
    ending.kept(1, { publication: { ended() {} }, since: 0 });
    assert.deepEqual(ends, [
      'The client was closed before the message was sent.',
      'The client was closed before the message was sent.',
      'closed as it was under way',
      'The client was closed before the message was sent: it is kept on disk, and sent after a restart.',
    ]);
  });
});

describe('leaving', () => {
  let left: Left;
  beforeEach(() => {
    left = { unsent: [], kept: new Map() };
  });
  const ending = () => leaving(left, ({ text }) => ({ text }) as Unsent);

  it('puts what requests give back before what waited, in its own order', () => {
    const { left: leave } = ending();
    for (const text of ['c', 'd']) leave(named(text), undefined, false);
    for (const text of ['a', 'b']) leave(named(text), new NetworkError('gone'), true);
    assert.deepEqual(
      left.unsent.map(({ text }) => text),
      ['a', 'b', 'c', 'd'],
    );
  });

  it('leaves by their keys who is to be told of what the outbox has, but nobody of an earlier process', () => {
    const own = { publication: { ended() {} }, since: 7 };
    const { kept } = ending();
    kept(1, own);
    kept(2, { publication: { ended() {} }, since: 8 }, true);
    assert.deepEqual([...left.kept], [[1, own]]);
  });
});
