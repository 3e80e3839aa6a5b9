import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { install } from '@sinonjs/fake-timers';
import { WebSocket } from 'ws';
import { EngineAway, TooLarge } from '../../src/engine/faults';
import { MemoryEngine } from '../../src/engine/memory/memory-engine';
import { ListenError, SettingError } from '../../src/errors';
import type { ServerEvent } from '../../src/server/event';
import { limitsOf } from '../../src/server/limits';
import { type EmbeddedServer, startServer as start } from '../../src/server/server';
import { certificate, key, renewed } from '../support/network/tls';
import { basic, dial, ok, readToEnd, send, Wire } from '../support/network/wire';
import { BOILER, startServer } from '../support/sea/sea';
import { freshFolder } from '../support/store/folders';
import { until } from '../support/until';

describe('startServer', () => {
  it('listens on 127.0.0.1 at a free port, with credentials drawn at random', async () => {
    const [one, two] = [await start(), await start()];
    try {
      assert.equal(one.host, '127.0.0.1');
      assert.equal(one.url, `http://127.0.0.1:${one.port}`);
      assert(one.port > 0 && one.port !== two.port);
      assert.notDeepEqual(one.credentials, two.credentials);
      assert.equal(one.credentials.clientSecret.length, 43);
      await Wire.login(one.url, one.credentials);
      assert.equal(
        (await send(two.url, 'GET', '/streams/a/schema', undefined, { as: one.credentials })).status,
        401,
      );
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('takes the first client from its options', async () => {
    const server = await startServer({ jail: { clientId: 'a', clientSecret: 'b' } });
    assert.deepEqual(server.credentials, { clientId: 'a', clientSecret: 'b' });
    await Wire.login(server.url, { clientId: 'a', clientSecret: 'b' });
  });

  it('says that its port is taken', async () => {
    const { port } = await startServer();
    await assert.rejects(start({ port }), (error) => {
      assert(error instanceof ListenError);
      assert.equal(error.code, 'SEA_LISTEN');
      assert.match(
        error.message,
        new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is taken by another program\\.`),
      );
      return true;
    });
  });

  it('says that its address is not this machine’s', async () => {
    await assert.rejects(start({ host: '192.0.2.1' }), (error) => {
      assert(error instanceof ListenError);
      assert.match(error.message, /^192\.0\.2\.1 is not an address of this machine/);
      return true;
    });
  });

  for (const options of [
    { port: 70_000 },
    { port: -1 },
    { port: 1.5 },
    { jail: { clientId: 'a:b', clientSecret: 's' } },
    { jail: { clientId: '', clientSecret: 's' } },
    { jail: { clientId: 'a', clientSecret: ' ' } },
    { jail: { jailId: '', clientId: 'a', clientSecret: 's' } },
    { limits: { maxBodyBytes: 0 } },
  ]) {
    it(`refuses ${JSON.stringify(options)}`, () => assert.rejects(start(options), SettingError));
  }

  it('has a URL that a client can use when it listens everywhere or on IPv6', async () => {
    const everywhere = await startServer({ host: '0.0.0.0' });
    assert.equal(everywhere.url, `http://127.0.0.1:${everywhere.port}`);
    const local6 = await startServer({ host: '::1' });
    assert.equal(local6.url, `http://[::1]:${local6.port}`);
    await Wire.login(local6.url, local6.credentials);
  });

  it('shows the definitions of the first jail alone', async () => {
    const server = await startServer();
    const as = server.credentials;
    await ok(server.url, 'POST', '/streams/boiler/define', BOILER, { as });
    const jail = { newJailId: 'j', newJailName: '', newClientId: 'c' };
    const { newClientSecret } = await ok(server.url, 'POST', '/jails', jail, { as });
    const lodger = { clientId: 'c', clientSecret: newClientSecret };
    await ok(server.url, 'POST', '/streams/secret/define', BOILER, { as: lodger });
    assert.deepEqual(await server.streams(), [{ name: 'boiler', ...BOILER }]);
    assert.deepEqual([server.hasSchema('boiler'), server.hasSchema('other')], [true, false]);
    assert.equal(server.stats().streams, 2);
  });

  it('takes a definition for what it is, whatever is thrown by who is told of it', async () => {
    const engine = new MemoryEngine({ limits: limitsOf() });
    const told: unknown[] = [];
    const options = {
      engine,
      onSchema: (stream: string): never => {
        throw stream;
      },
      onError: (error: unknown) => told.push(error),
      onWarning: (message: string) => told.push(message),
    };
    const server = await startServer(options);
    const as = server.credentials;
    await ok(server.url, 'POST', '/streams/boiler/define', BOILER, { as });
    assert.equal(server.hasSchema('boiler'), true);
    // Counted as a record that cannot be read, it was warned of at the next start.
    await startServer(options);
    assert.deepEqual(told, ['boiler', 'boiler']);
  });
});

describe('an engine', () => {
  it('may be given, shared by several servers, which are one sea then', async () => {
    const engine = new MemoryEngine({ limits: limitsOf() });
    const [one, two] = [await startServer({ engine }), await startServer({ engine })];
    const as = one.credentials;
    await ok(one.url, 'POST', '/streams/boiler/define', BOILER, { as });
    await until(async () => (await two.streams()).length === 1);
    const wire = await Wire.login(two.url, as);
    await wire.subscribe('boiler', randomUUID());
    await ok(one.url, 'POST', '/streams/boiler/publish', { payload: { temperature: 1 } }, { as });
    assert.deepEqual((await wire.next()).payload, { temperature: 1 });
    const made = await ok(one.url, 'POST', '/client', { clientId: 'display', description: '' }, { as });
    const display = { clientId: 'display', clientSecret: made.secret };
    await until(
      async () =>
        (await send(two.url, 'GET', '/streams/x/schema', undefined, { as: display })).status === 404,
    );
    const guest = await Wire.login(two.url, display);
    await ok(one.url, 'DELETE', '/client/display', undefined, { as });
    assert.deepEqual(await guest.closed, { code: 1008, reason: 'The client was deleted.' });
  });

  it('is closed with its server, also with one that could not listen', async () => {
    for (const options of [{}, { port: 70_000 }, { limits: { maxJails: 0 } }]) {
      const engine = new MemoryEngine({ limits: limitsOf() });
      await start({ ...options, engine }).then(
        (server) => server.close(),
        () => {},
      );
      assert.deepEqual(engine.state, { name: 'closed' });
    }
  });

  it('that hangs keeps nobody from learning why the server cannot start', async () => {
    const engine = new MemoryEngine({ limits: limitsOf() });
    engine.close = () => new Promise(() => {});
    const clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const failed = assert.rejects(start({ limits: { maxJails: 0 }, engine }), SettingError);
      await clock.tickAsync(1_000);
      await failed;
    } finally {
      clock.uninstall();
    }
  });

  it('that is away is a 503 that does not say where; connections stay', async () => {
    const engine = new MemoryEngine({ limits: limitsOf() });
    const server = await startServer({ engine });
    const as = server.credentials;
    const wire = await Wire.login(server.url, as);
    await wire.subscribe('boiler');
    const append = engine.log.append;
    engine.log.append = () => Promise.reject(new EngineAway('NATS cannot be reached.'));
    const publish = (payload: unknown) =>
      send(server.url, 'POST', '/streams/boiler/publish', { payload }, { as });
    const { status, headers, body } = await publish(1);
    assert.deepEqual(
      [status, headers['retry-after'], body],
      [
        503,
        '2',
        {
          message: 'What the server keeps its streams in cannot be reached, or takes nothing now. Try again.',
        },
      ],
    );
    engine.log.append = () => Promise.reject(new TooLarge(1_000_000));
    assert.equal((await publish(1)).status, 413);
    engine.log.append = append;
    assert.equal((await publish(2)).status, 200);
    assert.equal((await wire.next()).payload, 2);
  });
});

describe('TLS', () => {
  const dialTls = async (server: EmbeddedServer): Promise<TLSSocket> => {
    const socket = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    return socket;
  };

  it('serves HTTP and WebSocket, and says so in its URL', async () => {
    const server = await startServer({ tls: { cert: certificate, key } });
    assert.equal(server.url, `https://127.0.0.1:${server.port}`);
    const socket = await dialTls(server);
    const as = server.credentials;
    socket.write(
      `POST /api/v1/streams/boiler/publish HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(as)}\r\nContent-Length: 13\r\n\r\n{"payload":1}`,
    );
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 200 /);
    socket.destroy();
    const ws = new WebSocket(`wss://127.0.0.1:${server.port}/api/v1/streams`, { rejectUnauthorized: false });
    await once(ws, 'open');
    ws.send(JSON.stringify({ id: 1, action: 'authenticate', payload: { type: 'basic', ...as } }));
    assert.equal(JSON.parse(String((await once(ws, 'message'))[0])).success, true);
    ws.terminate();
  });

  it('takes a new certificate for connections from then on, and keeps its own for one that is none', async () => {
    const server = await startServer({ tls: { cert: certificate, key } });
    const before = await dialTls(server);
    server.renewTls({ cert: renewed.certificate, key: renewed.key });
    const after = await dialTls(server);
    const serial = (socket: TLSSocket) => socket.getPeerCertificate().serialNumber;
    assert.notEqual(serial(before), serial(after));
    assert.throws(() => server.renewTls({ cert: 'x', key }), SettingError);
    const still = await dialTls(server);
    assert.equal(serial(still), serial(after));
    for (const socket of [before, after, still]) socket.destroy();
  });

  it('refuses a certificate that is none', async () => {
    await assert.rejects(start({ tls: { cert: 'x', key: 'y' } }), SettingError);
  });
});

describe('drain', () => {
  it('takes no WebSocket and no subscription any more, and serves requests', async () => {
    const server = await startServer();
    const as = server.credentials;
    const [wire, subscribed] = [await Wire.login(server.url, as), await Wire.login(server.url, as)];
    await subscribed.subscribe('boiler');
    await server.drain();
    await assert.rejects(Wire.open(server.url), /503/);
    wire.send({ id: 2, action: 'subscribe', payload: 'boiler' });
    assert.deepEqual(await wire.closed, { code: 1001, reason: 'The server is closing.' });
    await ok(server.url, 'POST', '/streams/boiler/publish', { payload: 1 }, { as });
    assert.equal((await subscribed.next()).payload, 1);
  });
});

describe('events', () => {
  it('tell who came and went, and who could not; no secret is in them', async () => {
    const events: ServerEvent[] = [];
    const server = await startServer({ onEvent: (event) => events.push(event) });
    const { clientId } = server.credentials;
    const wire = await Wire.login(server.url, server.credentials);
    wire.ws.terminate();
    await until(() => events.length === 2);
    const other = await Wire.open(server.url);
    await other.authenticate({ type: 'basic', clientId, clientSecret: 'wrong' });
    const address = '127.0.0.1';
    assert.deepEqual(events, [
      { kind: 'client connected', clientId, jailId: 'works', method: 'basic', address },
      { kind: 'client disconnected', clientId, address },
      { kind: 'login failed', clientId, address, over: 'websocket', failures: 1 },
    ]);
  });
});

describe('close', () => {
  it('loses nothing of what it had not delivered, and doubles no more than one batch, which the disk has whole', async () => {
    const folder = freshFolder();
    const first = await startServer({ store: { folder } });
    const as = first.credentials;
    const wire = await Wire.login(first.url, as);
    await wire.subscribe('boiler');
    const got: number[] = [];
    wire.ws.on('message', (data) => got.push(JSON.parse(String(data)).payload[0]));
    // More than any kernel takes: of 8 MB it has taken all, now and then.
    const note = 'x'.repeat(40_000);
    for (let round = 0; round < 10; round += 1) {
      const payload = Array.from({ length: 100 }, (_, index) => [round * 100 + index, note]);
      await ok(first.url, 'POST', '/streams/boiler/publish', { payload }, { as });
      if (round > 0) continue;
      // On a busy machine, not all of the first batch had left when all was over.
      await until(() => got.length === 100);
      wire.ws.pause();
    }
    const closed = first.close();
    wire.ws.resume();
    await closed;
    await wire.closed;
    const second = await startServer({ store: { folder } });
    const next = await Wire.login(second.url, as);
    await next.subscribe('boiler');
    while ((await next.next()).payload[0] < 999);
    const rest = second.stats().delivered;
    assert(rest < 1_000 && rest > 0, `${got.length} and ${rest}`);
    // What the kernel had taken of the first connection may be gone with it.
    assert(got.length <= 1_000 - rest + 100, `${got.length} and ${rest}`);
    assert.deepEqual(
      got,
      Array.from({ length: got.length }, (_, index) => index),
    );
  });

  it('ends every client, whatever it does, and frees the port', async () => {
    // Longer than a test may take: nobody is waited for.
    const server = await startServer({ limits: { closeTimeout: 60_000 } });
    const as = server.credentials;
    await ok(server.url, 'POST', '/streams/boiler/define', BOILER, { as });
    const lively = await Wire.login(server.url, as);
    const deaf = await Wire.login(server.url, as);
    deaf.ws.pause();
    const silent = await dial(server.port);
    const halfway = await dial(server.port);
    halfway.write(
      `POST /api/v1/streams/boiler/publish HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(as)}\r\nContent-Length: 9\r\n\r\n{`,
    );
    const idle = await dial(server.port);
    idle.write(
      `GET /api/v1/streams/boiler/schema HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(as)}\r\n\r\n`,
    );
    await once(idle, 'readable');

    await server.close();
    assert.equal(server.stats().connections, 0);
    assert.deepEqual(await lively.closed, { code: 1001, reason: 'The server is closing.' });
    await Promise.all([silent, halfway, idle].map(readToEnd));
    const next = createServer().listen(server.port, '127.0.0.1');
    await once(next, 'listening');
    await new Promise((resolve) => next.close(resolve));
  });

  it('may be called again, also while it is at it', async () => {
    const server = await startServer();
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });

  it('happens at the end of an `await using`', async () => {
    let url: string;
    {
      await using server = await startServer();
      url = server.url;
      assert.equal((await fetch(url)).status, 404);
    }
    await assert.rejects(fetch(url));
  });

  it('leaves no timer and no socket behind', async () => {
    const resources = () =>
      process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name)).length;
    // mocha starts its own timer for this test only once the test has returned its promise.
    await new Promise((resolve) => setImmediate(resolve));
    const before = resources();
    const server = await startServer();
    const wire = await Wire.login(server.url, server.credentials);
    const silent = await dial(server.port);
    assert(resources() > before);
    await server.close();
    await wire.closed;
    if (!silent.closed) await once(silent, 'close');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(resources(), before);
  });

  it('ends a server that serves a flood of publishes', async () => {
    const server = await startServer();
    const as = server.credentials;
    await ok(server.url, 'POST', '/streams/boiler/define', BOILER, { as });
    const flood = Array.from({ length: 50 }, () =>
      send(server.url, 'POST', '/streams/boiler/publish', { payload: {} }, { as }).then(
        ({ status }) => status,
        () => 'reset',
      ),
    );
    await flood[0];
    await server.close();
    for (const outcome of await Promise.all(flood)) assert(outcome === 200 || outcome === 'reset');
  });
});
