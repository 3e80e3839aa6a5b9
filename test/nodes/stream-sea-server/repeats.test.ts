import assert from 'node:assert/strict';
import { Repeats } from '../../../nodes/stream-sea-server/repeats';

describe('what repeats itself', () => {
  it('is new once, and again after it was silent for long', () => {
    const repeats = new Repeats();
    const told: number[] = [];
    for (let second = 0; second < 3_600; second += 1) {
      if (repeats.isNew('the disk is full', second * 1_000)) told.push(second);
    }
    assert.deepEqual(told, [0]);
    assert.equal(repeats.isNew('another', 3_600_000), true);
    assert.equal(repeats.isNew('the disk is full', 4_000_000), false);
    assert.equal(repeats.isNew('the disk is full', 4_600_001), true);
  });

  it('is forgotten where there is ever something else', () => {
    const repeats = new Repeats();
    repeats.isNew('first', 0);
    for (let n = 0; n < 100; n += 1) repeats.isNew(`${n}`, 1);
    assert.equal(repeats.isNew('first', 2), true);
  });
});
