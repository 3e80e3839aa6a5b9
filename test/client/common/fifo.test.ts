import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Fifo } from '../../../src/client/common/fifo';

describe('client/fifo', () => {
  it('does what an array does, whatever is asked of it', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('push' as const), times: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ do: fc.constant('shift' as const), times: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ do: fc.constantFrom('walk' as const, 'drain' as const), times: fc.constant(1) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const fifo = new Fifo<number>();
        const array: number[] = [];
        let next = 0;
        for (const { do: what, times } of steps) {
          for (let time = 0; time < times; time += 1) {
            next += 1;
            if (what === 'push') fifo.push(array.push(next) && next);
            else if (what === 'shift') assert.equal(fifo.shift(), array.shift());
            else if (what === 'walk') assert.deepEqual([...fifo], array);
            else assert.deepEqual(fifo.drain(), array.splice(0));
            assert.equal(fifo.length, array.length);
            assert.equal(fifo.peek(), array[0]);
          }
        }
      }),
    );
  });
});
