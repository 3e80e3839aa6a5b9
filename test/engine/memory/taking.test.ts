import assert from 'node:assert/strict';
import type { Entry } from '../../../src/engine/log';
import { StreamLog } from '../../../src/engine/memory/stream-log';
import { insertEntry, takeEntries, takeLinks } from '../../../src/engine/memory/taking';

const entry = (number: number, ...texts: string[]): Entry => ({ number, texts });

describe('engine/memory/taking', () => {
  it('takes as much as there is room for, and one at least', () => {
    const back = [entry(1, '12', '34'), entry(2, '56'), entry(3, '7')];
    for (const [room, taken] of [
      [0, 1],
      [4, 1],
      [5, 1],
      [6, 2],
      [7, 3],
    ] as const) {
      const left = [...back];
      const into: Entry[] = [];
      const size = takeEntries(left, room, into);
      assert.deepEqual(into, back.slice(0, taken));
      assert.deepEqual(left, back.slice(taken));
      // Others come after what is left of these, however much room there is.
      assert.equal(size, taken < 3 ? Number.POSITIVE_INFINITY : 7);
    }
  });

  it('takes links after what was taken before, and stops where there is no entry', () => {
    const log = new StreamLog(
      {
        tally: { retained: 0, dropped: 0, forgotten: 0 },
        retainedMessages: 10,
        passingBytes: 1_000,
        weighed() {},
      },
      0,
    );
    const start = log.tail;
    start.lasting += 1;
    for (let number = 1; number <= 3; number += 1) log.append(entry(number, '12'), false);
    const into: Entry[] = [];
    assert.equal(takeLinks(start, 5, into).entry?.number, 3);
    assert.equal(takeLinks(start, 0, []).entry?.number, 2);
    assert.equal(takeLinks(start, 1, [entry(0, 'x')]), start);
    assert.equal(takeLinks(start, 100, []), log.tail);
  });

  it('puts what is given back among others where it belongs', () => {
    const back: Entry[] = [];
    for (const number of [3, 5, 1, 4, 2]) insertEntry(back, entry(number, ''));
    assert.deepEqual(
      back.map(({ number }) => number),
      [1, 2, 3, 4, 5],
    );
  });
});
