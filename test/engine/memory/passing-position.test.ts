import assert from 'node:assert/strict';
import { PassingPosition } from '../../../src/engine/memory/passing-position';
import { LogBench } from './logs';

describe('engine/memory/passing-position', () => {
  it('begins at the end, and takes what comes', () => {
    const bench = new LogBench();
    new PassingPosition(bench.log);
    bench.append(1);
    const position = new PassingPosition(bench.log);
    assert.deepEqual(position.take(100).entries, []);
    bench.append(1, 1);
    assert.deepEqual(
      position.take(100).entries.map(({ number }) => number),
      [2, 3],
    );
  });

  it('has what was given back, also when the log has let it go', () => {
    const bench = new LogBench();
    const position = new PassingPosition(bench.log);
    bench.append(2, 1);
    const [first, second] = position.take(100).entries;
    assert.ok(first && second && bench.log.isEmpty);
    position.giveBack(second);
    position.giveBack({ number: first.number, texts: first.texts.slice(1) });
    bench.append(1);
    assert.deepEqual(
      position.take(100).entries.map(({ texts }) => texts),
      [['1.1'], ['2.0'], ['3.0']],
    );
  });

  it('holds nothing up once it has left, or was overtaken', () => {
    const bench = new LogBench();
    const [one, two] = [new PassingPosition(bench.log), new PassingPosition(bench.log)];
    bench.append(1, 1);
    one.leave();
    assert.deepEqual(bench.released, []);
    bench.log.trim();
    assert.deepEqual(bench.released, [1, 2]);
    two.leave();
    assert.deepEqual([bench.log.head.passing, two.isOvertaken], [0, true]);
  });
});
