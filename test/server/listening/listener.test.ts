import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, connect } from 'node:tls';
import { ListenError, SettingError } from '../../../src/errors';
import { limitsOf } from '../../../src/server/limits';
import { type Certificate, Listener } from '../../../src/server/listening/listener';
import { certificate, key } from '../../support/network/tls';
import { dial } from '../../support/network/wire';
import { until } from '../../support/until';

describe('Listener', () => {
  const entered: Socket[] = [];
  const listeners: Listener[] = [];

  function listener(host = '127.0.0.1', port = 0, tls?: Certificate): Listener {
    const one = new Listener({
      host,
      port,
      tls,
      limits: { ...limitsOf(), authenticateTimeout: 3_600_000 },
      enter: (socket) => entered.push(socket),
      secured: () => assert(tls, 'there is no TLS'),
      upgrade: () => assert.fail('nobody asks for a WebSocket'),
    });
    listeners.push(one);
    return one;
  }

  const own = { cert: certificate, key };

  async function dialTls(port: number, options: ConnectionOptions = {}): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
    await once(socket, 'secureConnect');
    return socket;
  }

  afterEach(() => {
    for (const one of listeners.splice(0)) {
      one.destroySockets();
      one.server.close();
    }
  });

  it('listens on any free port, whose number it knows then', async () => {
    const one = listener();
    assert.throws(() => one.port, TypeError);
    await one.listen();
    assert.equal(one.url, `http://127.0.0.1:${one.port}`);
    await dial(one.port);
    assert.equal(entered.length, 1);
  });

  it('says in words that the port is taken, or none, or the address another’s', async () => {
    const one = listener();
    await one.listen();
    await assert.rejects(listener('127.0.0.1', one.port).listen(), (error) => {
      assert(error instanceof ListenError);
      assert.match(error.message, /is taken by another program/);
      return true;
    });
    await assert.rejects(listener('192.0.2.1').listen(), /not an address of this machine/);
    await assert.rejects(listener('127.0.0.1', 65_536).listen(), SettingError);
  });

  it('has a URL for addresses that stand for all', async () => {
    const [all, all6] = [listener('0.0.0.0'), listener('::')];
    await all.listen();
    await all6.listen();
    assert.equal(all.url, `http://127.0.0.1:${all.port}`);
    assert.equal(all6.url, `http://[::1]:${all6.port}`);
  });

  it('stops once those who are on it are gone, which it can see to', async () => {
    const one = listener();
    await one.listen();
    const socket = await dial(one.port);
    const stopped = one.stop();
    one.destroySockets();
    await stopped;
    if (!socket.closed) await once(socket, 'close');
  });

  it('waits once for an answer that is on its way, however much comes behind it that is no HTTP', async () => {
    const one = listener();
    await one.listen();
    const answers: ServerResponse[] = [];
    one.server.on('request', (_, response) => answers.push(response));
    const socket = await dial(one.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => answers.length === 1);
    const [answer] = answers;
    assert(answer);
    const before = answer.listenerCount('finish');
    const [entry] = entered.slice(-1);
    for (let piece = 1; piece <= 20; piece += 1) {
      socket.write('\0nothing');
      await until(() => entry?.bytesRead === 27 + piece * 8);
    }
    assert.equal(answer.listenerCount('finish'), before + 1);
    answer.end('yes');
    const said = await text(socket);
    assert.match(said, /200 OK[\s\S]*yes[\s\S]*400 Bad Request/);
  });

  describe('answers all that was asked, in order, by one who has said that nothing more will come,', () => {
    const asks = async (one: Listener, dialled: (port: number) => Promise<Socket>): Promise<void> => {
      await one.listen();
      one.server.on('request', ({ url, socket }, response) => {
        socket.once('end', () => response.end(`answer to ${url}`));
      });
      const socket = await dialled(one.port);
      socket.end(['/a', '/b', '/c'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
      const answers = await text(socket);
      assert.deepEqual(answers.match(/answer to \/./g), ['answer to /a', 'answer to /b', 'answer to /c']);
    };

    it('without TLS', () => asks(listener(), dial));

    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      it(`with ${maxVersion}`, () =>
        asks(listener('127.0.0.1', 0, own), (port) => dialTls(port, { maxVersion })));
    }
  });

  describe('with TLS, lets go of one who has nothing to be answered and says that nothing more will come:', () => {
    const letsGo = async (leave: (port: number) => Promise<Socket>): Promise<void> => {
      const one = listener('127.0.0.1', 0, own);
      await one.listen();
      const socket = await leave(one.port);
      await until(() => entered.at(-1)?.closed === true);
      socket.destroy();
    };

    it('at once', () => letsGo(async (port) => (await dial(port)).end()));

    it('in the middle of a handshake', () =>
      letsGo(async (port) => {
        const socket = await dial(port);
        // Of a ClientHello of 256 bytes.
        return socket.end(Buffer.from('160301010001', 'hex'));
      }));

    it('after one', () => letsGo(async (port) => (await dialTls(port)).end()));

    it('after one, without a word of TLS', () =>
      letsGo(async (port) => {
        const bare = await dial(port);
        const secure = connect({ socket: bare, rejectUnauthorized: false });
        await once(secure, 'secureConnect');
        return bare.end();
      }));
  });

  it('renews nothing where there is no TLS', () => listener().renewTls({ cert: 'x', key: 'y' }));
});
