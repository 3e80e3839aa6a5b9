import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { ListenError, SettingError } from '../../src/errors';
import { limitsOf } from '../../src/server/limits';
import { Listener } from '../../src/server/listener';
import { dial } from '../support/wire';

describe('Listener', () => {
  const entered: Socket[] = [];
  const listeners: Listener[] = [];

  function listener(host = '127.0.0.1', port = 0): Listener {
    const one = new Listener({
      host,
      port,
      tls: undefined,
      limits: limitsOf(),
      enter: (socket) => entered.push(socket),
      secured: () => assert.fail('there is no TLS'),
      upgrade: () => assert.fail('nobody asks for a WebSocket'),
    });
    listeners.push(one);
    return one;
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

  it('renews nothing where there is no TLS', () => listener().renewTls({ cert: 'x', key: 'y' }));
});
