/** Publishes that are as large as they may be, in whatever way. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { send, Wire } from '../../support/network/wire';
import { besiege, GAUGE, type Siege } from '../../support/sea/siege';

const MEBIBYTE = 1_048_576;

describe('hostile bodies', function () {
  this.timeout(120_000);

  let siege: Siege;

  beforeEach(async () => {
    siege = await besiege();
  });

  const publish = (body: string | Buffer, gzip = false) =>
    send(siege.url, 'POST', '/streams/s/publish', body, {
      as: GAUGE,
      ...(gzip && { headers: { 'content-encoding': 'gzip' } }),
    });

  const many = <Result>(count: number, act: () => Promise<Result>) =>
    Promise.all(Array.from({ length: count }, act));

  /** Of 16 MB. */
  const filled = (item: string): string => {
    const count = Math.floor((16 * MEBIBYTE - 20) / (item.length + 1));
    return `{"payload":[${Array(count).fill(item).join(',')}]}`;
  };

  it('that are gzip bombs, two hundred at once', async () => {
    const bomb = gzipSync(Buffer.alloc(16 * MEBIBYTE, ' '));
    const large = gzipSync(Buffer.alloc(200 * MEBIBYTE));
    await siege.withstands(async () => {
      const replies = await many(200, () => publish(bomb, true));
      for (const { status } of replies) assert(status === 400 || status === 503, String(status));
      for (const { status } of await many(20, () => publish(large, true)))
        assert(status === 413 || status === 503);
    });
  });

  for (const [name, item] of [
    ['numbers', '1'],
    ['empty lists', '[]'],
    ['objects', '{"n":1}'],
    ['long strings', `"${'x'.repeat(1_000_000)}"`],
    ['escapes', `"${'\\u0041'.repeat(1_000)}"`],
    ['nested lists', '['.repeat(500) + ']'.repeat(500)],
  ] as const) {
    it(`of 16 MB of ${name}, received by somebody`, async () => {
      const body = filled(item);
      const wire = await Wire.login(siege.url, GAUGE);
      await wire.subscribe('s', randomUUID());
      wire.ws.removeAllListeners('message');
      await siege.withstands(
        async () => {
          for (const { status } of await many(4, () => publish(body))) {
            assert(status === 200 || status === 413 || status === 503, String(status));
          }
        },
        // What a slow reader has not read yet is kept, up to 64 MB of it.
        { used: 250 * MEBIBYTE, peak: 1_500 * MEBIBYTE },
      );
    });
  }

  it('of one object with a million keys', async () => {
    const keys = Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":1`).join(',');
    await siege.withstands(
      async () => {
        for (const { status } of await many(4, () => publish(`{"payload":{${keys}}}`))) {
          assert(status === 200 || status === 503);
        }
      },
      { pause: 3_000, peak: 1_500 * MEBIBYTE },
    );
  });

  it('that hold megabytes beside a short message, which somebody keeps', async () => {
    const wire = await Wire.login(siege.url, GAUGE);
    await wire.subscribe('s');
    wire.ws.close();
    await wire.closed;
    await siege.withstands(async () => {
      const body = JSON.stringify({
        payload: { text: 'a message that is kept' },
        beside: 'x'.repeat(4 * MEBIBYTE),
      });
      for (let n = 0; n < 100; n += 1) assert.equal((await publish(body)).status, 200);
    });
  });
});
