import assert from 'node:assert/strict';
import { ValueHistory } from '../../../../../nodes/shared/editor/values/value-history.editor';

const line = (name: string, ...points: [number, number][]) => ({ name, points });

describe("a picture's values", () => {
  it('stand on one list of times, each line with what it has', () => {
    const history = new ValueHistory();
    history.add({ at: 10, since: 0, lines: [line('north', [1, 7]), line('east', [2, 8])] });
    history.add({ at: 20, since: 0, lines: [line('north', [12, 9]), line('east')] });
    assert.deepEqual(history.names, ['north', 'east']);
    assert.deepEqual(history.aligned(), {
      times: [1, 2, 12],
      values: [
        [7, undefined, 9],
        [undefined, 8, undefined],
      ],
    });
    assert.deepEqual([history.valueAt('north', 11), history.valueAt('east', 1)], [7, undefined]);
  });

  it('begin now as long as there are none: an empty picture is not of another day, and of no other length', () => {
    const before = Date.now();
    const history = new ValueHistory();
    assert.ok(history.at >= before);
    assert.equal(history.from, history.at);
  });

  it('have a gap where nobody looked', () => {
    const history = new ValueHistory();
    history.add({ at: 10, since: 0, lines: [line('a', [1, 7])] });
    history.add({ at: 60, since: 50, lines: [line('a', [50, 8], [55, 9])] });
    history.add({ at: 90, since: 80, lines: [line('a', [85, 1])] });
    assert.deepEqual(history.aligned(), { times: [1, 50, 55, 80, 85], values: [[7, 8, 9, null, 1]] });
    const apart = new ValueHistory();
    apart.add({ at: 10, since: 0, lines: [line('a', [1, 7])] });
    apart.add({ at: 60, since: 50, lines: [line('a', [52, 8])] });
    assert.deepEqual(apart.aligned(), { times: [1, 50, 52], values: [[7, null, 8]] });
    assert.equal(apart.valueAt('a', 51), undefined);
  });

  it('stay beside the name of their line: the last that is known, for as long as it is in the picture', () => {
    const history = new ValueHistory();
    history.add({ at: 10, since: 0, lines: [line('a', [1, 7], [2, 8])] });
    assert.equal(history.lastOf('a'), 8);
    history.add({ at: 60, since: 50, lines: [line('a')] });
    assert.deepEqual([history.lastOf('a'), history.valueAt('a', 60)], [8, undefined]);
    history.add({ at: 300_002, since: 50, lines: [line('a')] });
    assert.equal(history.lastOf('a'), 8);
    history.add({ at: 300_003, since: 50, lines: [line('a')] });
    assert.deepEqual([history.names, history.lastOf('a')], [['a'], undefined]);
    history.add({ at: 300_004, since: 50, lines: [line('a', [300_004, 9])] });
    assert.equal(history.lastOf('a'), 9);
    assert.equal(history.lastOf('another'), undefined);
    history.clear();
    assert.equal(history.lastOf('a'), undefined);
  });

  it('go back five minutes, and are of eight lines at most', () => {
    const history = new ValueHistory();
    history.add({ at: 1_000, since: 0, lines: [line('a', [1, 7], [900, 8])] });
    history.add({ at: 300_500, since: 0, lines: [line('a', [300_400, 9])] });
    assert.deepEqual(history.aligned().times, [900, 300_400]);
    assert.equal(history.from, 900);
    history.add({
      ...{ at: 300_600, since: 0 },
      lines: Array.from({ length: 20 }, (_, index) => line(`${index}`, [300_600, index])),
    });
    assert.equal(history.names.length, 8);
    history.clear();
    assert.deepEqual([history.names, history.from], [[], history.at]);
  });
});
