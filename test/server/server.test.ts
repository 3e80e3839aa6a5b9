import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ListenError, SettingError } from '../../src/errors';
import { startServer as start } from '../../src/server/server';
import { BOILER, startServer } from '../support/sea';
import { basic, dial, ok, readToEnd, send, Wire } from '../support/wire';

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
    assert.deepEqual(server.streams(), [{ name: 'boiler', ...BOILER }]);
    assert.equal(server.stats().streams, 2);
  });
});

describe('close', () => {
  it('ends every client, whatever it does, and frees the port', async () => {
    const server = await startServer();
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

    const before = performance.now();
    await server.close();
    assert(performance.now() - before < 500);
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
