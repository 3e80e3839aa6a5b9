import assert from 'node:assert/strict';
import { abandon } from '../../src/client/legacy';
import { ClosedError, type StreamSeaError } from '../../src/errors';

describe('client/legacy', () => {
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
