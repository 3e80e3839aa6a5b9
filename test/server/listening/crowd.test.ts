import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { limitsOf } from '../../../src/server/limits';
import { Crowd } from '../../../src/server/listening/crowd';

/** A socket that says where it comes from. */
function socketFrom(address: string): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: address });
}

async function gone(socket: Socket): Promise<void> {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.destroy();
  await closed;
}

describe('Crowd', () => {
  it('lets so many in from one address, and more once one of them has gone', async () => {
    const crowd = new Crowd(limitsOf({ maxAddressConnections: 2 }));
    const [first] = [socketFrom('::1'), socketFrom('::1')].filter((socket) => crowd.mayCome(socket));
    assert.equal(crowd.mayCome(socketFrom('::1')), false);
    assert.equal(crowd.mayCome(socketFrom('::2')), true);
    assert(first);
    await gone(first);
    assert.equal(crowd.mayCome(socketFrom('::1')), true);
  });

  it('has room for so many of a jail, which keeps no other jail out', async () => {
    const crowd = new Crowd(limitsOf({ maxJailConnections: 1 }));
    const socket = new Socket();
    assert.equal(crowd.admit(socket, 'a'), undefined);
    assert.match(crowd.admit(new Socket(), 'a')?.message ?? '', /The jail has 1 connections/);
    assert.equal(crowd.admit(new Socket(), 'b'), undefined);
    await gone(socket);
    assert.equal(crowd.admit(new Socket(), 'a'), undefined);
  });

  it('has room for so many in all, and asks the others to come again', async () => {
    const crowd = new Crowd(limitsOf({ maxConnections: 1 }));
    const socket = new Socket();
    // Each request of a connection that stays.
    for (let n = 0; n < 3; n += 1) assert.equal(crowd.admit(socket, 'a'), undefined);
    assert.equal(crowd.isFull, true);
    const { status, retryAfter } = crowd.admit(new Socket(), 'b') ?? {};
    assert.deepEqual([status, retryAfter], [503, 5]);
    await gone(socket);
    assert.equal(crowd.isFull, false);
  });

  it('does not count who has gone already', () => {
    const crowd = new Crowd(limitsOf({ maxConnections: 1 }));
    const socket = new Socket().destroy();
    crowd.admit(socket, 'a');
    assert.equal(crowd.isFull, false);
  });
});
