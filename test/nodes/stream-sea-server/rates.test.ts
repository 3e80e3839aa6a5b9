import assert from 'node:assert/strict';
import { Rates } from '../../../nodes/stream-sea-server/rates.editor';

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
    const rates = reading(100, 2, 4);
    assert.deepEqual(rates.series('a'), [
      { ago: 1, rate: 2 },
      { ago: 0, rate: 4 },
    ]);
  });

  it('are nothing before there are two readings', () => {
    assert.deepEqual(reading(100).series('a'), []);
    assert.equal(reading(100).now('a'), 0);
    assert.equal(new Rates().now('never seen'), 0);
  });

  it('are now the mean of a few seconds', () => {
    assert.equal(reading(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0).now('a'), 0.4);
  });

  it('begin anew when a deploy has begun to count anew', () => {
    const rates = reading(0, 50);
    rates.add('a', 2_000, 3);
    assert.deepEqual(rates.series('a'), [{ ago: 0, rate: 3 }]);
  });

  it('go back a minute, and forget what is gone', () => {
    const rates = reading(...Array.from({ length: 200 }, () => 1));
    const series = rates.series('a');
    assert.equal(series[0]?.ago, 60);
    rates.keep(new Set(['b']));
    assert.deepEqual(rates.series('a'), []);
  });
});
