import assert from 'node:assert/strict';
import { Conflict, EngineAway, TooLarge } from '../../src/engine/faults';
import { say } from '../../src/sentences';

describe('engine/faults', () => {
  it('say why, in English and as data', () => {
    const cause = new Error('no room');
    const away = new EngineAway(say('engine.diskRefuses'), { cause });
    assert.equal(away.message, 'The disk of the server takes nothing now.');
    assert.deepEqual(away.words, say('engine.diskRefuses'));
    assert.equal(away.cause, cause);
    assert.deepEqual([new TooLarge(5).maxBytes, new TooLarge(5).name], [5, 'TooLarge']);
    assert.equal(new Conflict().name, 'Conflict');
  });
});
