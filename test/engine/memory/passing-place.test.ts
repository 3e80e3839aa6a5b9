import assert from 'node:assert/strict';
import { PassingPlace } from '../../../src/engine/memory/passing-place';
import { LogBench } from './logs';

describe('engine/memory/passing-place', () => {
  it('begins at the end, and takes what comes', () => {
    const bench = new LogBench();
    new PassingPlace(bench.log);
    bench.append(1);
    const place = new PassingPlace(bench.log);
    assert.deepEqual(place.take(100).entries, []);
    bench.append(1, 1);
    assert.deepEqual(
      place.take(100).entries.map(({ number }) => number),
      [2, 3],
    );
  });

  it('has what was given back, also when the log has let it go', () => {
    const bench = new LogBench();
    const place = new PassingPlace(bench.log);
    bench.append(2, 1);
    const [first, second] = place.take(100).entries;
    assert.ok(first && second && bench.log.isEmpty);
    place.giveBack(second);
    place.giveBack({ number: first.number, texts: first.texts.slice(1) });
    bench.append(1);
    assert.deepEqual(
      place.take(100).entries.map(({ texts }) => texts),
      [['1.1'], ['2.0'], ['3.0']],
    );
  });

  it('holds nothing up once it has left, or was overtaken', () => {
    const bench = new LogBench();
    const [one, two] = [new PassingPlace(bench.log), new PassingPlace(bench.log)];
    bench.append(1, 1);
    one.leave();
    assert.deepEqual(bench.released, []);
    bench.log.trim();
    assert.deepEqual(bench.released, [1, 2]);
    two.leave();
    assert.deepEqual([bench.log.head.passing, two.isOvertaken], [0, true]);
  });
});
