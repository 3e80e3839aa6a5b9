/** A NATS without room: what publishers, subscribers, balancers and whoever runs the server are told, and that it ends. */

import assert from 'node:assert/strict';
import { createJetStreamEngine } from '../../../src/engine/jetstream/jetstream-engine';
import { NatsConnection } from '../../../src/engine/jetstream/nats/nats-connection';
import { inEnglish } from '../../../src/sentences';
import { type NatsServer, startNats } from '../../support/nats/nats';
import { ok, send, Wire } from '../../support/network/wire';
import { startServer } from '../../support/sea/sea';
import { until } from '../../support/until';
import { limitsOf } from '../contract/limits';

describe('engine/jetstream without room', () => {
  const MAX_STORE = 4_000_000;
  let nats: NatsServer;
  let other: NatsConnection;
  let said: string[];

  beforeEach(async () => {
    nats = await startNats({ maxStore: MAX_STORE });
    other = await NatsConnection.open({ servers: [nats.url], credentials: {}, now: Date.now });
    said = [];
  });
  afterEach(async () => {
    await other.close();
    await nats.dispose();
  });

  async function start() {
    const limits = limitsOf({ retainedBytes: 1_000_000 });
    const engine = await createJetStreamEngine({
      servers: [nats.url],
      limits,
      ackWait: 1_000,
      warn: (words) => said.push(inEnglish(words)),
    });
    return startServer({ engine, limits: { retainedBytes: 1_000_000 }, probes: true });
  }

  /** Somebody else fills it to the last byte. */
  async function fill(): Promise<void> {
    await other.jsm.streams.add({ name: 'filler', subjects: ['filler'] });
    for (const letters of [100_000, 1_000, 10]) {
      await assert.rejects(async () => {
        for (;;) await other.js.publish('filler', Buffer.alloc(letters));
      }, /insufficient resources/);
    }
  }

  const makeRoom = () => other.jsm.streams.delete('filler');

  it('refuses what is published, says so, lets others read on, and is back by itself once there is some', async () => {
    const server = await start();
    const as = server.credentials;
    const publish = (payload: unknown) =>
      send(server.url, 'POST', '/streams/boiler/publish', { payload }, { as });
    const health = async () => {
      const response = await fetch(`${server.url}/health`);
      return [response.status, (await response.json()).state];
    };
    const wire = await Wire.login(server.url, as);
    await wire.subscribe('boiler');
    assert.equal((await publish(1)).status, 200);
    assert.equal((await wire.next()).payload, 1);
    assert.deepEqual(await health(), [200, 'ready']);

    await fill();
    const { status, headers, body } = await publish(2);
    assert.deepEqual([status, headers['retry-after']], [503, '2']);
    assert.match(body.message, /takes nothing now\. Try again\.$/);
    await until(async () => (await health())[0] === 503, 'health');
    assert.deepEqual(await health(), [503, 'refusing']);
    // Those who read go on, and others come.
    assert.equal((await (await Wire.login(server.url, as)).subscribe('boiler')).success, true);
    assert.equal((await wire.subscribe('pump')).success, true);
    assert.equal((await publish(3)).status, 503);
    assert.equal((await send(server.url, 'POST', '/client', { clientId: 'b' }, { as })).status, 503);
    assert.deepEqual(await health(), [503, 'refusing']);

    await makeRoom();
    await until(async () => (await health())[0] === 200, 'health again');
    assert.equal((await publish(4)).status, 200);
    await ok(server.url, 'POST', '/client', { clientId: 'b', description: '' }, { as });
    assert.deepEqual(said, [
      `NATS at ${nats.url} has no room for anything new: insufficient resources`,
      `NATS at ${nats.url} can be used again.`,
    ]);
  });

  it('is found so at the start', async () => {
    await (await start()).close();
    await fill();
    const server = await start();
    await until(async () => (await fetch(`${server.url}/health`)).status === 503, 'health');
    await makeRoom();
    await until(async () => (await fetch(`${server.url}/health`)).status === 200, 'health again');
  });

  it('as its JetStream is off, cannot be used, and is back once that is on', async () => {
    const server = await start();
    const as = server.credentials;
    const publish = async () =>
      (await send(server.url, 'POST', '/streams/boiler/publish', { payload: 1 }, { as })).status;
    assert.equal(await publish(), 200);
    await nats.kill();
    await nats.start('');
    await until(() => said.some((text) => text.startsWith('JetStream cannot be used at ')), 'a warning');
    assert.equal(await publish(), 503);
    const response = await fetch(`${server.url}/health`);
    assert.deepEqual([response.status, (await response.json()).state], [503, 'away']);
    await nats.kill();
    await nats.start();
    await until(async () => (await fetch(`${server.url}/health`)).status === 200, 'health');
    assert.equal(await publish(), 200);
    assert.match(said.at(-1) ?? '', / can be used again\.$/);
  });

  it('for one more jail says why, and is well for the others', async () => {
    const server = await start();
    const as = server.credentials;
    await other.jsm.streams.add({ name: 'owner', subjects: ['owner'], max_bytes: MAX_STORE - 100_000 });
    const reply = await send(server.url, 'POST', '/streams/boiler/publish', { payload: 1 }, { as });
    assert.equal(reply.status, 503);
    await until(() => said.length > 0, 'a warning');
    assert.match(said.join(), /^NATS at \S+ refused what was asked: insufficient storage resources/);
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    await other.jsm.streams.delete('owner');
    await ok(server.url, 'POST', '/streams/boiler/publish', { payload: 1 }, { as });
  });
});
