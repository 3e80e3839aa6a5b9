import assert from 'node:assert/strict';
import { LastingPosition } from '../../../src/engine/memory/lasting-position';
import { LogBench } from './logs';

describe('engine/memory/lasting-position', () => {
  let bench: LogBench;
  let position: LastingPosition;

  beforeEach(() => {
    bench = new LogBench();
    position = new LastingPosition(bench.log);
    position.occupy();
  });

  const take = (): number[] => position.take(1_000).entries.map(({ number }) => number);
  const oldest = (): number | undefined => position.oldest.entry?.number;

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
      position.done(number);
      assert.equal(oldest(), next);
    }
    assert.ok(position.isDone);
    assert.deepEqual(bench.released, [1, 2, 3, 4]);
    bench.append(1);
    assert.deepEqual([oldest(), position.isDone], [5, false]);
  });

  it('counts, without a reader, only what is not done', () => {
    bench.append(1, 2, 3, 4);
    take();
    position.done(2);
    position.giveBack({ number: 3, texts: ['3.2'] });
    position.vacate();
    assert.deepEqual([position.retained, bench.tally.retained], [6, 6]);
    position.occupy();
    assert.equal(bench.tally.retained, 0);
    assert.deepEqual(
      position.take(1_000).entries.map(({ texts }) => texts.length),
      [1, 1, 4],
    );
  });

  it('does not count as dropped what it is done with, though the log is trimmed by whole entries', () => {
    const other = new LastingPosition(bench.log);
    bench.append(1, 2, 3);
    take();
    position.done(2);
    position.vacate();
    bench.log.trim();
    bench.log.trim();
    assert.deepEqual([position.missed, other.missed, bench.tally.dropped], [1, 3, 4]);
    assert.deepEqual([position.retained, other.retained, bench.tally.retained], [3, 3, 6]);
  });

  it('keeps what its reader has taken when the log is trimmed, and misses it when it leaves', () => {
    bench.append(2, 1);
    position.take(1);
    bench.log.trim();
    assert.deepEqual([position.missed, bench.tally.dropped], [0, 0]);
    assert.ok(position.done(1));
    assert.deepEqual(take(), [2]);
    bench.log.trim();
    position.vacate();
    assert.deepEqual([position.missed, bench.tally.dropped, position.retained], [1, 1, 0]);
  });

  it('leaves nothing behind when it is removed, read or not', () => {
    const other = new LastingPosition(bench.log);
    bench.append(1, 2, 3);
    take();
    position.done(2);
    position.vacate();
    position.remove();
    other.occupy();
    other.take(1);
    other.remove();
    assert.deepEqual([bench.released, bench.weight, bench.tally.retained], [[1, 2, 3], 0, 0]);
  });
});
