import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { type Holder, interceptorAt } from '../../../src/server/listening/interceptor';
import { type Hosting, startHosting } from '../../support/network/hosting';
import { dial, readToEnd } from '../../support/network/wire';

const WEBSOCKET = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
const HTTP2 = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\nX: 1\r\n';

describe('Interceptor', () => {
  const ours = (path = '/base/sea', isOpen = true, name = 'ours'): Holder => ({
    path,
    isOpen,
    request: (request, response) => response.end(`${name}: ${request.url}`),
    upgrade: ({ url }, socket) => socket.end(`${name} upgrades: ${url}`),
  });

  async function asked(
    { port }: Hosting,
    target: string,
    headers = 'Connection: close\r\n',
  ): Promise<string> {
    const socket = await dial(port);
    socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
    if (headers.includes('X: 1')) socket.write('GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    return readToEnd(socket);
  }

  const listeners = (server: Server) => [server.rawListeners('request'), server.rawListeners('upgrade')];

  it('lets in what is below the API of a path, with what follows the path, and lets all the rest pass', async () => {
    const hosting = await startHosting();
    interceptorAt(hosting.server).add(ours());
    assert.match(await asked(hosting, '/base/sea/api/v1/x?y'), /ours: \/api\/v1\/x\?y$/);
    assert.match(await asked(hosting, 'http://b/base/sea/api/v1/x'), /ours: \/api\/v1\/x$/);
    for (const path of [
      '/',
      '*',
      '/api/v1/x',
      '/base/sea',
      '/base/sea/api/v1',
      '/base/sea/api/v10/x',
      '/base/sea2/api/v1/x',
      '/base//sea/api/v1/x',
      '/base/sea/../sea/api/v1/x',
      '/base/%73ea/api/v1/x',
      '/BASE/sea/api/v1/x',
      '//base/sea/api/v1/x',
      '/x?/base/sea/api/v1/x',
      `/${'x'.repeat(8_000)}`,
    ]) {
      assert.ok((await asked(hosting, path)).includes(`theirs: ${path}`), path);
    }
  });

  it('takes upgrades to WebSockets of its own, and leaves all others to whoever listens', async () => {
    const hosting = await startHosting();
    const heard: (string | undefined)[] = [];
    hosting.server.on('upgrade', ({ url }, socket) => {
      heard.push(url);
      if (url === '/theirs' || url === '/base/sea/api/v1/streams') socket.end('theirs upgrades');
    });
    interceptorAt(hosting.server).add(ours());
    assert.equal(
      await asked(hosting, '/base/sea/api/v1/streams', WEBSOCKET),
      'ours upgrades: /api/v1/streams',
    );
    assert.equal(await asked(hosting, '/theirs', WEBSOCKET), 'theirs upgrades');
    // Not of what is taken, though they were there before.
    assert.deepEqual(heard, ['/base/sea/api/v1//', '/theirs']);
  });

  for (const scheme of ['http', 'https'] as const) {
    it(`is no reason over ${scheme} to leave an offer of another protocol without an answer`, async () => {
      const hosting = await startHosting(scheme);
      interceptorAt(hosting.server).add(ours());
      const ask = scheme === 'http' ? asked : askedSecurely;
      assert.match(
        await ask(hosting, '/base/sea/api/v1/x', HTTP2),
        /ours: \/api\/v1\/x[\s\S]*theirs: \/end$/,
      );
      assert.match(await ask(hosting, '/other', HTTP2), /theirs: \/other[\s\S]*theirs: \/end$/);
      assert.match(await ask(hosting, '/other', `${WEBSOCKET}X: 1\r\n`), /theirs: \/other/);
    });
  }

  async function askedSecurely({ port }: Hosting, target: string, headers: string): Promise<string> {
    const { connect } = await import('node:tls');
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
    socket.write('GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    return readToEnd(socket);
  }

  it('has one at a path that is open go before others', async () => {
    const hosting = await startHosting();
    const interceptor = interceptorAt(hosting.server);
    for (const holder of [ours('/a', false, 'one'), ours('/a', true, 'two'), ours('/a', false, 'three')]) {
      interceptor.add(holder);
    }
    assert.match(await asked(hosting, '/a/api/v1/x'), /two: /);
  });

  it('leaves everything as it was, in its order, whoever has come after it', async () => {
    const { server } = await startHosting();
    const before = listeners(server);
    const interceptor = interceptorAt(server);
    for (let round = 0; round < 100; round += 1) {
      const [one, other] = [ours(), ours()];
      interceptor.add(one);
      interceptor.add(other);
      assert.equal(server.listenerCount('request'), 1);
      interceptor.remove(one);
      interceptor.remove(one);
      interceptor.remove(other);
    }
    assert.deepEqual(listeners(server), before);

    const holder = ours();
    interceptor.add(holder);
    const late = () => {};
    server.on('request', late);
    interceptor.remove(holder);
    assert.deepEqual(listeners(server)[0], [...(before[0] ?? []), late]);
  });

  it('stays out of the way where another has put itself in front, as engine.io does, and comes back before it', async () => {
    const hosting = await startHosting();
    const { server } = hosting;
    const interceptor = interceptorAt(server);
    const holder = ours();
    interceptor.add(holder);
    const stashed = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      for (const each of stashed) each(request, response);
    });
    assert.match(await asked(hosting, '/base/sea/api/v1/x'), /ours: /);
    interceptor.remove(holder);
    assert.match(await asked(hosting, '/base/sea/api/v1/x'), /theirs: /);
    interceptor.add(holder);
    assert.match(await asked(hosting, '/base/sea/api/v1/x'), /ours: /);
    assert.match(await asked(hosting, '/x'), /theirs: \/x/);
  });
});
