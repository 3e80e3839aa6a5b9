import assert from 'node:assert/strict';
import { StreamMeter } from '../../../../nodes/shared/looks/stream-meter';
import { ClosedError, ExpiredError, PayloadError, PurgedError, withFailures } from '../../../../src/errors';

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

  it('tells when the last one passed: one that was received, or that the server has taken', () => {
    let now = 1_700_000_000_000;
    const meter = new StreamMeter('a', () => now);
    assert.deepEqual([meter.used, meter.counts().at], [false, undefined]);
    now += 1_000;
    meter.published(1);
    assert.deepEqual([meter.used, meter.counts().at], [true, now]);
    now += 1_000;
    meter.received(1);
    assert.equal(meter.counts().at, now);
  });

  it('takes what was only offered, or refused, for no message', () => {
    const meter = new StreamMeter('a', Date.now);
    meter.offered(1);
    assert.deepEqual([meter.used, meter.counts().at], [true, undefined], 'it is known all the same');
    meter.failed(new PayloadError('hot'));
    meter.published(0);
    const { at, published, error } = meter.counts();
    assert.deepEqual([at, published, error?.message], [undefined, 0, 'hot']);
  });

  it('tells why a definition was refused until one is written, and counts neither as a message', () => {
    const meter = new StreamMeter('a', Date.now);
    const [node, other] = [{}, {}];
    const tellLate = meter.refusedDefinition(new Error('lower'), node);
    const tellBetter = meter.refusedDefinition(new Error('HTTP 400'), node);
    tellBetter(new Error('stored with other fields'));
    tellLate(new Error('no more'));
    meter.published(1);
    const { published, refused, error, definition } = meter.counts();
    assert.deepEqual([published, refused, error], [1, 0, undefined]);
    assert.deepEqual([definition?.refused, definition?.problem.message], [2, 'stored with other fields']);
    assert.equal(meter.used, true);
    meter.left(other);
    assert.equal(meter.counts().definition?.refused, 2, 'of another node that is no more');
    meter.defined();
    tellBetter(new Error('too late'));
    assert.equal(meter.counts().definition, undefined);
    meter.refusedDefinition(new Error('again'), node);
    meter.left(node);
    assert.equal(meter.counts().definition, undefined);
  });

  it('tells of the refused definitions of the nodes that are still there, the last one why', () => {
    const told = (meter: StreamMeter): unknown[] => {
      const { definition } = meter.counts();
      return [definition?.refused, definition?.problem.message];
    };
    for (const [first, second] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const meter = new StreamMeter('a', Date.now);
      const nodes = [{}, {}] as const;
      for (const [at, node] of nodes.entries()) meter.refusedDefinition(new Error(`${at}`), node);
      assert.deepEqual(told(meter), [2, '1']);
      meter.left(nodes[first]);
      assert.deepEqual(told(meter), [1, `${second}`]);
      meter.left(nodes[second]);
      assert.equal(meter.used, false);
    }
  });

  it('takes the end of a client for no refusal of its definition', () => {
    const meter = new StreamMeter('a', Date.now);
    meter.refusedDefinition(new ClosedError('closed'), {});
    assert.equal(meter.used, false);
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
    assert.equal(meter.counts().error?.message, 'two of them', 'why the last one was refused');
    const others = new StreamMeter('b', Date.now);
    for (const error of [new PurgedError('purged'), new ExpiredError('old'), new ClosedError('closed')])
      others.failed(error);
    assert.equal(others.counts().error, undefined);
  });
});
