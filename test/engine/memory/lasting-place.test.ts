import assert from 'node:assert/strict';
import { LastingPlace } from '../../../src/engine/memory/lasting-place';
import { LogBench } from './logs';

describe('engine/memory/lasting-place', () => {
  let bench: LogBench;
  let place: LastingPlace;

  beforeEach(() => {
    bench = new LogBench();
    place = new LastingPlace(bench.log);
    place.occupy();
  });

  const take = (): number[] => place.take(1_000).entries.map(({ number }) => number);
  const oldest = (): number | undefined => place.oldest.entry?.number;

  it('knows the oldest that is not done, in whatever order others are', () => {
    bench.append(1, 1, 1, 1);
    assert.equal(oldest(), 1);
    assert.deepEqual(take(), [1, 2, 3, 4]);
    for (const [number, next] of [
      [2, 1],
      [1, 3],
      [4, 3],
      [3, undefined],
    ] as const) {
      place.done(number);
      assert.equal(oldest(), next);
    }
    assert.ok(place.isDone);
    assert.deepEqual(bench.released, [1, 2, 3, 4]);
    bench.append(1);
    assert.deepEqual([oldest(), place.isDone], [5, false]);
  });

  it('counts, without a reader, only what is not done', () => {
    bench.append(1, 2, 3, 4);
    take();
    place.done(2);
    place.giveBack({ number: 3, texts: ['3.2'] });
    place.vacate();
    assert.deepEqual([place.retained, bench.tally.retained], [6, 6]);
    place.occupy();
    assert.equal(bench.tally.retained, 0);
    assert.deepEqual(
      place.take(1_000).entries.map(({ texts }) => texts.length),
      [1, 1, 4],
    );
  });

  it('does not count as dropped what it is done with, though the log is trimmed by whole entries', () => {
    const other = new LastingPlace(bench.log);
    bench.append(1, 2, 3);
    take();
    place.done(2);
    place.vacate();
    bench.log.trim();
    bench.log.trim();
    assert.deepEqual([place.missed, other.missed, bench.tally.dropped], [1, 3, 4]);
    assert.deepEqual([place.retained, other.retained, bench.tally.retained], [3, 3, 6]);
  });

  it('keeps what its reader has taken when the log is trimmed, and misses it when it leaves', () => {
    bench.append(2, 1);
    place.take(1);
    bench.log.trim();
    assert.deepEqual([place.missed, bench.tally.dropped], [0, 0]);
    assert.ok(place.done(1));
    assert.deepEqual(take(), [2]);
    bench.log.trim();
    place.vacate();
    assert.deepEqual([place.missed, bench.tally.dropped, place.retained], [1, 1, 0]);
  });

  it('leaves nothing behind when it is removed, read or not', () => {
    const other = new LastingPlace(bench.log);
    bench.append(1, 2, 3);
    take();
    place.done(2);
    place.vacate();
    place.remove();
    other.occupy();
    other.take(1);
    other.remove();
    assert.deepEqual([bench.released, bench.weight, bench.tally.retained], [[1, 2, 3], 0, 0]);
  });
});
