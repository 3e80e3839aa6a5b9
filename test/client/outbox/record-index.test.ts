import assert from 'node:assert/strict';
import { OutboxRecord } from '../../../src/client/outbox/outbox-record';
import { RecordIndex } from '../../../src/client/outbox/record-index';

/** @param first the key of the first of so many messages. */
function recordOf(first: number, count: number): OutboxRecord {
  return OutboxRecord.stored(first, count, []);
}

describe('client/record-index', () => {
  const [low, middle, high] = [recordOf(1, 3), recordOf(4, 1), recordOf(10, 256)];

  it('finds the record of each key, in whatever order they came, and none in the gaps', () => {
    for (const order of [
      [low, middle, high],
      [high, low, middle],
      [middle, high, low],
    ]) {
      const index = new RecordIndex();
      for (const record of order) index.add(record);
      const keys = [0, 1, 3, 4, 5, 9, 10, 265, 266];
      const owners = [undefined, low, low, middle, undefined, undefined, high, high, undefined];
      const find = (key: number): unknown => index.find(key);
      assert.deepEqual(keys.map(find), owners);
      assert.deepEqual(keys.reverse().map(find), owners.reverse());
    }
  });

  it('does not find one that is gone, also where it was found last, and still the others', () => {
    const index = new RecordIndex();
    for (const record of [low, middle, high]) index.add(record);
    assert.equal(index.find(4), middle);
    index.delete(middle);
    assert.deepEqual([index.find(4), index.find(2), index.find(11)], [undefined, low, high]);
    index.delete(middle);
    assert.deepEqual([index.find(3), index.find(12)], [low, high]);
  });
});
