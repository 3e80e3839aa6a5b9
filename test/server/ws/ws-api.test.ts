import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { EmbeddedServer } from '../../../src/server/server';
import { dial, readToEnd, Wire } from '../../support/network/wire';
import { startServer } from '../../support/sea/sea';

const UPGRADE = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

describe('WebSocket API', () => {
  const knock = async (server: EmbeddedServer, path: string, headers: string): Promise<string> => {
    const socket = await dial(server.port);
    socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n`);
    return readToEnd(socket);
  };

  it('upgrades at its path only (P20)', async () => {
    const server = await startServer();
    for (const path of ['/', '/api/v1/stream', '/api/v1/streams/a', '/api/v1/streams/a/schema']) {
      const reply = await knock(server, path, UPGRADE + KEY);
      assert.match(reply, /^HTTP\/1\.1 404 [\s\S]*\{"message":"The WebSocket is at \/api\/v1\/streams\."\}$/);
    }
    assert.equal(server.stats().connections, 0);
  });

  it('says what time it is, as tokens end by its clock (P31)', async () => {
    const server = await startServer({ now: () => Date.UTC(2031, 4, 6, 7, 8, 9) });
    const socket = await dial(server.port);
    socket.write(`GET /api/v1/streams HTTP/1.1\r\n${UPGRADE}${KEY}\r\n`);
    const [reply] = await once(socket, 'data');
    assert.match(reply.toString(), /^HTTP\/1\.1 101 [\s\S]*\r\nDate: Tue, 06 May 2031 07:08:09 GMT\r\n/);
  });

  it('takes a query after its path', async () => {
    const server = await startServer();
    const socket = await dial(server.port);
    socket.write(`GET /api/v1/streams?x=1 HTTP/1.1\r\n${UPGRADE}${KEY}\r\n`);
    const [reply] = await once(socket, 'data');
    assert.match(reply.toString(), /^HTTP\/1\.1 101 /);
  });

  it('answers a handshake that is none with 400 as JSON', async () => {
    const server = await startServer();
    const reply = await knock(server, '/api/v1/streams', UPGRADE);
    assert.match(
      reply,
      /^HTTP\/1\.1 400 [\s\S]*\{"message":"Missing or invalid Sec-WebSocket-Key header"\}$/,
    );
  });

  it('never compresses, also when the client offers to', async () => {
    const server = await startServer();
    const wire = await Wire.open(server.url);
    assert.equal(wire.ws.extensions, '');
  });

  it('survives a client that resets in the middle of the handshake', async () => {
    const server = await startServer();
    for (let round = 0; round < 40; round += 1) {
      const socket = await dial(server.port);
      // At the other path the server answers by itself, without the help of ws.
      const path = round % 2 === 0 ? '/api/v1/streams' : '/elsewhere';
      socket.write(`GET ${path} HTTP/1.1\r\n${UPGRADE}${KEY}\r\n`);
      socket.resetAndDestroy();
    }
    await Wire.login(server.url, server.credentials);
  });

  it('pings, keeps who answers, and ends who does not (P23)', async () => {
    const server = await startServer({ pingInterval: 30 });
    const lively = await Wire.login(server.url, server.credentials);
    const mute = await Wire.open(server.url, { autoPong: false });
    await mute.authenticate({ type: 'basic', ...server.credentials });
    let pings = 0;
    lively.ws.on('ping', () => {
      pings += 1;
    });
    assert.equal((await mute.closed).code, 1006);
    while (pings < 4) await once(lively.ws, 'ping');
    assert.equal(server.stats().connections, 1);
  });

  it('counts a connection until it is closed', async () => {
    const server = await startServer();
    const wire = await Wire.open(server.url);
    assert.equal(server.stats().connections, 1);
    wire.ws.close();
    await wire.closed;
    while (server.stats().connections > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
