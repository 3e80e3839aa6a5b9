import assert from 'node:assert/strict';
import { abandon, endAll, legacyOf, opened, takeUndelivered, together } from '../../src/client/legacy';
import { ClosedError, PurgedError, type StreamSeaError } from '../../src/errors';

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
    const legacy = {
      undelivered: new Map(),
      unsent: [
        { ...message, publication: publication('a') },
        { ...message, publication: undefined },
      ],
      kept: new Map([[7, { publication: publication('b'), since: 0 }]]),
    };
    abandon(legacy, assert.fail);
    assert.deepEqual(ends, ['a: lost', 'b: kept']);
  });

  it('tells everybody of the end, though each who is told throws, and says what they threw', () => {
    const ends: string[] = [];
    const problems: string[] = [];
    const publication = (name: string) => ({
      ended(error?: StreamSeaError) {
        ends.push(`${name} ${error?.code}`);
        throw new Error(`broken ${name}`);
      },
    });
    const message = { stream: 's', text: '1', batch: true, at: 0 };
    const legacy = legacyOf({
      unsent: ['a', 'b'].map((name) => ({ ...message, publication: publication(name) })),
      kept: new Map(['c', 'd'].map((name, key) => [key, { publication: publication(name), since: 0 }])),
    });
    abandon(legacy, (error) => problems.push(error.message));
    endAll(legacy, new PurgedError('thrown away'), (error) => problems.push(error.message));
    assert.deepEqual(
      ends,
      ['SEA_CLOSED', 'SEA_PURGED'].flatMap((code) => ['a', 'b', 'c', 'd'].map((name) => `${name} ${code}`)),
    );
    assert.equal(problems.length, 8);
    assert.match(problems[0] ?? '', /"ended" threw: broken a/);
  });
});
