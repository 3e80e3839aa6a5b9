import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { ServerEvent } from '../../../src/server/event';
import type { EmbeddedServer } from '../../../src/server/server';
import { basic, type Credentials, dial, ok, readToEnd, send, Wire } from '../../support/network/wire';
import { BOILER, startServer } from '../../support/sea/sea';
import { until } from '../../support/until';

const CREDENTIALS_REFUSED = 'The credentials are present and well formed but invalid.';

describe('HTTP API', () => {
  let server: EmbeddedServer;
  let as: Credentials;

  beforeEach(async () => {
    server = await startServer();
    as = server.credentials;
  });

  describe('credentials (P2, P8)', () => {
    const describeAs = (by?: Credentials) =>
      send(server.url, 'GET', '/streams/a/schema', undefined, by && { as: by });

    it('that are wrong are refused in the words of existing servers, also of an unknown client', async () => {
      for (const by of [
        { ...as, clientSecret: 'wrong' },
        { ...as, clientSecret: '' },
        { clientId: 'nobody', clientSecret: as.clientSecret },
      ]) {
        const { status, body, headers } = await describeAs(by);
        assert.equal(status, 401);
        assert.deepEqual(body, { message: CREDENTIALS_REFUSED });
        assert.match(String(headers['www-authenticate']), /^Basic /);
      }
    });

    it('that are missing or no Basic header are refused with 401', async () => {
      for (const authorization of ['', 'Bearer abc', 'Basic ???', `Basic ${btoa('no colon')}`]) {
        const { status, body } = await send(server.url, 'GET', '/streams/a/schema', undefined, {
          headers: { authorization },
        });
        assert.equal(status, 401);
        assert.match(body.message, /credentials are missing/);
      }
      assert.equal((await describeAs()).status, 401);
    });

    for (const clientSecret of ['with:colon:', 'gehéimß 鍵 🔑', ' s ', 'x'.repeat(500)]) {
      it(`may be ${JSON.stringify(clientSecret.slice(0, 20))}`, async () => {
        const other = await startServer({ jail: { clientId: 'gäuge', clientSecret } });
        const by = { clientId: 'gäuge', clientSecret };
        assert.equal((await send(other.url, 'GET', '/streams/a/schema', undefined, { as: by })).status, 404);
        await Wire.login(other.url, by);
      });
    }
  });

  describe('routes', () => {
    it('that lead nowhere answer 404, whatever the credentials', async () => {
      for (const path of [
        '',
        '/',
        '/streams/a',
        '/streams//schema',
        '/client',
        '/jails/a/b',
        '/../etc/passwd',
      ]) {
        const { status, body } = await send(server.url, 'GET', path, undefined, { as });
        assert(status === 404 || status === 405, `${path}: ${status}`);
        assert.equal(typeof body.message, 'string');
      }
    });

    it('with another method answer 405 and what is allowed', async () => {
      const reply = await send(server.url, 'POST', '/streams/a/schema', {}, { as });
      assert.equal(reply.status, 405);
      assert.equal(reply.headers.allow, 'GET');
      assert.match(reply.body.message, /POST is not a method of this path; GET would be/);
      assert.equal(
        (await send(server.url, 'GET', '/client/x', undefined, { as })).headers.allow,
        'DELETE, PUT',
      );
    });

    it('to the WebSocket answer 426 without an upgrade', async () => {
      const reply = await send(server.url, 'GET', '/streams', undefined, { as });
      assert.equal(reply.status, 426);
      assert.equal(reply.headers.upgrade, 'websocket');
    });

    it('allow no other origin: there is no CORS', async () => {
      const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
      const reply = await send(server.url, 'OPTIONS', '/streams/a/publish', undefined, { headers });
      assert.equal(reply.status, 405);
      assert.deepEqual(
        Object.keys(reply.headers).filter((name) => name.startsWith('access-control')),
        [],
      );
    });
  });

  describe('replies', () => {
    it('are JSON that nobody keeps, as some hold a secret', async () => {
      const { headers } = await send(server.url, 'PUT', '/client/gauge', undefined, { as });
      assert.equal(headers['content-type'], 'application/json; charset=utf-8');
      assert.equal(headers['cache-control'], 'no-store');
    });

    it('keep the connection alive', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ports = new Set<number | undefined>();
      for (const path of ['/streams/a/schema', '/nowhere', '/streams/b/schema']) {
        const request = httpRequest(server.url, {
          agent,
          path: `/api/v1${path}`,
          headers: { authorization: basic(as) },
        }).end();
        const [response] = await once(request, 'response');
        ports.add(request.socket?.localPort);
        await once(response.resume(), 'end');
      }
      agent.destroy();
      assert.equal(ports.size, 1);
    });
  });

  it('does in order what is sent before the answers have come, though one takes longer to unpack', async () => {
    const wire = await Wire.login(server.url, as);
    await wire.subscribe('order');
    const socket = await dial(server.port);
    const request = (number: number, gzip: boolean): Buffer => {
      const text = JSON.stringify({ payload: { number, note: gzip ? 'x'.repeat(2_000_000) : '' } });
      const body = gzip ? gzipSync(text) : Buffer.from(text);
      const head = `POST /api/v1/streams/order/publish HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(as)}\r\n`;
      const more = `Content-Length: ${body.length}\r\n${gzip ? 'Content-Encoding: gzip\r\n' : ''}\r\n`;
      return Buffer.concat([Buffer.from(head + more), body]);
    };
    socket.write(Buffer.concat([1, 2, 3, 4].map((number) => request(number, number % 2 === 1))));
    const numbers = [];
    while (numbers.length < 4) numbers.push((await wire.next()).payload.number);
    assert.deepEqual(numbers, [1, 2, 3, 4]);
  });

  describe('names (P3)', () => {
    const names = [
      'boiler data/1',
      '100%',
      '%41',
      'a%2Fb',
      'Kessel ä ß 鍵 🔥',
      '..',
      '.',
      'a/schema',
      'x?y=z#w',
      '\'"<>&+',
      '鍵'.repeat(200),
      '__proto__',
    ];
    for (const name of names) {
      it(`may be ${JSON.stringify(name.slice(0, 20))}: percent-encoded they work everywhere`, async () => {
        const segment = /^\.+$/.test(name) ? name.replaceAll('.', '%2E') : encodeURIComponent(name);
        await ok(server.url, 'POST', `/streams/${segment}/define`, BOILER, { as });
        assert.equal(
          (await ok(server.url, 'GET', `/streams/${segment}/schema`, undefined, { as })).name,
          name,
        );
        const versions = await ok(
          server.url,
          'POST',
          '/schema-versions-vector',
          { schemaNames: [name] },
          { as },
        );
        assert.deepEqual(versions, { versionsVector: [1] });
        const wire = await Wire.login(server.url, as);
        assert.equal((await wire.subscribe(name)).streamName, name);
        await ok(server.url, 'POST', `/streams/${segment}/publish`, { payload: { temperature: 1 } }, { as });
        assert.deepEqual(await wire.drain(), [{ temperature: 1 }]);
      });
    }

    for (const [written, name] of [
      ['boiler%20data/1', 'boiler data/1'],
      ['100%', '100%'],
      ['a//b', 'a//b'],
      ['a?b', 'a?b'],
    ] as const) {
      it(`unescaped, ${written} is ${name}`, async () => {
        await ok(server.url, 'POST', `/streams/${written}/define`, BOILER, { as });
        assert.deepEqual(
          (await server.streams()).map((stream) => stream.name),
          [name],
        );
      });
    }
  });

  describe('bodies (P6)', () => {
    beforeEach(() => ok(server.url, 'POST', '/streams/boiler/define', BOILER, { as }));

    it('may be gzip', async () => {
      const publication = { payload: { temperature: 1 } };
      await ok(server.url, 'POST', '/streams/boiler/publish', publication, { as, gzip: true });
      assert.equal(server.stats().published, 1);
    });

    it('may be 16 MB, and not a byte more: the client sees 413, and its connection still serves', async () => {
      const frame = '{"payload":{"note":""}}';
      const fits = frame.replace('""', `"${'x'.repeat(16 * 1024 * 1024 - frame.length)}"`);
      assert.equal(fits.length, 16 * 1024 * 1024);
      assert.equal((await send(server.url, 'POST', '/streams/boiler/publish', fits, { as })).status, 200);

      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const statuses: number[] = [];
      for (const body of [`${fits} `, '{"payload":{}}']) {
        const request = httpRequest(server.url, {
          agent,
          method: 'POST',
          path: '/api/v1/streams/boiler/publish',
          headers: { authorization: basic(as) },
        }).end(body);
        const [response] = await once(request, 'response');
        statuses.push(response.statusCode);
        await once(response.resume(), 'end');
      }
      agent.destroy();
      assert.deepEqual(statuses, [413, 200]);
    });

    it('that are announced as too large are refused before they come', async () => {
      const { status, body } = await send(server.url, 'POST', '/streams/boiler/publish', undefined, {
        as,
        headers: { 'content-length': 16 * 1024 * 1024 + 1 },
      });
      assert.equal(status, 413);
      assert.match(body.message, /larger than 16777216 bytes/);
    });

    it('that unpack to more than 16 MB are refused by what they unpack to', async () => {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
      const { status } = await send(server.url, 'POST', '/streams/boiler/publish', bomb, {
        as,
        headers: { 'content-encoding': 'gzip' },
      });
      assert.equal(status, 413);
    });

    it('that break off cost nothing but the connection', async () => {
      const socket = await dial(server.port);
      socket.write(
        `POST /api/v1/streams/boiler/publish HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(as)}\r\nContent-Length: 100\r\n\r\n{"pay`,
      );
      // Answered after the head of the first request was read.
      await ok(server.url, 'GET', '/streams/boiler/schema', undefined, { as });
      socket.destroy();
      await once(socket, 'close');
      assert.equal((await send(server.url, 'GET', '/streams/boiler/schema', undefined, { as })).status, 200);
      assert.equal(server.stats().published, 0);
    });

    it('are not performed for a client that was deleted while sending them', async () => {
      const made = await ok(server.url, 'POST', '/client', { clientId: 'b', description: '' }, { as });
      const request = httpRequest(server.url, {
        method: 'POST',
        path: '/api/v1/streams/boiler/publish',
        agent: false,
        headers: { authorization: basic({ clientId: 'b', clientSecret: made.secret }) },
      });
      request.write('{"payload":');
      await once(request, 'socket').then(([socket]) => socket.connecting && once(socket, 'connect'));
      // The deletion is answered after the server has read the head of the other request.
      await ok(server.url, 'GET', '/streams/boiler/schema', undefined, { as });
      await ok(server.url, 'DELETE', '/client/b', undefined, { as });
      request.end('{}}');
      const [response] = await once(request, 'response');
      assert.equal(response.statusCode, 401);
      assert.equal(server.stats().published, 0);
    });
  });

  describe('bytes that are no request', () => {
    const answered = async (bytes: string): Promise<string> => {
      const socket = await dial(server.port);
      socket.write(bytes);
      return readToEnd(socket);
    };

    it('are answered with 400 as JSON', async () => {
      assert.match(
        await answered('hello\r\n\r\n'),
        /^HTTP\/1\.1 400 [\s\S]*\{"message":"This is not an HTTP request\."\}$/,
      );
    });

    it('say what to do about letters that Node’s parser refuses', async () => {
      const reply = await answered('GET /api/v1/streams/Kessel-ä/schema HTTP/1.1\r\nHost: x\r\n\r\n');
      assert.match(reply, /^HTTP\/1\.1 400 [\s\S]*must be percent-encoded/);
    });

    it('are answered with 431 when the headers are too large', async () => {
      const reply = await answered(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
      assert.match(reply, /^HTTP\/1\.1 431 /);
    });
  });

  describe('manners', () => {
    const AUTHORIZED = `Host: x\r\nAuthorization: ${basic({ clientId: 'gauge', clientSecret: 'gauge-secret' })}\r\n`;
    const PUBLISH = `POST /api/v1/streams/boiler/publish HTTP/1.1\r\n${AUTHORIZED}`;
    const H2C =
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n';
    const publishing = (payload: object, headers = '') => {
      const body = JSON.stringify({ payload });
      return `${PUBLISH}${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
    };

    beforeEach(async () => {
      await ok(server.url, 'POST', '/streams/boiler/define', BOILER, { as });
    });

    const statuses = (replies: string) =>
      [...replies.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

    /** All answers on one connection. Each piece is written once there have been so many before it. */
    async function exchange(count: number, ...pieces: [before: number, text: string][]): Promise<number[]> {
      const socket = await dial(server.port);
      let replies = '';
      socket.on('data', (chunk) => {
        replies += chunk;
      });
      for (const [before, text] of pieces) {
        await until(() => statuses(replies).length >= before, `${before} answers`);
        socket.write(text);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await until(() => statuses(replies).length >= count, `${count} answers`);
      return statuses(replies);
    }

    it('serve a request that offers another protocol as if it had not, its body too, and those after it', async () => {
      const offered = publishing({}, H2C);
      const [head = '', body = ''] = offered.split('\r\n\r\n');
      const chunked = `${PUBLISH}${H2C}Transfer-Encoding: chunked\r\n\r\ne\r\n{"payload":{}}\r\n0\r\n\r\n`;
      const get = `GET /api/v1/streams/boiler/schema HTTP/1.1\r\n${AUTHORIZED}${H2C}\r\n`;
      assert.deepEqual(await exchange(1, [0, `${head}\r\n\r\n`], [0, body]), [200]);
      assert.deepEqual(await exchange(3, [0, offered + chunked + publishing({})]), [200, 200, 200]);
      assert.deepEqual(
        await exchange(4, [0, get], [1, get], [2, offered], [3, publishing({})]),
        Array(4).fill(200),
      );
      assert.equal(server.stats().published, 6);
    });

    it('answer the good request before what is none behind it', async () => {
      for (const garbage of ['garbage\r\n\r\n', '\u0000\u0001', 'GET\r\n\r\n']) {
        const socket = await dial(server.port);
        socket.write(publishing({}) + publishing({}) + garbage);
        const replies = await readToEnd(socket);
        assert.deepEqual(statuses(replies), [200, 200, 400]);
      }
      assert.equal(server.stats().published, 6);
    });

    it('answer one that breaks off in the middle of itself with 400 alone', async () => {
      const socket = await dial(server.port);
      socket.write(`${PUBLISH}Transfer-Encoding: chunked\r\n\r\ne\r\n{"payload":{}}\r\nno length\r\n`);
      assert.deepEqual(statuses(await readToEnd(socket)), [400]);
      assert.equal(server.stats().published, 0);
    });

    it('take a target that says the address too, as a proxy writes it', async () => {
      const absolute = publishing({}).replace(' /api', ' http://sea.example:1234/api');
      assert.deepEqual(await exchange(1, [0, absolute]), [200]);
      assert.equal(server.stats().published, 1);
    });

    it('cut the query off, of a client’s path too', async () => {
      await ok(server.url, 'POST', '/client', { clientId: 'x', description: '' }, { as });
      assert.deepEqual(await ok(server.url, 'DELETE', '/client/x?q=/x', undefined, { as }), { id: 'x' });
      await ok(server.url, 'POST', '/streams/boiler/publish?q', { payload: {} }, { as });
      await ok(server.url, 'POST', '/client', { clientId: 'y?q', description: '' }, { as });
      assert.deepEqual(await ok(server.url, 'DELETE', '/client/y%3Fq', undefined, { as }), { id: 'y?q' });
    });

    it('say 503 and when to come again to those for whom there is no room, and serve the others', async () => {
      const small = await startServer({ limits: { maxConnections: 1 } });
      const wire = await Wire.login(small.url, small.credentials);
      const get = () => send(small.url, 'GET', '/streams/a/schema', undefined, { as: small.credentials });
      const { status, headers } = await get();
      assert.deepEqual([status, headers['retry-after']], [503, '5']);
      await assert.rejects(Wire.open(small.url), /503/);
      wire.ws.close();
      await until(() => small.stats().connections === 0, 'the end of the connection');
      assert.equal((await get()).status, 404);
    });

    it('slow down who goes on with a wrong secret, tell it, and answer the right one at once', async () => {
      const events: ServerEvent[] = [];
      const watched = await startServer({ onEvent: (event) => events.push(event) });
      const wrong = { ...watched.credentials, clientSecret: 'wrong' };
      const ask = (by: Credentials) => send(watched.url, 'GET', '/streams/a/schema', undefined, { as: by });
      const order: string[] = [];
      for (let n = 0; n < 3; n += 1) await ask(wrong);
      const slow = ask(wrong).then(({ status }) => order.push(`slow ${status}`));
      await ask(watched.credentials).then(({ status }) => order.push(`right ${status}`));
      await slow;
      assert.deepEqual(order, ['right 404', 'slow 401']);
      assert.deepEqual(events[2], {
        kind: 'login failed',
        clientId: wrong.clientId,
        address: '127.0.0.1',
        over: 'http',
        failures: 3,
      });
      assert.doesNotMatch(JSON.stringify(events), /wrong/);
    });

    it('go on when whoever is told of events throws', async () => {
      const faults: unknown[] = [];
      const deaf = await startServer({
        onError: (error) => faults.push(error),
        onEvent: () => {
          throw new Error('no ears');
        },
      });
      const wrong = { ...deaf.credentials, clientSecret: 'wrong' };
      assert.equal((await send(deaf.url, 'GET', '/streams/a/schema', undefined, { as: wrong })).status, 401);
      await Wire.login(deaf.url, deaf.credentials);
      assert.equal(faults.length, 2);
    });

    it('have an answer to what no answer can be made of', async () => {
      const faults: unknown[] = [];
      const broken = await startServer({ onError: (error) => faults.push(error) });
      const { stringify } = JSON;
      JSON.stringify = (value: unknown) => {
        if (Object(value).versionsVector !== undefined) throw new RangeError('Invalid string length');
        return stringify(value);
      };
      try {
        const ask = (path: string, body: object) =>
          send(broken.url, 'POST', path, body, { as: broken.credentials });
        assert.equal((await ask('/schema-versions-vector', { schemaNames: [] })).status, 500);
        assert.equal((await ask('/streams/a/publish', { payload: {} })).status, 200);
      } finally {
        JSON.stringify = stringify;
      }
      assert.equal(faults.length, 1);
    });
  });

  describe('sockets that prove nothing', () => {
    it('are ended after a while: silent, halfway through their headers, or with wrong credentials', async () => {
      const { port } = await startServer({ limits: { authenticateTimeout: 50 } });
      const silent = await dial(port);
      const slow = await dial(port);
      slow.write('GET /api/v1/streams/a/schema HTTP/1.1\r\nHo');
      const wrong = await dial(port);
      wrong.write(
        `GET /api/v1/streams/a/schema HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic({ clientId: 'a', clientSecret: 'b' })}\r\n\r\n`,
      );
      const replies = await Promise.all([silent, slow, wrong].map(readToEnd));
      assert.deepEqual(replies.slice(0, 2), ['', '']);
      assert.match(replies[2] ?? '', /^HTTP\/1\.1 401 /);
    });

    it('do not keep a client out, however many they are', async () => {
      const crowded = await startServer({ limits: { maxUnauthenticated: 5 } });
      const crowd = await Promise.all(Array.from({ length: 20 }, () => dial(crowded.port)));
      const { status } = await send(crowded.url, 'GET', '/streams/a/schema', undefined, {
        as: crowded.credentials,
      });
      assert.equal(status, 404);
      // The server has seen all of the crowd by then; most of them were driven out.
      await Promise.all(crowd.slice(0, 14).map((socket) => socket.closed || once(socket.resume(), 'close')));
      assert(crowd.slice(-2).every((socket) => !socket.closed));
    });

    it('are left alone once a request of theirs has proven who they are', async () => {
      const patient = await startServer({ limits: { authenticateTimeout: 50 } });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const get = async () => {
        const request = httpRequest(patient.url, {
          agent,
          path: '/api/v1/streams/a/schema',
          headers: { authorization: basic(patient.credentials) },
        }).end();
        const [response] = await once(request, 'response');
        await once(response.resume(), 'end');
        return request.socket?.localPort;
      };
      const port = await get();
      // One that has come after it.
      const silent = await dial(patient.port);
      await once(silent.resume(), 'close');
      assert.equal(await get(), port);
      agent.destroy();
    });
  });
});
