import assert from 'node:assert/strict';
import { Rates } from '../../../../../nodes/stream-sea-server/editor/sidebar/rates.editor';

/** Read once a second, with so many messages between. */
function reading(...counts: number[]): Rates {
  const rates = new Rates();
  let total = 0;
  for (const [second, count] of counts.entries()) {
    total += count;
    rates.read(1_000 * second, [{ key: 'a', count: total }]);
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
    assert.equal(reading(100).now('a'), undefined);
    assert.equal(new Rates().now('never seen'), undefined);
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
    rates.read(32_000, [{ key: 'a', count: 3_100 }]);
    rates.read(33_000, [{ key: 'a', count: 3_170 }]);
    assert.deepEqual(rates.series('a'), [
      { ago: 32, rate: 50 },
      { ago: 31, rate: 50 },
      { ago: 0, rate: 70, gap: true },
    ]);
  });

  it('are not known from a single arrival, until there is another, or a minute of one', () => {
    assert.deepEqual([reading(0, 3).now('a'), reading(0, 3).series('a')], [undefined, []]);
    assert.equal(reading(0, 3, 0, 3).now('a'), 1.5);
    const alone = [0, 0, 6, ...Array.from({ length: 57 }, () => 0)];
    assert.equal(reading(...alone).now('a'), undefined);
    assert.equal(reading(...alone, 0).now('a'), 6 / 58);
  });

  it('are nothing once there was silence for a while', () => {
    assert.deepEqual(reading(7, 0, 0, 0, 0).series('a'), []);
    assert.deepEqual(reading(7, 0, 0, 0, 0, 0).series('a'), [{ ago: 0, rate: 0 }]);
  });

  it('go on when a deploy has begun to count anew', () => {
    const rates = reading(0, 50);
    rates.read(2_000, [{ key: 'a', count: 30 }]);
    assert.deepEqual(rates.series('a'), [
      { ago: 1, rate: 50 },
      { ago: 0, rate: 30 },
    ]);
  });

  it('go on when there was nothing of it for a moment: a flow that is started again has received nothing', () => {
    const rates = reading(0, 50);
    rates.read(2_000, []);
    rates.read(3_000, [{ key: 'b', count: 1 }]);
    rates.read(4_000, [{ key: 'a', count: 30 }]);
    assert.deepEqual(
      rates.series('a').map(({ rate, gap }) => [rate, gap]),
      [
        [50, undefined],
        [0, undefined],
        [0, undefined],
        [10, undefined],
      ],
    );
  });

  it('do not leap when what was gone for a moment has kept its count', () => {
    const rates = reading(0, 1_000_000);
    rates.read(2_000, []);
    rates.read(3_000, [{ key: 'a', count: 1_000_020 }]);
    assert.ok(
      Math.max(
        ...rates
          .series('a')
          .slice(-2)
          .map(({ rate }) => rate),
      ) <= 20,
    );
  });

  it('go back a minute, and forget what was gone for as long as readings are kept', () => {
    const rates = reading(...Array.from({ length: 200 }, () => 1));
    const series = rates.series('a');
    assert.equal(series[0]?.ago, 60);
    const goneFor = (from: number, to: number) => {
      for (let second = from; second < to; second += 1) rates.read(1_000 * second, []);
    };
    goneFor(200, 379);
    assert.equal(rates.series('a').length, 61);
    goneFor(379, 385);
    assert.deepEqual(rates.series('a'), []);
  });
});
