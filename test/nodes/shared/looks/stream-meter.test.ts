import assert from 'node:assert/strict';
import { StreamMeter } from '../../../../nodes/shared/looks/stream-meter';
import { PayloadError, PurgedError, withFailures } from '../../../../src/errors';

describe('the meter of a stream', () => {
  it('touches no message while nobody looks, nor holds on to one', () => {
    const meter = new StreamMeter('a', Date.now);
    const untouchable = new Proxy({}, { get: () => assert.fail(), ownKeys: () => assert.fail() });
    meter.received(untouchable);
    meter.offered(untouchable);
    meter.tap(() => assert.fail('one that had passed before'));
    assert.equal(meter.counts().received, 1);
  });

  it('tells those who look of each message, and which way it goes, until they look away', () => {
    const meter = new StreamMeter('a', Date.now);
    const seen: unknown[][] = [[], []];
    const ends = seen.map((list) => meter.tap((message, way) => list.push([message, way])));
    meter.received(1);
    ends[0]?.();
    meter.offered(2);
    ends[1]?.();
    meter.received(3);
    assert.deepEqual(seen, [
      [[1, 'received']],
      [
        [1, 'received'],
        [2, 'offered'],
      ],
    ]);
  });

  it('tells when the last one passed, once one has', () => {
    const meter = new StreamMeter('a', Date.now);
    assert.deepEqual([meter.used, meter.counts().at], [false, undefined]);
    meter.offered(1);
    assert.equal(meter.used, true);
    assert.ok(Math.abs((meter.counts().at ?? 0) - Date.now()) < 1_000);
  });

  it('tells so after weeks as well, and when a clock was set back', () => {
    let now = 1_700_000_000_000;
    const meter = new StreamMeter('a', () => now);
    for (const passed of [5, 2 ** 29, 2 ** 30, 2 ** 33, -(2 ** 34), 7]) {
      now += passed;
      meter.received(1);
      assert.equal(meter.counts().at, now);
    }
  });

  it('counts what was published and what failed, with the reason until one gets through', () => {
    const meter = new StreamMeter('a', Date.now);
    meter.published(2);
    meter.failed(new Error('The server is away'));
    const { published, refused, error } = meter.counts();
    assert.deepEqual([published, refused, error?.message], [2, 1, 'The server is away']);
    meter.published(1);
    assert.equal(meter.counts().error, undefined);
  });

  it('counts each of a list that was refused, and none that somebody has thrown away', () => {
    const meter = new StreamMeter('a', Date.now);
    const hot = new PayloadError('hot');
    meter.failed(
      withFailures(
        new PayloadError('two of them'),
        [0, 3].map((index) => ({ index, error: hot })),
      ),
    );
    meter.failed(new PurgedError('purged'));
    assert.equal(meter.counts().refused, 2);
  });
});
