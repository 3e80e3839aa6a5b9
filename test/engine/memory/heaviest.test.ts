import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Heaviest } from '../../../src/engine/memory/heaviest';

describe('engine/memory/heaviest', () => {
  it('has the heaviest at hand, however weights change; what weighs nothing is gone', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(20))), (changes) => {
        const items = Array.from({ length: 10 }, () => ({ weight: 0 }));
        const heaviest = new Heaviest<{ weight: number }>();
        for (const [index, weight] of changes) {
          const item = items[index];
          assert.ok(item);
          item.weight = weight;
          heaviest.weighed(item);
          const most = Math.max(...items.map((each) => each.weight));
          assert.equal(heaviest.top?.weight ?? 0, most);
        }
      }),
    );
  });
});
