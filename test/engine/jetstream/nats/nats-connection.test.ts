import assert from 'node:assert/strict';
import { EngineAway } from '../../../../src/engine/faults';
import { createJetStreamEngine } from '../../../../src/engine/jetstream/jetstream-engine';
import { inEnglish } from '../../../../src/sentences';
import { startNats } from '../../../support/nats/nats';
import { NatsSea } from '../../../support/nats/nats-sea';
import { until } from '../../../support/until';
import { limitsOf } from '../../contract/limits';

describe('engine/jetstream/nats-connection', () => {
  const sea = new NatsSea();

  it('says why it is away and since when, and is back by itself', async () => {
    const warnings: string[] = [];
    await sea.open({ warn: (words) => warnings.push(inEnglish(words)) });
    const connection = await sea.connect();
    const began = Date.now();
    let times = 0;
    connection.onBack(() => {
      times += 1;
    });
    assert.deepEqual(connection.state, { name: 'ready' });
    await sea.server.kill();
    await until(() => connection.state.name === 'away');
    assert.ok(connection.state.name === 'away' && connection.state.since >= began);
    assert.match(connection.away?.message ?? '', /^NATS cannot be reached at 127\.0\.0\.1:\d+: /);
    assert.equal(connection.outages, 1);
    assert.equal(await connection.whenReady(1), false);
    await sea.server.start();
    assert.equal(await connection.whenReady(10_000), true);
    assert.equal(times, 1);
    await until(() => warnings.length === 2);
    assert.match(warnings[0] ?? '', /^NATS cannot be reached at /);
    assert.match(warnings[1] ?? '', /^NATS at \S+ can be used again\.$/);
    await connection.close();
    assert.deepEqual(connection.state, { name: 'closed' });
  });

  it('ends what is under way when the connection is lost, or closed', async () => {
    await sea.open();
    const connection = await sea.connect();
    const waits = connection.run(() => new Promise(() => {}));
    const failed = assert.rejects(waits, EngineAway);
    await sea.server.kill();
    await failed;
    await assert.rejects(
      connection.run(() => Promise.resolve()),
      EngineAway,
    );
    await sea.server.start();
    assert.equal(await connection.whenReady(10_000), true);
    const still = assert.rejects(
      connection.attempt(() => new Promise(() => {})),
      EngineAway,
    );
    await connection.close();
    await still;
  });

  it('is away when NATS is frozen, as soon as a request has shown it', async () => {
    const engine = await sea.open();
    sea.server.freeze();
    try {
      await assert.rejects(engine.catalogue.get(['a']), EngineAway);
      await until(() => engine.state.name === 'away');
    } finally {
      sea.server.thaw();
    }
    await until(() => engine.state.name === 'ready');
    assert.equal(await engine.catalogue.get(['a']), undefined);
  });

  it('refuses to open where nobody answers, and with wrong credentials', async () => {
    const server = await startNats({ config: 'authorization { user: sea, password: salt }' });
    const open = (credentials: object) =>
      createJetStreamEngine({ servers: [server.url], limits: limitsOf(), credentials });
    await assert.rejects(open({}), /refused the credentials/);
    await assert.rejects(open({ user: 'sea', password: 'sugar' }), /refused the credentials/);
    await (await open({ user: 'sea', password: 'salt' })).close();
    await server.kill();
    await assert.rejects(open({}), EngineAway);
    await server.dispose();
  });

  it('refuses options that make no sense', async () => {
    const options = { servers: [sea.server.url], limits: limitsOf() };
    for (const wrong of [
      { servers: [] },
      { prefix: 'a.b' },
      { prefix: '' },
      { replicas: 2 },
      { ackWait: 1 },
    ]) {
      await assert.rejects(createJetStreamEngine({ ...options, ...wrong }), /cannot be opened like this/);
    }
  });
});
