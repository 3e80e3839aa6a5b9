import assert from 'node:assert/strict';
import { LastingGroup } from '../../../src/engine/memory/lasting-group';
import { LastingPosition } from '../../../src/engine/memory/lasting-position';
import { MemoryCursor } from '../../../src/engine/memory/memory-cursor';
import { LogBench } from './logs';

describe('engine/memory/lasting-group', () => {
  it('gives what is its own first, and lets it go as it is done', () => {
    const bench = new LogBench();
    const own = new LogBench();
    const group = new LastingGroup('boiler', 'a', new LastingPosition(bench.log), 0);
    group.prior = new LastingPosition(own.log);
    own.append(1, 2);
    // Numbers of all logs of an engine differ.
    bench.log.append({ number: 100, texts: ['x'] }, true);
    assert.equal(group.retained, 4);
    const reader = new MemoryCursor({ source: group, waiting: new Set(), left() {} });
    group.occupy(reader);
    const [first, second] = group.take(1_000).entries;
    assert.ok(first && second);
    assert.deepEqual(
      group.take(1_000).entries.map(({ number }) => number),
      [100],
    );
    group.giveBack(second);
    group.done(first.number);
    assert.deepEqual(own.released, [1]);
    assert.deepEqual(group.take(1_000).entries, [second]);
    group.done(100);
    assert.deepEqual(bench.released, [100]);
    group.done(second.number);
    assert.deepEqual([own.released, group.prior], [[1, 2], undefined]);
    group.vacate(5);
    assert.deepEqual([group.retained, group.since, group.reader], [0, 5, undefined]);
  });

  it('leaves neither behind when it is removed', () => {
    const [bench, own] = [new LogBench(), new LogBench()];
    const group = new LastingGroup('boiler', 'a', new LastingPosition(bench.log), 0);
    group.prior = new LastingPosition(own.log);
    own.append(1);
    bench.append(1);
    group.remove();
    assert.deepEqual([own.released, bench.released], [[1], [1]]);
  });
});
