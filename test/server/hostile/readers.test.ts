/** Subscribers that do not read, or read slowly; and those who hold more subscriptions than they should. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'mocha';
import { ok, send, Wire } from '../../support/network/wire';
import { besiege, GAUGE, type Siege } from '../../support/sea/siege';

const MEBIBYTE = 1_048_576;

describe('hostile readers', function () {
  this.timeout(120_000);

  let siege: Siege;

  beforeEach(async () => {
    siege = await besiege();
  });

  const publish = (payload: unknown, stream = 's') =>
    ok(siege.url, 'POST', `/streams/${stream}/publish`, { payload }, { as: GAUGE });

  /** Subscribed, and reading nothing from now on. */
  async function deaf(stream = 's', groupId?: string): Promise<Wire> {
    const wire = await Wire.login(siege.url, GAUGE);
    await wire.subscribe(stream, groupId);
    wire.ws.pause();
    return wire;
  }

  it('that never read, while millions of tiny messages come', async () => {
    for (const groupId of [randomUUID(), randomUUID(), undefined]) await deaf('s', groupId);
    const batch = Array(50_000).fill(1);
    await siege.withstands(
      async () => {
        for (let n = 0; n < 60; n += 1) await publish(batch);
      },
      // Kept for them up to 64 MB of texts.
      { used: 250 * MEBIBYTE },
    );
  });

  it('that never read, while large messages come', async () => {
    for (let n = 0; n < 20; n += 1) await deaf('s', randomUUID());
    const text = 'x'.repeat(1_000_000);
    await siege.withstands(
      async () => {
        for (let n = 0; n < 150; n += 1) await publish({ text });
      },
      { used: 200 * MEBIBYTE },
    );
  });

  it('that are cut off in the middle of much', async () => {
    const wires = await Promise.all(Array.from({ length: 20 }, () => deaf('s', randomUUID())));
    const batch = Array(20_000).fill({ n: 1 });
    await siege.withstands(
      async () => {
        for (let n = 0; n < 20; n += 1) await publish(batch);
        for (const wire of wires) wire.ws.terminate();
        await publish(1);
      },
      { used: 200 * MEBIBYTE },
    );
  });

  it('in one group with others, who go on', async () => {
    // None of them is taken for dead: the others do not go on only because it is gone.
    siege = await besiege({ pingInterval: 600_000 });
    for (let n = 0; n < 5; n += 1) await deaf();
    const eager = await Wire.login(siege.url, GAUGE);
    await eager.subscribe('s');
    // More than all of their sockets hold.
    const text = 'x'.repeat(5_000);
    await siege.withstands(async () => {
      for (let n = 0; n < 200; n += 1) await publish(Array(100).fill({ n, text }));
      // The deaf ones take their share until their sockets are full. The last one may be theirs, so there is one more.
      let latest = 0;
      for (let n = 200; latest < 199; n += 1) {
        await publish({ n });
        latest = Math.max(latest, ...(await eager.drain()).map((message) => message.n));
      }
    });
  });

  it('with ten thousand subscriptions on each of some connections', async () => {
    await siege.withstands(
      async () => {
        const wires = await Promise.all(Array.from({ length: 5 }, () => Wire.login(siege.url, GAUGE)));
        let [answered, refused] = [0, 0];
        for (const wire of wires) {
          wire.ws.removeAllListeners('message');
          wire.ws.on('message', (data) => {
            answered += 1;
            if (String(data).includes('"success":false')) refused += 1;
          });
          for (let id = 2; id < 10_102; id += 1) {
            const frame = { id, action: 'subscribe', payload: `s${id}`, groupId: randomUUID() };
            wire.ws.send(JSON.stringify(frame));
          }
        }
        while (answered < 5 * 10_100) await new Promise((resolve) => setTimeout(resolve, 10));
        // And one more: the witness has one of those that the jail may have.
        assert.equal(refused, 5 * 100 + 1);
        await publish({ n: 1 }, 's2');
      },
      { used: 300 * MEBIBYTE },
    );
  });

  it('that come and go', async () => {
    await siege.withstands(async () => {
      for (let n = 0; n < 200; n += 1) {
        const wire = await Wire.login(siege.url, GAUGE);
        wire.send({ id: 2, action: 'subscribe', payload: `s${n % 7}`, groupId: randomUUID() });
        wire.send({ id: 3, action: 'subscribe', payload: `s${n % 7}` });
        if (n % 3 === 0)
          await send(siege.url, 'POST', `/streams/s${n % 7}/publish`, { payload: { n } }, { as: GAUGE });
        wire.ws.terminate();
      }
    });
    await siege.alone();
  });
});
