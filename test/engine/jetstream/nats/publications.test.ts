import assert from 'node:assert/strict';
import type { NatsConnection as Connection } from '@nats-io/transport-node';
import { NatsConnection } from '../../../../src/engine/jetstream/nats/nats-connection';
import { natsFaultOf } from '../../../../src/engine/jetstream/nats/nats-faults';
import { loadNatsPackages } from '../../../../src/engine/jetstream/nats/nats-packages';
import { Publications } from '../../../../src/engine/jetstream/nats/publications';
import { type NatsServer, startNats } from '../../../support/nats/nats';

const BODY = new TextEncoder().encode('1');

describe('engine/jetstream/publications', () => {
  const packages = loadNatsPackages();
  let server: NatsServer;
  let connection: Connection;
  let publications: Publications;

  before(async () => {
    server = await startNats({
      config: `authorization { users: [
        { user: anybody, password: a, permissions: { publish: { deny: "log.forbidden" } } }
        { user: deaf, password: a, permissions: { subscribe: { deny: "_INBOX.>" } } }
      ] }
      no_auth_user: anybody`,
    });
  });

  beforeEach(async () => {
    connection = await packages.transport.connect({ servers: [server.url], noAsyncTraces: true });
    const manager = await packages.jetstream.jetstreamManager(connection);
    await manager.streams.add({ name: 'log', subjects: ['log.*'], max_msg_size: 1_000 });
    publications = new Publications(connection, packages);
  });

  afterEach(async () => {
    const manager = await packages.jetstream.jetstreamManager(connection);
    await manager.streams.delete('log');
    publications.end(new Error('over'));
    await connection.close();
  });

  after(() => server.dispose());

  const count = async (): Promise<number> => {
    const manager = await packages.jetstream.jetstreamManager(connection);
    return (await manager.streams.info('log')).state.messages;
  };

  const faultOf = async (sending: Promise<void>): Promise<string> => {
    try {
      await sending;
    } catch (thrown) {
      assert.ok(thrown instanceof Error);
      return natsFaultOf(thrown);
    }
    return 'none';
  };

  it('has each message stored, and what is sent again once', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `id${index}`);
    await Promise.all([...ids, ...ids].map((id) => publications.send('log.a', BODY, { id, timeout: 2_000 })));
    assert.equal(await count(), 300);
  });

  it('passes on what JetStream says, each to whom it concerns', async () => {
    const outcomes = await Promise.all([
      faultOf(publications.send('log.a', BODY, { id: '1', timeout: 2_000 })),
      faultOf(publications.send('log.a', new Uint8Array(2_000), { id: '2', timeout: 2_000 })),
      faultOf(publications.send('log.b', BODY, { id: '3', timeout: 2_000 })),
    ]);
    assert.deepEqual(outcomes, ['none', 'refused', 'none']);
    assert.equal(await count(), 2);
  });

  it('says at once that nobody listens', async () => {
    assert.equal(await faultOf(publications.send('nobody', BODY, { id: '1', timeout: 60_000 })), 'away');
  });

  it('takes what is no answer of JetStream for a refusal', async () => {
    const replier = connection.subscribe('odd', { callback: (_, message) => void message.respond('odd') });
    assert.equal(await faultOf(publications.send('odd', BODY, { id: '1', timeout: 60_000 })), 'refused');
    replier.unsubscribe();
  });

  it('hears those after an answer that says nothing of its error', async () => {
    const replier = connection.subscribe('odd', {
      callback: (_, message) => void message.respond('{"stream":"log","error":null}'),
    });
    assert.equal(await faultOf(publications.send('odd', BODY, { id: '1', timeout: 2_000 })), 'refused');
    assert.equal(await faultOf(publications.send('log.a', BODY, { id: '2', timeout: 2_000 })), 'none');
    replier.unsubscribe();
  });

  it('refuses those whose answers it may not hear, each time anew', async () => {
    const deaf = await packages.transport.connect({ servers: [server.url], user: 'deaf', pass: 'a' });
    const unheard = new Publications(deaf, packages);
    for (const id of ['1', '2']) {
      assert.equal(await faultOf(unheard.send('log.a', BODY, { id, timeout: 60_000 })), 'refused');
    }
    await deaf.close();
  });

  it('is told by its connection of what NATS forbids', async () => {
    const settings = { servers: [server.url], credentials: {}, now: Date.now };
    const whole = await NatsConnection.open(settings);
    const [forbidden, allowed] = ['log.forbidden', 'log.a'].map((subject) =>
      faultOf(whole.publish(subject, BODY, { id: subject, timeout: 60_000 })),
    );
    assert.deepEqual([await forbidden, await allowed], ['refused', 'none']);
    await whole.close();
  });

  it('waits no longer than it was told to', async () => {
    const mute = connection.subscribe('mute', { callback: () => {} });
    const [late, soon] = [
      publications.send('mute', BODY, { id: '1', timeout: 60_000 }),
      publications.send('mute', BODY, { id: '2', timeout: 1 }),
    ];
    assert.equal(await faultOf(soon), 'silent');
    publications.end(new Error('over'));
    await assert.rejects(late, /^Error: over$/);
    mute.unsubscribe();
  });

  it('ends those of one subject alone', async () => {
    const mute = connection.subscribe('mute.*', { callback: () => {} });
    const [one, other] = ['mute.a', 'mute.b'].map((subject) =>
      publications.send(subject, BODY, { id: subject, timeout: 60_000 }),
    );
    publications.end(new Error('one'), 'mute.a');
    publications.end(new Error('all'));
    await assert.rejects(one ?? Promise.resolve(), /^Error: one$/);
    await assert.rejects(other ?? Promise.resolve(), /^Error: all$/);
    mute.unsubscribe();
  });

  it('rejects those that are unanswered when their connection is closed', async () => {
    const settings = { servers: [server.url], credentials: {}, now: Date.now };
    const whole = await NatsConnection.open(settings);
    const mute = connection.subscribe('mute', { callback: () => {} });
    await connection.flush();
    const closing = whole.close();
    assert.equal(await faultOf(whole.publish('mute', BODY, { id: '1', timeout: 60_000 })), 'away');
    await closing;
    mute.unsubscribe();
  });

  it('rejects on a connection that is closed, and keeps nothing', async () => {
    await connection.close();
    assert.equal(await faultOf(publications.send('log.a', BODY, { id: '1', timeout: 60_000 })), 'away');
    connection = await packages.transport.connect({ servers: [server.url] });
  });
});
