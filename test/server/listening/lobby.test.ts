import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { type Clock, install } from '@sinonjs/fake-timers';
import { limitsOf } from '../../../src/server/limits';
import { Lobby } from '../../../src/server/listening/lobby';

describe('Lobby', () => {
  let clock: Clock;
  let lobby: Lobby;

  beforeEach(() => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    lobby = new Lobby(limitsOf({ maxUnauthenticated: 2, authenticateTimeout: 5_000 }));
  });
  afterEach(() => clock.uninstall());

  function guest(): Socket {
    const socket = new Socket();
    lobby.enter(socket);
    return socket;
  }

  it('destroys a socket that has not proven itself in time', () => {
    const socket = guest();
    clock.tick(4_999);
    assert.equal(socket.destroyed, false);
    clock.tick(1);
    assert.equal(socket.destroyed, true);
    assert.equal(lobby.size, 0);
  });

  it('leaves a socket alone that has proven itself, and keeps no timer for it', () => {
    const socket = guest();
    lobby.leave(socket);
    assert.equal(clock.countTimers(), 0);
    clock.tick(10_000);
    assert.equal(socket.destroyed, false);
  });

  it('drives out the oldest when one too many comes', () => {
    const [oldest, second, third] = [guest(), guest(), guest()];
    assert.deepEqual([oldest.destroyed, second.destroyed, third.destroyed], [true, false, false]);
    assert.equal(lobby.size, 2);
  });

  it('says why to a socket that has become a WebSocket', () => {
    const socket = guest();
    const reasons: string[] = [];
    lobby.evictBy(socket, (reason) => reasons.push(reason));
    clock.tick(5_000);
    assert.deepEqual(reasons, ['No authentication came within 5 s.']);
    assert.equal(socket.destroyed, false);
  });

  it('drives out a WebSocket that sends much before it has proven itself, and hears nothing of it afterwards', () => {
    const [talker, client] = [guest(), guest()];
    const reasons: string[] = [];
    for (const socket of [talker, client]) lobby.evictBy(socket, (reason) => reasons.push(reason));
    client.emit('data', Buffer.alloc(65_536));
    assert.equal(lobby.admit(client, 'works'), undefined);
    client.emit('data', Buffer.alloc(65_536));
    for (let n = 0; n < 64; n += 1) talker.emit('data', Buffer.alloc(1_024));
    assert.deepEqual(reasons, []);
    talker.emit('data', Buffer.alloc(1));
    assert.deepEqual(reasons, ['Too much came before an authentication.']);
    assert.deepEqual(
      [talker, client].map((socket) => socket.listenerCount('data')),
      [0, 0],
    );
  });

  it('lets nobody in who is one too many, and goes on waiting for nothing', () => {
    lobby = new Lobby(limitsOf({ maxConnections: 1 }));
    const [first, second] = [guest(), guest()];
    assert.equal(lobby.admit(first, 'a'), undefined);
    assert.equal(lobby.isFull, true);
    assert.equal(lobby.admit(second, 'a')?.status, 503);
    assert.equal(lobby.size, 1);
  });

  it('closes the door to one too many of an address', () => {
    lobby = new Lobby(limitsOf({ maxAddressConnections: 2 }));
    const sockets = [guest(), guest(), guest()];
    assert.deepEqual(
      sockets.map((socket) => socket.destroyed),
      [false, false, true],
    );
    assert.equal(lobby.size, 2);
  });

  it('goes on waiting for a socket in another one, no longer than it would have waited', () => {
    const [bare, tls] = [guest(), new Socket()];
    clock.tick(4_000);
    lobby.exchange(bare, tls);
    assert.equal(lobby.size, 1);
    clock.tick(1_000);
    assert.deepEqual([bare.destroyed, tls.destroyed], [false, true]);
    // One that has been let in already.
    lobby.exchange(new Socket(), new Socket());
    assert.deepEqual([lobby.size, clock.countTimers()], [0, 0]);
  });

  it('forgets a socket that closes', async () => {
    const socket = guest();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await closed;
    assert.equal(lobby.size, 0);
    assert.equal(clock.countTimers(), 0);
  });
});
