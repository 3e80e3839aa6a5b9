import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { inspect } from 'node:util';
import { TunnelAgent } from '../../../src/client/http/tunnel';
import { Secrets } from '../../../src/client/identity/secrets';
import { NetworkError, TimeoutError } from '../../../src/errors';
import { FakeClock } from '../../support/clock';
import { startHostileServer } from '../../support/network/hostile-server';
import { startProxy, type TestProxy } from '../../support/network/proxy';
import { startRawServer } from '../../support/network/raw-server';
import { until } from '../../support/until';

describe('client/tunnel', () => {
  let clock: FakeClock;
  let proxy: TestProxy;
  let agent: TunnelAgent;

  beforeEach(async () => {
    clock = new FakeClock();
    proxy = await startProxy();
    agent = tunnel(proxy.url);
  });

  afterEach(() => {
    agent.destroy();
    assert.equal(clock.pending, 0, 'a timer is left');
  });

  function tunnel(url: string): TunnelAgent {
    const secrets = new Secrets({ clientId: 'gauge' }, new URL(url));
    return new TunnelAgent(new URL(url), { clock, timeout: 15_000, secure: false, keep: 1, secrets });
  }

  /** The error of a request to a server that need not be there. */
  async function failure(): Promise<Error> {
    const [error] = await once(get('http://127.0.0.1:9/', { agent }), 'error');
    return error;
  }

  it('says that the proxy does not answer at its address', async () => {
    agent = tunnel('http://me:hush@127.0.0.1:9');
    const error = await failure();
    assert.ok(error instanceof NetworkError);
    assert.equal(error.message, 'Nobody answers at the proxy 127.0.0.1:9 (connection refused)');
  });

  it('tells no password that a proxy quotes (P36)', async () => {
    const hostile = await startHostileServer();
    hostile.onRequest = (socket, head) => {
      const quoted = /^proxy-authorization: (.*)/im.exec(head)?.[1] ?? '';
      socket.end(`HTTP/1.1 200 OK\r\nno header ${quoted} hush-hush\r\n\r\n`);
    };
    agent = tunnel(hostile.url.replace('//', '//me:hush-hush@'));
    const error = await failure();
    assert.match(error.message, /no header Basic \*\*\* \*\*\*/);
    const seen = inspect(error, { depth: 9, showHidden: true });
    assert.ok(!seen.includes('hush') && !seen.includes(Buffer.from('me:hush-hush').toString('base64')), seen);
  });

  it("says that the proxy wants to know who we are, which is not the server's 407", async () => {
    proxy.behaviour = 407;
    const error = await failure();
    assert.ok(error instanceof NetworkError);
    assert.match(error.message, /the proxy 127.0.0.1:\d+ wants a user name and password/);
  });

  for (const status of [401, 403, 502]) {
    it(`says that it was the proxy that answered ${status}`, async () => {
      proxy.behaviour = status;
      const error = await failure();
      assert.ok(error instanceof NetworkError);
      assert.match(error.message, new RegExp(`the proxy .* will not connect us .*status ${status}`));
    });
  }

  it('gives up a proxy that takes the connection and says nothing', async () => {
    proxy.behaviour = 'hang';
    const failed = failure();
    await until(() => proxy.targets.length === 1);
    await clock.advance(15_000);
    assert.ok((await failed) instanceof TimeoutError);
    await until(() => proxy.sockets === 0, 'the end of the socket');
  });

  it('gives up a tunnel that is still being dug when it is destroyed', async () => {
    proxy.behaviour = 'hang';
    const failed = failure();
    await until(() => proxy.targets.length === 1);
    agent.destroy();
    assert.ok((await failed) instanceof NetworkError);
    await until(() => proxy.sockets === 0, 'the end of the socket');
  });

  it('digs two tunnels side by side, each with its own deadline', async () => {
    const server = await startRawServer();
    proxy.behaviour = 'hang';
    const failed = failure();
    await until(() => proxy.targets.length === 1);
    proxy.behaviour = 'tunnel';
    const [response] = await once(get(server.url, { agent }), 'response');
    assert.equal(response.statusCode, 200);
    response.resume();
    await clock.advance(15_000);
    assert.ok((await failed) instanceof TimeoutError);
  });
});
