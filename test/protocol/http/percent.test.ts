import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { percentDecoded } from '../../../src/protocol/http/percent';

describe('percentDecoded', () => {
  it('gives back what was encoded, and leaves as it is what was not', () => {
    for (const text of ['', 'boiler', 'boiler 7/ü', '100 %', '%', '%zz', '%e2%82', 'a+b']) {
      assert.equal(percentDecoded(encodeURIComponent(text)), text);
    }
    for (const text of ['', 'boiler 7/ü', '100 %', '%', '%zz', '%e2%82', 'a+b']) {
      assert.equal(percentDecoded(text), text);
    }
  });
});
