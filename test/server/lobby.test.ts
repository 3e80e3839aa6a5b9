import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { type Clock, install } from '@sinonjs/fake-timers';
import { limitsOf } from '../../src/server/limits';
import { Lobby } from '../../src/server/lobby';

describe('Lobby', () => {
  let clock: Clock;
  let lobby: Lobby;

  beforeEach(() => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
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

  it('forgets a socket that closes', async () => {
    const socket = guest();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await closed;
    assert.equal(lobby.size, 0);
    assert.equal(clock.countTimers(), 0);
  });
});
