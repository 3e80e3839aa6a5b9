import assert from 'node:assert/strict';
import { Seeds } from '../../../src/client/receive/seeds';

describe('the seeds of groups', () => {
  it('are one for all streams, and another for each connection', () => {
    const seeds = new Seeds();
    const first = seeds.of('a');
    assert.equal(seeds.of('b'), first);
    seeds.renew();
    assert.notDeepEqual(seeds.of('a'), first);
  });

  it('are given to another client for one stream, and not used here any more', () => {
    const [from, to] = [new Seeds(), new Seeds()];
    const [before, others] = [from.of('a'), to.of('b')];
    to.take('a', from.give('a'));
    assert.equal(to.of('a'), before);
    assert.equal(to.of('b'), others);
    assert.notDeepEqual(from.of('a'), before);
    assert.equal(from.of('b'), before);
    to.renew();
    assert.notDeepEqual(to.of('a'), before);
  });
});
