import assert from 'node:assert/strict';
import { abandon, legacyOf, opened, takeUndelivered, together } from '../../src/client/legacy';
import { ClosedError, type StreamSeaError } from '../../src/errors';

const PLACE = { stream: 's', delivery: { type: 'shared' } } as const;

describe('client/legacy', () => {
  it('of several is all of each, and what was delivered for one owner can be taken out of it', () => {
    const left = (owner: string, ...messages: number[]) =>
      legacyOf({ undelivered: new Map([['shared s', [{ owner, messages }]]]) });
    const both = opened(together([left('a', 1), left('b', 2), left('a', 3)]));
    assert.deepEqual(takeUndelivered(both, { ...PLACE, stream: 'other' }, 'a'), []);
    const taken = ['a', 'a', 'b'].map((owner) => takeUndelivered(both, PLACE, owner));
    assert.deepEqual([taken, both.undelivered.size], [[[1, 3], [], [2]], 0]);
  });

  it('tells everybody of the end when nobody succeeds, and whether the message is kept', () => {
    const ends: string[] = [];
    const publication = (name: string) => ({
      ended(error?: StreamSeaError) {
        assert.ok(error instanceof ClosedError);
        ends.push(`${name}: ${error.message.includes('kept on disk') ? 'kept' : 'lost'}`);
      },
    });
    const message = { stream: 's', text: '1', batch: true, at: 0 };
    abandon({
      undelivered: new Map(),
      unsent: [
        { ...message, publication: publication('a') },
        { ...message, publication: undefined },
      ],
      kept: new Map([[7, publication('b')]]),
    });
    assert.deepEqual(ends, ['a: lost', 'b: kept']);
  });
});
