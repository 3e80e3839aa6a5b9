import assert from 'node:assert/strict';
import { CountPace } from '../../../nodes/shared/count-pace';

describe('the pace at which a count is told', () => {
  const told = (counts: readonly number[]) => {
    const pace = new CountPace();
    return counts.flatMap((count, second) => (pace.isDue(count) ? [second] : []));
  };

  it('is at once for the first and the last, and never for the same', () => {
    assert.deepEqual(told([0, 0, 5, 5, 5, 0, 0, 1]), [2, 5, 7]);
  });

  it('is the slower, the longer it grows, to once in a minute', () => {
    const seconds = told(Array.from({ length: 300 }, (_, second) => second));
    assert.deepEqual(seconds, [1, 2, 4, 8, 16, 32, 64, 124, 184, 244]);
  });

  it('is at once again for what grows behind a drain', () => {
    const draining = [1_000, 500, 250, 125, 62, 31, 15];
    assert.deepEqual(told([...draining, 5_000]), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('is at each half of a queue that drains, and begins anew after its end', () => {
    const growing = Array.from({ length: 101 }, (_, second) => second);
    const draining = [90, 50, 40, 32, 30, 20, 16, 1, 0, 1, 2];
    const seconds = told([...growing, ...draining]).filter((second) => second > 100);
    assert.deepEqual(
      seconds.map((second) => draining[second - 101]),
      [32, 30, 16, 1, 0, 1, 2],
    );
  });
});
