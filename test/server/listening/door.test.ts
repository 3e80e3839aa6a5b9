/** A server that is come to by another program's HTTP server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { ListenError } from '../../../src/errors';
import { Client } from '../../../src/index';
import { Mount } from '../../../src/server/listening/mount';
import type { ServerOptions } from '../../../src/server/options';
import { startHosting } from '../../support/network/hosting';
import { certificate } from '../../support/network/tls';
import { basic, dial, readToEnd, Wire } from '../../support/network/wire';
import { startServer } from '../../support/sea/sea';

const SCHEMA = { fields: [{ name: 'n', type: 'float' as const }], version: 1 };

describe('Door', () => {
  async function open(options: ServerOptions = {}, scheme: 'http' | 'https' = 'http') {
    const hosting = await startHosting(scheme);
    const mount = new Mount(hosting.server, '/plant/sea');
    const server = await startServer({ ...options, mount });
    return { ...hosting, mount, server, api: `${hosting.url}/plant/sea` };
  }

  for (const scheme of ['http', 'https'] as const) {
    it(`is as good a way in as its own port, over ${scheme}`, async () => {
      const { server, api } = await open({}, scheme);
      const client = new Client({
        url: api,
        credentials: { type: 'basic', ...server.credentials },
        tls: { ca: certificate },
      });
      const got: unknown[] = [];
      const own = new Client({ url: server.url, credentials: { type: 'basic', ...server.credentials } });
      await own.define({ name: 's', ...SCHEMA });
      await new Promise((ready, error) => {
        client.subscribe('s', { type: 'every' }, { message: (message) => got.push(message), ready, error });
      });
      await client.publish('s', { n: 1 });
      await own.publish('s', { n: 2 });
      while (got.length < 2) await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(got, [{ n: 1 }, { n: 2 }]);
      assert.equal(server.stats().connections, 1);
      await Promise.all([client.close(), own.close()]);
    });
  }

  it('holds sockets to the limits of the lobby: one that does not say who it is is ended', async () => {
    const { api } = await open({ limits: { authenticateTimeout: 50 } });
    const wire = await Wire.open(api);
    assert.match((await wire.closed).reason, /No authentication came/);
  });

  it('counts sockets by their address, once each', async () => {
    const { api, port, server } = await open({ limits: { maxAddressConnections: 2 } });
    const wires = [await Wire.login(api, server.credentials), await Wire.login(api, server.credentials)];
    const third = await dial(port);
    third.write('GET /plant/sea/api/v1/x HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.equal(await readToEnd(third), '');
    wires[0]?.ws.close();
    await wires[0]?.closed;
    const fourth = await dial(port);
    const answers: string[] = [];
    fourth.on('data', (data) => answers.push(data.toString()));
    for (let round = 1; round <= 5; round += 1) {
      fourth.write('GET /plant/sea/api/v1/x HTTP/1.1\r\nHost: a\r\n\r\n');
      await once(fourth, 'data');
    }
    assert.equal(answers.length, 5);
  });

  it('does not end a socket that others use too, for want of a proof', async () => {
    const { port } = await open({ limits: { authenticateTimeout: 30 } });
    const socket = await dial(port);
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    // More often than a socket may have listeners before Node warns of a leak.
    for (let round = 1; round <= 20; round += 1) {
      socket.write('GET /plant/sea/api/v1/streams/s/schema HTTP/1.1\r\nHost: a\r\n\r\n');
      await once(socket, 'data');
    }
    assert.match(text, /^HTTP\/1\.1 401 /);
    await new Promise((resolve) => setTimeout(resolve, 60));
    socket.write('GET /theirs HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    assert.match(text, /theirs: \/theirs$/);
  });

  it('leaves a WebSocket in the lobby whose socket had an answer on the way', async () => {
    const { port } = await open({ limits: { authenticateTimeout: 50 } });
    const socket = await dial(port);
    socket.write('GET /plant/sea/api/v1/x HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.write(
      'GET /plant/sea/api/v1/streams HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    assert.match(await readToEnd(socket), /No authentication came/);
  });

  it('ends its clients, and what is under way, and nobody else, when the server closes', async () => {
    const { server, api, port, mount } = await open();
    const wire = await Wire.login(api, server.credentials);
    const half = await dial(port);
    half.write(
      `POST /plant/sea/api/v1/streams/s/publish HTTP/1.1\r\nHost: a\r\nAuthorization: ${basic(server.credentials)}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    const idle = await dial(port);
    idle.write('GET /plant/sea/api/v1/x HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(idle, 'data');
    await server.close();
    assert.equal((await wire.closed).code, 1001);
    assert.doesNotMatch(await readToEnd(half), / 200 /);
    idle.write('GET /theirs HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.match(String(await once(idle, 'data')), /theirs: \/theirs$/);
    idle.write('GET /plant/sea/api/v1/x HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.match(String(await once(idle, 'data')), /^HTTP\/1\.1 503 /);
    mount.giveUp();
  });

  it('is not opened where another server is, which then listens nowhere', async () => {
    const { mount, api, server } = await open();
    await assert.rejects(startServer({ mount }), ListenError);
    await Wire.login(api, server.credentials);
  });
});
