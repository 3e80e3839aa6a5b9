import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { EngineAway, TooLarge } from '../../src/engine/faults';
import { StoreError } from '../../src/errors';
import { engineRefusal } from '../../src/server/engine-refusal';

describe('what an engine says no with', () => {
  it('is an answer that says when to try again, and names no folder and no address', () => {
    for (const error of [
      new EngineAway('10.0.0.7:4222 does not answer'),
      new StoreError('/var/lib/sea cannot be written to'),
    ]) {
      const refusal = engineRefusal(error);
      assert.equal(refusal?.status, 503);
      assert.equal(refusal.retryAfter, 2);
      assert.doesNotMatch(JSON.stringify(refusal.body), /10\.0|var/);
    }
  });

  it('says how large a request may be', () => {
    const refusal = engineRefusal(new TooLarge(1_000));
    assert.equal(refusal?.status, 413);
    assert.match(refusal.message, /1000 bytes/);
  });

  it('is no answer when it is a fault of ours', () => {
    assert.equal(engineRefusal(new TypeError('x is undefined')), undefined);
  });
});
