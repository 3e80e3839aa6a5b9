import assert from 'node:assert/strict';
import { Rates } from '../../../../../nodes/stream-sea-server/editor/sidebar/rates.editor';

/** Read once a second, with so many messages between. */
function reading(...counts: number[]): Rates {
  const rates = new Rates();
  let total = 0;
  for (const [second, count] of counts.entries()) {
    total += count;
    rates.add('a', 1_000 * second, total);
  }
  return rates;
}

describe('the rates in the sidebar', () => {
  it('are messages a second, between one reading and the next', () => {
    const rates = reading(100, 20, 40);
    assert.deepEqual(rates.series('a'), [
      { ago: 1, rate: 20 },
      { ago: 0, rate: 40 },
    ]);
  });

  it('are nothing before there are two readings', () => {
    assert.deepEqual(reading(100).series('a'), []);
    assert.equal(reading(100).now('a'), 0);
    assert.equal(new Rates().now('never seen'), 0);
  });

  it('of a stream slower than one a second are no saw', () => {
    const rates = reading(0, 3, 0, 3, 0, 3, 0, 3, 0, 3, 0);
    assert.deepEqual(
      rates.series('a').map(({ rate }) => rate),
      Array.from({ length: 8 }, () => 1.5),
    );
    const slow = reading(0, ...Array.from({ length: 20 }, (_, second) => (second % 10 === 0 ? 1 : 0)));
    assert.equal(slow.now('a'), 0.1);
  });

  it('fall when nothing comes any more: of a fast stream at once, of a slow one bit by bit', () => {
    assert.equal(reading(0, 1_000, 1_000, 0).now('a'), 0);
    assert.equal(reading(0, 1, 0, 1, 0, 1, 0, 0, 0, 0).now('a'), 0.25);
  });

  it('say nothing of a time when nobody looked', () => {
    const rates = reading(0, 50, 50);
    rates.add('a', 32_000, 3_100);
    rates.add('a', 33_000, 3_170);
    assert.deepEqual(rates.series('a'), [
      { ago: 32, rate: 50 },
      { ago: 31, rate: 50 },
      { ago: 0, rate: 70, gap: true },
    ]);
  });

  it('are a guess from a single arrival, which is no point of a chart', () => {
    const rates = reading(0, 3);
    assert.deepEqual([rates.now('a'), rates.series('a')], [3, []]);
  });

  it('are nothing once there was silence for a while', () => {
    assert.deepEqual(reading(7, 0, 0, 0, 0).series('a'), []);
    assert.deepEqual(reading(7, 0, 0, 0, 0, 0).series('a'), [{ ago: 0, rate: 0 }]);
  });

  it('begin anew when a deploy has begun to count anew', () => {
    const rates = reading(0, 50);
    rates.add('a', 2_000, 30);
    assert.deepEqual(rates.series('a'), [{ ago: 0, rate: 30 }]);
  });

  it('go back a minute, and forget what is gone', () => {
    const rates = reading(...Array.from({ length: 200 }, () => 1));
    const series = rates.series('a');
    assert.equal(series[0]?.ago, 60);
    rates.keep(new Set(['b']));
    assert.deepEqual(rates.series('a'), []);
  });
});
