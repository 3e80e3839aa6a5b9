import assert from 'node:assert/strict';
import { startProxy } from '../../support/network/proxy';
import { certificate } from '../../support/network/tls';
import { startTlsFront } from '../../support/network/tls-front';
import { startFlow, stopFlows } from '../../support/node-red/flow';
import { startServer } from '../../support/sea/sea';
import { messagesPass, ROUND_TRIP, SERVER, TAB } from '../flows';

describe('TLS and proxy of the core config nodes', () => {
  stopFlows();

  const TLS = {
    id: 'tls',
    type: 'tls-config',
    cert: '',
    key: '',
    ca: '',
    verifyservercert: true,
    servername: '',
  };

  const start = async (server: object, others: readonly object[], secrets: object = {}) => {
    const embedded = await startServer();
    const front = new URL(await startTlsFront(embedded.port));
    const remote = {
      ...SERVER,
      where: 'remote',
      host: '127.0.0.1',
      port: front.port,
      secure: true,
      ...server,
    };
    return startFlow(flowWith(remote, ...others), { sea: embedded.credentials, ...secrets });
  };

  const flowWith = (server: object, ...others: readonly object[]) => [TAB, ...others, server, ...ROUND_TRIP];

  it('serve both transports: the CA of the one, the tunnel and password of the other', async () => {
    const proxy = await startProxy();
    const flow = await start(
      { tls: 'tls', proxy: 'proxy' },
      [TLS, { id: 'proxy', type: 'http proxy', url: proxy.url, noproxy: [] }],
      { tls: { cadata: certificate }, proxy: { username: 'me', password: 'p:w' } },
    );
    await messagesPass(flow);
    // The WebSocket and at least one request.
    assert.ok(proxy.targets.length >= 2);
    const authorization = `Basic ${Buffer.from('me:p:w').toString('base64')}`;
    assert.ok(proxy.authorizations.every((each) => each === authorization));
  });

  it('leave out the proxy for a host it is not for', async () => {
    const proxy = await startProxy();
    const flow = await start(
      { tls: 'tls', proxy: 'proxy' },
      [TLS, { id: 'proxy', type: 'http proxy', url: proxy.url, noproxy: ['127.0.0.1'] }],
      { tls: { cadata: certificate } },
    );
    await messagesPass(flow);
    assert.deepEqual(proxy.targets, []);
  });

  it('give way to the proxy of the environment where none is chosen', async () => {
    const [proxy, embedded] = [await startProxy(), await startServer()];
    const { http_proxy: before } = process.env;
    process.env.http_proxy = proxy.url;
    try {
      const flow = await startFlow(
        flowWith({ ...SERVER, where: 'remote', host: 'sea.example.com', port: `${embedded.port}` }),
        { sea: embedded.credentials },
      );
      await messagesPass(flow);
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
    assert.ok(proxy.targets.length >= 2);
    assert.deepEqual([...new Set(proxy.targets)], [`sea.example.com:${embedded.port}`]);
  });

  it('do not let a certificate pass that nobody vouches for, unless told to', async () => {
    const strict = await start({ tls: 'tls' }, [TLS]);
    const status = await strict.shows('in', /certificate/i);
    assert.equal(status.fill, 'red');
    await strict.close();
    await messagesPass(await start({ tls: 'tls' }, [{ ...TLS, verifyservercert: false }]));
  });

  it('take no proxy that is not HTTP’s, nor one whose variable is not set, and open nothing', async () => {
    for (const [url, says] of [
      ['socks5://10.0.0.1:1080', /socks5:\/\/10\.0\.0\.1:1080.*http/],
      ['http://${PROXY_NOWHERE}:3128', /PROXY_NOWHERE.*not set/],
      ['${PROXY_NOWHERE}', /PROXY_NOWHERE.*not set/],
    ] as const) {
      const flow = await start({ secure: false, proxy: 'proxy' }, [
        { id: 'proxy', type: 'http proxy', url, noproxy: [] },
      ]);
      assert.equal((await flow.shows('out', says)).fill, 'red');
      await flow.close();
    }
  });

  it('are a red status when the TLS files cannot be read', async () => {
    const flow = await start({ tls: 'tls' }, [{ ...TLS, ca: '/nowhere/ca.pem' }]);
    assert.equal((await flow.shows('in', /TLS settings/)).fill, 'red');
  });
});
