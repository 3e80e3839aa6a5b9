import assert from 'node:assert/strict';
import { Waste } from '../../../src/client/receive/waste';

describe('the waste of a connection', () => {
  it('is what is held and received for nothing, until an exchange would have cost no more', () => {
    const waste = new Waste();
    for (let n = 0; n < 64; n += 1) waste.dropped();
    assert.equal(waste.outweighsExchange(12), true);
    assert.equal(waste.outweighsExchange(13), false);
    waste.received();
    waste.received();
    assert.equal(waste.outweighsExchange(13), true);
    waste.revived();
    assert.equal(waste.outweighsExchange(13), false);
    waste.reset();
    assert.equal(waste.outweighsExchange(0), false);
  });
});
