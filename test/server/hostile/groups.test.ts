/** Groups in the thousands: those nobody is in any more, and those of one that are all at once. */
import { randomUUID } from 'node:crypto';
import { describe, it } from 'mocha';
import { v5 as uuidOf } from 'uuid';
import { ok, Wire } from '../../support/network/wire';
import { besiege, GAUGE, type Siege } from '../../support/sea/siege';

const MEBIBYTE = 1_048_576;
const named = (n: number) => uuidOf(`group ${n}`, '6d0b7f1c-2f0e-5a65-9c7a-0d6a3c1f5ea5');

const publishTo = (siege: Siege) => (payload: unknown) =>
  ok(siege.url, 'POST', '/streams/s/publish', { payload }, { as: GAUGE });

/** Each subscribed to in turn by one connection, which leaves then. */
async function vacate(siege: Siege, count: number): Promise<void> {
  const wire = await Wire.login(siege.url, GAUGE);
  for (let n = 0; n < count; n += 1) {
    wire.send({ id: n + 2, action: 'subscribe', payload: 's', groupId: named(n) });
  }
  for (let n = 0; n < count; n += 1) await wire.next();
  wire.ws.close();
  await wire.closed;
}

describe('hostile groups', function () {
  this.timeout(120_000);

  it('a thousand without members, and messages of a megabyte', async () => {
    const siege = await besiege();
    await vacate(siege, 1_000);
    const publish = publishTo(siege);
    await siege.withstands(
      async () => {
        for (let n = 0; n < 100; n += 1) await publish({ text: 'x'.repeat(1_000_000) });
      },
      { used: 200 * MEBIBYTE },
    );
  });

  it('a thousand without members, and hundreds of thousands of small messages', async () => {
    const siege = await besiege();
    await vacate(siege, 1_000);
    const publish = publishTo(siege);
    await siege.withstands(async () => {
      for (let n = 0; n < 100; n += 1) await publish(Array(5_000).fill(n));
    });
  });

  it('ten thousand, one after the other', async () => {
    const siege = await besiege();
    const publish = publishTo(siege);
    await siege.withstands(async () => {
      await vacate(siege, 9_990);
      for (let n = 0; n < 10; n += 1) await publish(Array(1_000).fill(n));
    });
  });

  it('a thousand that all come back, and have much to catch up with', async () => {
    const siege = await besiege();
    await vacate(siege, 1_000);
    const publish = publishTo(siege);
    for (let n = 0; n < 20; n += 1) await publish(Array(500).fill({ n }));
    await siege.withstands(
      async () => {
        const wire = await Wire.login(siege.url, GAUGE);
        wire.ws.removeAllListeners('message');
        let bytes = 0;
        wire.ws.on('message', (data: Buffer) => {
          bytes += data.length;
        });
        for (let n = 0; n < 1_000; n += 1) {
          wire.send({ id: n + 2, action: 'subscribe', payload: 's', groupId: named(n) });
        }
        while (bytes < 20 * MEBIBYTE) await new Promise((resolve) => setTimeout(resolve, 10));
        wire.ws.terminate();
      },
      { used: 200 * MEBIBYTE },
    );
  });

  it('a thousand of one connection that all get everything', async () => {
    const siege = await besiege();
    const wire = await Wire.login(siege.url, GAUGE);
    for (let n = 0; n < 1_000; n += 1) {
      wire.send({ id: n + 2, action: 'subscribe', payload: 's', groupId: randomUUID() });
    }
    for (let n = 0; n < 1_000; n += 1) await wire.next();
    wire.ws.removeAllListeners('message');
    const publish = publishTo(siege);
    await siege.withstands(async () => {
      for (let n = 0; n < 10; n += 1) await publish(Array(100).fill({ n }));
    });
  });
});
