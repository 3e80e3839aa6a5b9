import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type ClientRequest } from 'node:http';
import { Transport, type TransportOptions } from '../../../src/client/http/transport';
import { Secrets } from '../../../src/client/identity/secrets';
import { FakeClock } from '../../support/clock';
import { startProxy } from '../../support/network/proxy';
import { startRawServer } from '../../support/network/raw-server';
import { certificate } from '../../support/network/tls';
import { until } from '../../support/until';

describe('client/transport', () => {
  const made: Transport[] = [];

  function transportTo(url: string, options: Partial<TransportOptions> = {}): Transport {
    const transport = new Transport({
      url: new URL(url),
      tls: {},
      proxy: undefined,
      agent: undefined,
      connectTimeout: 15_000,
      clock: new FakeClock(),
      secrets: new Secrets({ clientId: 'gauge' }),
      ...options,
    });
    made.push(transport);
    return transport;
  }

  afterEach(() => {
    for (const transport of made.splice(0)) transport.close();
  });

  async function get(transport: Transport): Promise<number | undefined> {
    const request = transport.request({ method: 'GET', path: '/x', headers: {} }).end();
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  }

  async function openAndClose(transport: Transport): Promise<void> {
    const socket = transport.openSocket();
    await once(socket, 'open');
    socket.terminate();
    await once(socket, 'close');
  }

  it('names the other side, with the port that goes without saying', () => {
    assert.equal(transportTo('http://boiler-house').where, 'boiler-house:80');
    assert.equal(transportTo('https://boiler-house').where, 'boiler-house:443');
    assert.equal(transportTo('https://boiler-house:8443/x').where, 'boiler-house:8443');
    assert.equal(transportTo('http://[::1]:8080').where, '[::1]:8080');
  });

  it('speaks TLS with the same settings for requests and the WebSocket', async () => {
    const server = await startRawServer({ tls: true });
    const transport = transportTo(server.url, { tls: { ca: certificate } });
    assert.equal(await get(transport), 200);
    await openAndClose(transport);
  });

  it('checks certificates unless it is told not to', async () => {
    const server = await startRawServer({ tls: true });
    await assert.rejects(get(transportTo(server.url)), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await assert.rejects(openAndClose(transportTo(server.url)), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const trusting = transportTo(server.url, { tls: { rejectUnauthorized: false } });
    assert.equal(await get(trusting), 200);
    await openAndClose(trusting);
  });

  it('asks for the server name of the settings', async () => {
    const server = await startRawServer({ tls: true });
    const tls = { ca: certificate, servername: 'another.example' };
    await assert.rejects(get(transportTo(server.url, { tls })), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await assert.rejects(openAndClose(transportTo(server.url, { tls })), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  for (const tls of [false, true]) {
    it(`reaches ${tls ? 'an https' : 'an http'} server through the proxy, for requests and the WebSocket`, async () => {
      const server = await startRawServer({ tls });
      const proxy = await startProxy();
      const url = proxy.url.replace('//', '//me:p%40ss@');
      const transport = transportTo(server.url, { proxy: new URL(url), tls: tls ? { ca: certificate } : {} });
      assert.equal(await get(transport), 200);
      assert.equal(await get(transport), 200);
      await openAndClose(transport);
      const target = `127.0.0.1:${server.port}`;
      // Two requests over one tunnel, and the WebSocket over its own.
      assert.deepEqual(proxy.targets, [target, target]);
      const header = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
      assert.deepEqual(proxy.authorizations, [header, header]);
      transport.close();
      await until(() => proxy.sockets === 0, 'the end of the tunnels');
    });
  }

  it('checks the certificate behind a proxy too', async () => {
    const server = await startRawServer({ tls: true });
    const proxy = await startProxy();
    const transport = transportTo(server.url, { proxy: new URL(proxy.url) });
    await assert.rejects(get(transport), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await assert.rejects(openAndClose(transport), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('uses an agent that is given for both, and leaves it to its owner', async () => {
    const server = await startRawServer();
    const agent = new Agent({ keepAlive: true });
    let connections = 0;
    const create = agent.createConnection.bind(agent);
    agent.createConnection = (...args) => {
      connections += 1;
      return create(...args);
    };
    const transport = transportTo(server.url, { agent });
    assert.equal(await get(transport), 200);
    transport.close();
    assert.equal(Object.keys(agent.freeSockets).length, 1);
    agent.destroy();
    await openAndClose(transport);
    assert.equal(connections, 2);
    agent.destroy();
  });

  it('sends the headers it is told, and lets others add to them on the way, as tools that trace requests do', async () => {
    const server = await startRawServer();
    class Stamp extends Agent {
      // Where agents of others do it; Node's types do not know of it.
      addRequest(request: ClientRequest, options: object): void {
        request.setHeader('x-stamp', '1');
        Reflect.get(Agent.prototype, 'addRequest').call(this, request, options);
      }
    }
    const agent = new Stamp();
    const headers = { authorization: 'Basic eDp5', accept: 'application/json' };
    for (const given of [undefined, agent]) {
      const transport = transportTo(server.url, { agent: given });
      const request = transport.request({ method: 'GET', path: '/x', headers }).end();
      const [response] = await once(request, 'response');
      await once(response.resume(), 'end');
      const { host, authorization, accept, 'x-stamp': stamp } = server.requests.at(-1)?.headers ?? {};
      assert.deepEqual(
        { host, authorization, accept, stamp },
        {
          host: `127.0.0.1:${server.port}`,
          authorization: 'Basic eDp5',
          accept: 'application/json',
          stamp: given && '1',
        },
      );
    }
    agent.destroy();
  });

  it('closes the sockets that it kept', async () => {
    const server = await startRawServer();
    const transport = transportTo(server.url);
    await get(transport);
    assert.equal(server.sockets, 1);
    transport.close();
    await until(() => server.sockets === 0);
  });
});
