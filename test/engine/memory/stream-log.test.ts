import assert from 'node:assert/strict';
import { LastingPosition } from '../../../src/engine/memory/lasting-position';
import { PassingPosition } from '../../../src/engine/memory/passing-position';
import { LogBench } from './logs';

describe('engine/memory/stream-log', () => {
  it('keeps nothing that no place is before', () => {
    const { log, released, ...bench } = new LogBench();
    const all = new LogBench();
    all.append(1, 1);
    assert.ok(all.log.isEmpty);
    assert.deepEqual(all.released, [1, 2]);
    assert.equal(all.weight, 0);
    assert.ok(log.isEmpty && released.length === 0 && bench.weight === 0);
  });

  it('lets go of an entry once the last one has it, and weighs what it keeps', () => {
    const bench = new LogBench();
    const [one, two] = [new PassingPosition(bench.log), new PassingPosition(bench.log)];
    bench.append(1, 2, 3);
    const full = bench.weight;
    assert.equal(bench.log.weight, full);
    one.take(1_000);
    assert.equal(bench.weight, full);
    two.take(1);
    assert.deepEqual(bench.released, [1]);
    assert.ok(bench.weight < full);
    two.leave();
    assert.deepEqual(bench.released, [1, 2, 3]);
    assert.equal(bench.weight, 0);
  });

  it('weighs tiny messages as what they take up', () => {
    const bench = new LogBench();
    new PassingPosition(bench.log);
    bench.append(1_000);
    assert.ok(bench.weight > 1_000 * 24);
  });

  it('trims whoever is still before it, and keeps nothing for those that are overtaken', () => {
    const bench = new LogBench();
    const passing = new PassingPosition(bench.log);
    bench.append(2, 2);
    bench.log.trim();
    assert.ok(passing.isOvertaken);
    assert.ok(bench.log.isEmpty);
    assert.deepEqual(bench.tally, { retained: 0, dropped: 0, forgotten: 0 });
    bench.log.trim();
    passing.leave();
    bench.append(1);
    assert.ok(bench.log.isEmpty);
  });

  it('counts for each lasting place what was trimmed before it had it', () => {
    const bench = new LogBench();
    const places = [
      new LastingPosition(bench.log),
      new LastingPosition(bench.log),
      new LastingPosition(bench.log),
    ];
    places[0]?.occupy();
    bench.append(2, 3);
    assert.equal(bench.tally.retained, 10);
    places[0]?.take(1);
    bench.log.trim();
    assert.deepEqual(bench.tally, { retained: 6, dropped: 4, forgotten: 0 });
    assert.deepEqual(
      places.map(({ missed }) => missed),
      [0, 2, 2],
    );
  });

  it('keeps the newest for places without a reader, were it more than they may have', () => {
    const bench = new LogBench(4);
    const [vacant, read] = [new LastingPosition(bench.log), new LastingPosition(bench.log)];
    read.occupy();
    bench.append(2, 2);
    assert.equal(vacant.missed, 0);
    bench.append(1);
    assert.equal(vacant.missed, 2);
    bench.append(9);
    assert.deepEqual([vacant.missed, vacant.retained], [5, 9]);
    // Somebody reads for it: it is bounded by bytes alone.
    assert.equal(read.take(1_000).entries.length, 4);
    read.vacate();
    assert.deepEqual([read.missed, read.retained], [5, 9]);
  });

  it('does not count a message twice that was beyond the bound of one, and then of the log', () => {
    const bench = new LogBench(2);
    const [behind, vacant] = [new LastingPosition(bench.log), new LastingPosition(bench.log)];
    behind.occupy();
    vacant.occupy();
    bench.append(1, 1);
    vacant.take(1_000);
    vacant.done(2);
    vacant.vacate();
    bench.append(1, 1, 1);
    assert.deepEqual([vacant.missed, vacant.retained], [2, 2]);
    for (let round = 0; round < 3; round += 1) bench.log.trim();
    assert.deepEqual([behind.missed, vacant.missed], [3, 2]);
    assert.deepEqual(bench.tally, { retained: 2, dropped: 5, forgotten: 0 });
  });

  it('keeps so many bytes for passing places, and what lasting ones need beyond that', () => {
    const bench = new LogBench(1_000, 3_000);
    const [behind, ahead] = [new PassingPosition(bench.log), new PassingPosition(bench.log)];
    bench.append(1, 1, 1);
    ahead.take(1_000);
    const { weight } = bench;
    for (let index = 0; index < 100; index += 1) {
      bench.append(1);
      ahead.take(1_000);
    }
    assert.deepEqual([behind.isOvertaken, ahead.isOvertaken], [true, false]);
    assert(bench.weight <= 3_000, `${bench.weight}`);
    const lasting = new LastingPosition(bench.log);
    const late = new PassingPosition(bench.log);
    for (let index = 0; index < 100; index += 1) bench.append(1);
    assert.equal(late.isOvertaken, false);
    assert.deepEqual([lasting.missed, lasting.retained], [0, 100]);
    lasting.remove();
    bench.append(1);
    assert.equal(late.isOvertaken, true);
    assert(bench.weight < weight * 100);
  });

  it('keeps the newest entry for a passing place, however large', () => {
    const bench = new LogBench(1_000, 1);
    const place = new PassingPosition(bench.log);
    bench.append(50);
    assert.equal(place.isOvertaken, false);
    assert.equal(place.take(1_000_000).entries.length, 1);
  });

  it('costs the same however many places are behind', () => {
    const bench = new LogBench(100);
    const places = Array.from({ length: 10_000 }, () => new LastingPosition(bench.log));
    for (let index = 0; index < 10_000; index += 1) bench.append(1);
    assert.deepEqual(bench.tally, { retained: 1_000_000, dropped: 99_000_000, forgotten: 0 });
    for (const place of places) place.remove();
    assert.deepEqual([bench.tally.retained, bench.weight], [0, 0]);
  });
});
