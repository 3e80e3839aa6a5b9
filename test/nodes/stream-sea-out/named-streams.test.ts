import assert from 'node:assert/strict';
import { NamedStreams } from '../../../nodes/stream-sea-out/named-streams';

describe('stream-sea-out/named-streams', () => {
  it('tells of each stream once, and of no more than a hundred', () => {
    let told = 0;
    const named = new NamedStreams(() => {
      told += 1;
    });
    for (const stream of ['one', 'one', 'two', 'one', 'two']) named.add(stream);
    assert.deepEqual([...named.names], ['one', 'two']);
    assert.equal(told, 2);
    for (let count = 0; count < 1_000; count += 1) named.add(`stream ${count}`);
    assert.equal(named.names.size, 100);
    assert.equal(told, 100);
  });
});
