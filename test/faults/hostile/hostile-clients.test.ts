/** Hostile clients of the embedded server: whatever they do, others are served, and the server does not fail. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { Client } from '../../../src/client/client';
import type { EmbeddedServer } from '../../../src/server/server';
import { flood, frame } from '../../support/network/hostile-server';
import { basic, dial, ok, readToEnd, send, Wire } from '../../support/network/wire';
import { startServer } from '../../support/sea/sea';
import { TYPESCRIPT } from '../../support/typescript';
import { until } from '../../support/until';

const MEBIBYTE = 1_048_576;
const GAUGE = { clientId: 'gauge', clientSecret: 'gauge-secret' };
const SCHEMA = { version: 1, fields: [{ name: 'n', type: 'integer' }] };
const AUTHORIZED = `Authorization: ${basic(GAUGE)}\r\n`;
const UPGRADE =
  'GET /api/v1/streams HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const LOGIN = JSON.stringify({ id: 1, action: 'authenticate', payload: { type: 'basic', ...GAUGE } });

const request = (headers: string, body = '', method = 'POST', path = '/api/v1/streams/s/publish'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;

const sized = (body: string | Buffer, headers = ''): Buffer =>
  Buffer.concat([
    Buffer.from(request(`${AUTHORIZED}${headers}Content-Length: ${Buffer.byteLength(body)}\r\n`)),
    Buffer.from(body as string),
  ]);

/** A client's frames must be masked; this is a mask of zeros. */
const masked = (payload: string | Buffer, options: Parameters<typeof frame>[1] = {}): Buffer =>
  frame(payload, { ...options, masked: true });

const deep = `{"payload":${'['.repeat(1e5)}${']'.repeat(1e5)}}`;

/** What is sent, and what the server must answer before the connection is of no more use. */
const REQUESTS: Readonly<Record<string, [bytes: string | Buffer, answer: RegExp]>> = {
  'bytes that are no HTTP': [Buffer.alloc(4096, 0xa5), /^HTTP\/1\.1 400 /],
  'a TLS handshake': [Buffer.from('16030100a5010000a10303', 'hex'), /^HTTP\/1\.1 400 /],
  'a method there is not': [request('', '', 'HACK'), /^HTTP\/1\.1 400 /],
  'headers too large': [request(`X: ${'x'.repeat(50_000)}\r\n`), /^HTTP\/1\.1 431 /],
  'ten thousand headers': [request('X: x\r\n'.repeat(10_000)), /^HTTP\/1\.1 431 /],
  'a length and chunks': [
    request(`Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`, '0\r\n\r\n'),
    /^HTTP\/1\.1 400 /,
  ],
  'two lengths': [request('Content-Length: 4\r\nContent-Length: 5\r\n', 'abcde'), /^HTTP\/1\.1 400 /],
  'a path out of the folder': [
    request(AUTHORIZED, '', 'GET', '/api/v1/../../etc/passwd'),
    /^HTTP\/1\.1 404 /,
  ],
  'no credentials': [request('Content-Length: 2\r\n', '{}'), /^HTTP\/1\.1 401 /],
  'credentials that are no base64': [request('Authorization: Basic \u0001\r\n'), /^HTTP\/1\.1 40[01] /],
  'a body announced as endless': [
    request(`${AUTHORIZED}Content-Length: 999999999999\r\n`),
    /^HTTP\/1\.1 413 /,
  ],
  'a body nested a hundred thousand deep': [sized(deep), /^HTTP\/1\.1 400 /],
  'a body that is not JSON': [sized('{"payload":'), /^HTTP\/1\.1 400 /],
  'a body that is no UTF-8': [sized(Buffer.alloc(64, 0xff)), /^HTTP\/1\.1 400 /],
  'a body without a payload': [sized('{"__proto__":{"payload":1}}'), /^HTTP\/1\.1 400 /],
  'a gzip bomb': [
    sized(gzipSync(Buffer.alloc(100 * MEBIBYTE)), 'Content-Encoding: gzip\r\n'),
    /^HTTP\/1\.1 413 /,
  ],
  'gzip that is none': [sized('{}', 'Content-Encoding: gzip\r\n'), /^HTTP\/1\.1 400 /],
  'an encoding there is not': [sized('{}', 'Content-Encoding: br\r\n'), /^HTTP\/1\.1 415 /],
  'an upgrade to another path': [UPGRADE.replace('/api/v1/streams', '/'), /^HTTP\/1\.1 404 /],
  'an upgrade without a key': [UPGRADE.replace(/Sec-WebSocket-Key.*\r\n/, ''), /^HTTP\/1\.1 400 /],
  'an upgrade to another protocol': [UPGRADE.replace('websocket', 'h2c'), /^HTTP\/1\.1 \d+ /],
};

/** Frames after an upgrade; each ends the connection. */
const FRAMES: Readonly<Record<string, Buffer | readonly Buffer[]>> = {
  garbage: Buffer.alloc(4096, 0xa5),
  'a frame without a mask': frame('{}'),
  'a frame that announces 100 MB': masked('{', { length: 100 * MEBIBYTE }),
  'a frame that is not JSON': masked('{"id":'),
  'a frame nested a hundred thousand deep': masked(deep),
  'a frame that is binary': masked('{}', { opcode: 2 }),
  'a frame that is no UTF-8': masked(Buffer.alloc(64, 0xff)),
  'a subscribe before it has authenticated': masked('{"id":1,"action":"subscribe","payload":"s"}'),
  'an authentication of wrong types': masked(
    '{"id":1,"action":"authenticate","payload":{"type":"basic","clientId":[],"clientSecret":{}}}',
  ),
  'an authentication as somebody every object knows': masked(
    '{"id":1,"action":"authenticate","payload":{"type":"basic","clientId":"constructor","clientSecret":"x"}}',
  ),
  'an authentication twice': [masked(LOGIN), masked(LOGIN.replace('1', '2'))],
  'an id that is taken': [masked(LOGIN), masked('{"id":1,"action":"subscribe","payload":"s"}')],
  'a close with a code there is not': masked(Buffer.from([0, 1]), { opcode: 8 }),
};

/** What goes on until the server ends it. */
const FLOODS: Readonly<Record<string, (socket: Socket) => void>> = {
  'headers, a byte at a time': (socket) => trickle(socket, 'GET / HTTP/1.1\r\nHost: x\r\nX: ', 'x'),
  'headers without end': (socket) => {
    socket.write('GET / HTTP/1.1\r\n');
    flood(socket, `X: ${'x'.repeat(1000)}\r\n`);
  },
  'a body, a byte at a time': (socket) =>
    trickle(socket, request(`${AUTHORIZED}Content-Length: 999999\r\n`), ' '),
  'chunks, a byte at a time': (socket) =>
    trickle(socket, request(`${AUTHORIZED}Transfer-Encoding: chunked\r\n`), '1\r\n \r\n'),
  'requests without waiting for answers': (socket) =>
    trickle(socket, '', request('', '', 'GET', '/').repeat(50)),
  'a message in pieces without end': (socket) => {
    socket.write(UPGRADE);
    socket.write(masked('"', { last: false }));
    flood(socket, masked('x'.repeat(60_000), { opcode: 0, last: false }));
  },
  'pings without end': (socket) => {
    socket.write(UPGRADE);
    flood(socket, masked('p'.repeat(125), { opcode: 9 }));
  },
  'pings without end, never reading the answers': (socket) => {
    socket.pause();
    socket.write(UPGRADE);
    flood(socket, masked('p'.repeat(125), { opcode: 9 }));
  },
};

/** Who is slow on purpose need not be waited for here; who is slow because this machine is, would be ended too. */
const IMPATIENT = { authenticateTimeout: 300, headersTimeout: 300, requestTimeout: 300 };

describe('hostile clients', () => {
  let server: EmbeddedServer;
  const clients: Client[] = [];

  beforeEach(async () => {
    server = await startServer({ limits: { closeTimeout: 100 } });
    await ok(server.url, 'POST', '/streams/s/define', SCHEMA, { as: GAUGE });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  /** A well-behaved client that publishes and receives; resolves once all has come, in order, with no trouble. */
  async function witness(): Promise<void> {
    const client = new Client({ url: server.url, credentials: { type: 'basic', ...GAUGE } });
    clients.push(client);
    const problems: unknown[] = [];
    const received: unknown[] = [];
    client.on('problem', (problem) => problems.push(problem));
    const subscription = client.subscribe(
      's',
      { type: 'every' },
      { message: (message) => received.push(message), error: (error) => problems.push(error) },
    );
    await until(() => subscription.status === 'active', 'the subscription');
    // Whoever is impatient may have lost patience with it as well, on a busy machine: it has come back.
    problems.length = 0;
    const messages = Array.from({ length: 100 }, (_, n) => ({ n }));
    await Promise.all(messages.map((message) => client.publish('s', message)));
    await until(() => received.length >= messages.length, 'the messages');
    assert.deepEqual(received, messages);
    assert.deepEqual(problems, []);
  }

  for (const [name, [bytes, answer]] of Object.entries(REQUESTS)) {
    it(`that send ${name} are answered, and disturb nobody`, async () => {
      const socket = await dial(server.port);
      socket.write(bytes);
      const [chunk] = await once(socket, 'data');
      assert.match(chunk.toString(), answer);
      await witness();
    });
  }

  for (const [name, bytes] of Object.entries(FRAMES)) {
    it(`that send ${name} lose their connection, and disturb nobody`, async () => {
      const socket = await dial(server.port);
      const ended = readToEnd(socket);
      socket.write(UPGRADE);
      for (const each of Buffer.isBuffer(bytes) ? [bytes] : bytes) socket.write(each);
      await Promise.all([ended, witness()]);
      assert.match(await ended, /^HTTP\/1\.1 101 /);
    });
  }

  for (const [name, attack] of Object.entries(FLOODS)) {
    it(`that send ${name} are ended, and disturb nobody meanwhile`, async () => {
      server = await startServer({ limits: IMPATIENT });
      await ok(server.url, 'POST', '/streams/s/define', SCHEMA, { as: GAUGE });
      const socket = await dial(server.port);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      attack(socket);
      await Promise.all([closed, witness()]);
    });
  }

  it('that subscribe and never read are ended, and the others get everything', async () => {
    const small = await startServer({ pingInterval: 100 });
    const schema = { version: 1, fields: [{ name: 'text', type: 'string' }] };
    await ok(small.url, 'POST', '/streams/s/define', schema, { as: GAUGE });
    const lazy = await Wire.login(small.url, GAUGE);
    await lazy.subscribe('s', randomUUID());
    lazy.ws.pause();
    const eager = await Wire.login(small.url, GAUGE);
    await eager.subscribe('s', randomUUID());
    const text = 'x'.repeat(100_000);
    let sent = 0;
    while (small.stats().connections === 2) {
      await ok(small.url, 'POST', '/streams/s/publish', { payload: { text } }, { as: GAUGE });
      sent += 1;
      assert.ok(sent < 1_000, 'the lazy one is never ended');
    }
    assert.equal((await eager.drain()).length, sent);
  });

  it('of another jail see, publish and delete nothing of ours, whatever they ask', async () => {
    const jail = { newJailId: 'foreign', newJailName: 'foreign', newClientId: 'spy' };
    const { newClientSecret } = await ok(server.url, 'POST', '/jails', jail, { as: GAUGE });
    const spy = { clientId: 'spy', clientSecret: newClientSecret };
    const wire = await Wire.login(server.url, spy);
    for (const groupId of [undefined, randomUUID()]) await wire.subscribe('s', groupId);
    for (const [method, path, body] of [
      ['GET', '/streams/s/schema'],
      ['DELETE', '/client/gauge'],
      ['PUT', '/client/gauge'],
      ['PUT', '/client/gauge/jwt-public-key', { jwtPublicKey: null }],
      ['DELETE', '/jails/works'],
      ['POST', '/jails', { newJailId: 'mine', newJailName: 'mine', newClientId: 'me' }],
    ] as const) {
      const { status } = await send(server.url, method, path, body, { as: spy });
      assert.ok(status === 403 || status === 404, `${method} ${path}: ${status}`);
    }
    // To a stream of their own jail that happens to have the same name.
    await ok(server.url, 'POST', '/streams/s/publish', { payload: { n: 666 } }, { as: spy });
    const versions = await ok(
      server.url,
      'POST',
      '/schema-versions-vector',
      { schemaNames: ['s'] },
      { as: spy },
    );
    assert.deepEqual(versions, { versionsVector: [null] });
    await witness();
    assert.deepEqual([...new Set((await wire.drain()).map((each) => JSON.stringify(each)))], ['{"n":666}']);
  });

  it('that are driven out are gone at once, whether or not they answer the close', async () => {
    const small = await startServer({ limits: { maxUnauthenticated: 5, closeTimeout: 60_000 } });
    for (let n = 0; n < 20; n += 1) {
      const socket = await dial(small.port);
      socket.write(UPGRADE);
      await once(socket, 'data');
      assert.ok(small.stats().connections <= 5);
    }
  });

  it('ten thousand of them, which never authenticate, keep nobody out', async () => {
    const crowded = await startServer();
    await ok(crowded.url, 'POST', '/streams/s/define', SCHEMA, { as: GAUGE });
    server = crowded;
    const crowd = fork(join(__dirname, 'crowd-process.ts'), [String(crowded.port), '10000'], {
      execArgv: [...TYPESCRIPT],
    });
    const ended = once(crowd, 'exit');
    let all = false;
    crowd.once('message', () => {
      all = true;
    });
    let served = 0;
    let most = 0;
    while (!all) {
      await witness();
      served += 1;
      most = Math.max(most, crowded.stats().connections);
    }
    assert.ok(served > 0);
    // Those who wait to authenticate, those who are being driven out as we look, and the witnesses.
    assert.ok(most <= 1_000 + 200 + served, `${most} WebSockets at once`);
    crowd.disconnect();
    await ended;
  }).timeout(120_000);
});

/** A byte now and then, for as long as there is somebody to read it. */
function trickle(socket: Socket, start: string, more: string): void {
  socket.write(start);
  const timer = setInterval(() => socket.write(more), 5);
  socket.once('close', () => clearInterval(timer));
}
