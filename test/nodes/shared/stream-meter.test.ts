import assert from 'node:assert/strict';
import { StreamMeter } from '../../../nodes/shared/stream-meter';

const alone = { size: 1 };

const messagesOf = (meter: StreamMeter) => meter.messages().map(({ message }) => message);

describe('the meter of a stream', () => {
  it('remembers the last message, received or offered', () => {
    const received = new StreamMeter('a', alone);
    for (const value of [1, 2, 3]) received.received({ value });
    assert.deepEqual(messagesOf(received), [{ value: 3 }]);
    const offered = new StreamMeter('b', alone);
    for (const value of [1, 2]) offered.offered({ value });
    assert.deepEqual(messagesOf(offered), [{ value: 2 }]);
  });

  it('remembers the last twenty once somebody has looked', () => {
    const meter = new StreamMeter('a', alone);
    meter.received(0);
    meter.messages();
    for (let value = 1; value <= 30; value += 1) {
      meter.received(value);
      // Looks again: what is not written down at such a rate is written down by a look.
      meter.messages();
    }
    assert.deepEqual(
      messagesOf(meter),
      Array.from({ length: 20 }, (_, index) => index + 11),
    );
  });

  it('shows a message as it was, whatever the flow makes of it', () => {
    const meter = new StreamMeter('a', alone);
    const message = { value: 1, at: new Date('2026-01-02T03:04:05Z') };
    meter.received(message);
    message.value = 2;
    assert.deepEqual(messagesOf(meter), [{ value: 1, at: '2026-01-02T03:04:05Z' }]);
  });

  it('tells when each passed', () => {
    const meter = new StreamMeter('a', alone);
    const before = Date.now();
    meter.received(1);
    const [passed] = meter.messages();
    assert.ok(passed !== undefined && Math.abs(passed.at - before) < 1_000);
  });

  it('leaves out what is too long or no JSON, and counts it', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const message of ['x'.repeat(200_000), circle, 1n]) {
      const meter = new StreamMeter('a', alone);
      meter.received(message);
      assert.deepEqual(messagesOf(meter), []);
      assert.equal(meter.report().received, 1);
    }
  });

  it('counts what was published and what failed, with the reason until one gets through', () => {
    const meter = new StreamMeter('a', alone);
    meter.published(2);
    meter.failed(new Error('The server is away'));
    const { published, failed, error } = meter.report();
    assert.deepEqual([published, failed, error?.message], [2, 1, 'The server is away']);
    meter.published(1);
    assert.equal(meter.report().error, undefined);
  });

  it('writes down next to none of the messages at full rate', () => {
    const meter = new StreamMeter('a', alone);
    let written = 0;
    const message = {
      readings: Array.from({ length: 1_000 }, (_, index) => ({ index, at: 'now' })),
      toJSON() {
        written += 1;
        return this.readings;
      },
    };
    for (let index = 0; index < 50_000; index += 1) meter.received(message);
    assert.ok(written > 0 && written < 500, `${written} of 50,000`);
  });

  it('remembers messages of very many streams only where somebody looks', () => {
    const meter = new StreamMeter('a', { size: 501 });
    meter.received('nobody looks');
    assert.deepEqual(messagesOf(meter), []);
    meter.received('looked at');
    assert.deepEqual(messagesOf(meter), ['looked at']);
  });
});
