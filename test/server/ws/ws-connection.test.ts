import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { hashSecret } from '../../../src/server/auth/auth';
import { LoginAttempts } from '../../../src/server/auth/login-attempts';
import type { Client } from '../../../src/server/directory/jail';
import { limitsOf } from '../../../src/server/limits';
import { Lobby } from '../../../src/server/listening/lobby';
import type { Sea } from '../../../src/server/sea';
import type { EmbeddedServer } from '../../../src/server/server';
import { WsApi } from '../../../src/server/ws/ws-api';
import { type Credentials, ok, Wire } from '../../support/network/wire';
import { openSea, startServer } from '../../support/sea/sea';
import { drawKeyPair, inOneHour, KEYS, signToken } from '../../support/sea/tokens';
import { until } from '../../support/until';
import { startBoiler, waysTo } from './boiler-bench';

describe('WebSocket connection', () => {
  let server: EmbeddedServer;
  let as: Credentials;
  const { login, publish } = waysTo(() => server);

  beforeEach(async () => {
    server = await startBoiler();
    as = server.credentials;
  });

  const temperatures = (...values: number[]) => values.map((temperature) => ({ temperature }));

  describe('authentication (P21)', () => {
    it('with a secret is answered once, with the jail', async () => {
      const wire = await Wire.open(server.url);
      const reply = await wire.authenticate({ type: 'basic', ...as });
      assert.deepEqual(reply, { id: 1, action: 'authenticate', success: true, payload: { jailId: 'works' } });
      assert.deepEqual(await wire.drain(), []);
    });

    for (const [what, credentials] of [
      ['a wrong secret', { clientId: 'gauge', clientSecret: 'wrong' }],
      ['an unknown client', { clientId: 'nobody', clientSecret: 'gauge-secret' }],
    ] as const) {
      it(`with ${what} is refused once, and the server closes (P22)`, async () => {
        const wire = await Wire.open(server.url);
        const reply = await wire.authenticate({ type: 'basic', ...credentials });
        assert.deepEqual(reply, {
          id: 1,
          action: 'authenticate',
          success: false,
          error: { message: 'Invalid credentials' },
        });
        assert.deepEqual(await wire.closed, { code: 1008, reason: 'Invalid credentials' });
        assert.deepEqual(wire.pending, []);
      });
    }

    it('that does not come in time ends the connection', async () => {
      const hasty = await startServer({ limits: { authenticateTimeout: 50 } });
      const wire = await Wire.open(hasty.url);
      assert.deepEqual(await wire.closed, { code: 1008, reason: 'No authentication came within 0.05 s.' });
    });

    it('of connections beyond the limit drives out the oldest that has not, and none that has', async () => {
      const small = await startServer({ limits: { maxUnauthenticated: 2 } });
      const known = await Wire.login(small.url, small.credentials);
      const [oldest, second, third] = [
        await Wire.open(small.url),
        await Wire.open(small.url),
        await Wire.open(small.url),
      ];
      assert.match((await oldest.closed).reason, /Too many connections/);
      for (const wire of [known, second, third]) assert.deepEqual(await wire.drain(), []);
    });

    it('where there is no more room in the jail is answered with that, once, and may come again later', async () => {
      const small = await startServer({ limits: { maxJailConnections: 1 } });
      const first = await Wire.login(small.url, small.credentials);
      const second = await Wire.open(small.url);
      const reply = await second.authenticate({ type: 'basic', ...small.credentials });
      const message = 'The jail has 1 connections, and may have no more.';
      assert.deepEqual(reply, { id: 1, action: 'authenticate', success: false, error: { message } });
      assert.deepEqual(await second.closed, { code: 1013, reason: message });
      first.ws.close();
      await until(() => small.stats().connections === 0, 'the end of the first');
      await Wire.login(small.url, small.credentials);
    });
  });

  describe('frames out of order (P20, P21)', () => {
    const authenticate = (id: unknown = 1) => ({
      id,
      action: 'authenticate',
      payload: { type: 'basic', clientId: 'gauge', clientSecret: 'gauge-secret' },
    });
    const closes = async (wire: Wire, reason: RegExp, code = 1002): Promise<void> => {
      const closed = await wire.closed;
      assert.equal(closed.code, code);
      assert.match(closed.reason, reason);
    };

    for (const [what, frame, reason] of [
      ['a subscribe before the authentication', { id: 1, action: 'subscribe', payload: 'b' }, /first frame/],
      ['an unknown action', { id: 1, action: 'publish', payload: {} }, /^action should be/],
      ['text that is not JSON', 'hello', /^not JSON/],
      ['JSON that is no object', '[1]', /^a frame should be a JSON object/],
      ['JSON nested too deep', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, /nests deeper/],
    ] as const) {
      it(`are closed with the reason: ${what}`, async () => {
        const wire = await Wire.open(server.url);
        wire.send(frame);
        await closes(wire, reason);
        assert.deepEqual(wire.pending, []);
      });
    }

    const basicly = (payload: object, id: unknown = 1) => ({ ...authenticate(id), payload });
    for (const [what, frame, reason, id] of [
      ['with an id that is not 1', authenticate(2), /^id should be 1, but is 2$/, 2],
      ['with an id that is no number', authenticate('1'), /^id should be a positive integer/, 1],
      ['with an id below 1', authenticate(-1), /^id should be a positive integer/, 1],
      ['without an id', authenticate(null), /^id should be a positive integer/, 1],
      ['without a payload', { id: 1, action: 'authenticate' }, /^payload should be an object/, 1],
      [
        'with a payload that is text',
        { id: 1, action: 'authenticate', payload: 'x' },
        /^payload should be/,
        1,
      ],
      ['of no type', basicly({ clientId: 'gauge', clientSecret: 'x' }), /^payload.type should be/, 1],
      ['of another type', basicly({ type: 'Basic', clientId: 'g', clientSecret: 'x' }), /^payload.type/, 1],
      ['without a client', basicly({ type: 'basic', clientSecret: 'x' }), /^payload.clientId should be/, 1],
      ['without a secret', basicly({ type: 'basic', clientId: 'g' }), /^payload.clientSecret should be/, 1],
      ['without a token', basicly({ type: 'jwt', clientId: 'g' }), /^payload.jwt should be a string$/, 1],
    ] as const) {
      it(`are answered once, and closed: an authentication ${what} (P22)`, async () => {
        const wire = await Wire.open(server.url);
        wire.send(frame);
        wire.send(authenticate());
        const { error, ...reply } = await wire.next();
        assert.deepEqual(reply, { id, action: 'authenticate', success: false });
        assert.match(error.message, reason);
        await closes(wire, reason);
        assert.deepEqual(wire.pending, []);
      });
    }

    it('are answered once, and closed: an authentication that is binary (P22)', async () => {
      const wire = await Wire.open(server.url);
      wire.ws.send(Buffer.from(JSON.stringify(authenticate())), { binary: true });
      wire.send(authenticate());
      const { error, ...reply } = await wire.next();
      assert.deepEqual(reply, { id: 1, action: 'authenticate', success: false });
      assert.equal(error.message, 'A frame should be text.');
      await closes(wire, /^A frame should be text\.$/);
      assert.deepEqual(wire.pending, []);
    });

    it('are closed with the reason: an id that skips one', async () => {
      const wire = await login();
      wire.send({ id: 3, action: 'subscribe', payload: 'boiler' });
      await closes(wire, /^id should be 2, but is 3$/);
    });

    it('are closed with the reason: an authentication sent twice', async () => {
      const wire = await login();
      wire.send(authenticate(2));
      await closes(wire, /sent only once/);
    });

    it('are closed with the reason: a binary frame', async () => {
      const wire = await login();
      wire.ws.send(Buffer.from('{}'), { binary: true });
      await closes(wire, /should be text/);
    });

    it('close with a reason that fits, however long it would be', async () => {
      const wire = await Wire.open(server.url);
      wire.send({ id: 1, action: '鍵'.repeat(1_000) });
      const { reason } = await wire.closed;
      assert(Buffer.byteLength(reason) <= 123);
      assert.match(reason, /^action should be [^\uFFFD]+$/);
    });

    it('take nothing more, once one of them has closed the connection', async () => {
      const wire = await Wire.open(server.url);
      wire.send('hello');
      wire.send(authenticate());
      await closes(wire, /not JSON/);
      assert.deepEqual(wire.pending, []);
    });

    it('never show what stood in the place of a secret', async () => {
      const wire = await Wire.open(server.url);
      wire.send({
        id: 1,
        action: 'authenticate',
        payload: { type: 'basic', clientId: 'a', clientSecret: 4711 },
      });
      assert.doesNotMatch((await wire.closed).reason, /4711/);
    });

    it('may be 64 KB, and not a byte more', async () => {
      const frame = JSON.stringify({ ...authenticate(), note: '' });
      const padded = frame.replace('"note":""', `"note":"${'x'.repeat(64 * 1024 - frame.length)}"`);
      const fits = await Wire.open(server.url);
      fits.send(padded);
      assert.equal((await fits.next()).success, true);
      const over = await Wire.open(server.url);
      over.send(`${padded} `);
      assert.equal((await over.closed).code, 1009);
    });
  });

  describe('subscriptions', () => {
    it('are answered and delivered to with their id (P24, P25, P26)', async () => {
      const wire = await login();
      assert.deepEqual(await wire.subscribe('boiler'), {
        id: 2,
        action: 'subscription',
        success: true,
        streamName: 'boiler',
        payload: 2,
      });
      await publish({ temperature: 91, pressure: 3001, extra: [null, 'é'] });
      assert.deepEqual(await wire.next(), {
        id: 2,
        action: 'subscription',
        streamName: 'boiler',
        payload: { temperature: 91, pressure: 3001, extra: [null, 'é'] },
      });
    });

    it('to a stream that is not defined yet wait for it', async () => {
      const wire = await login();
      const answer = await wire.subscribe('later');
      assert.deepEqual([answer.success, answer.payload], [true, 2]);
      await ok(server.url, 'POST', '/streams/later/define', { version: 1, fields: [] }, { as });
      await ok(server.url, 'POST', '/streams/later/publish', { payload: { a: 1 } }, { as });
      assert.deepEqual(await wire.drain(), [{ a: 1 }]);
    });

    it('that are refused do not disturb the others', async () => {
      const wire = await login();
      const refused = await wire.subscribe('boiler', 'not-a-uuid');
      assert.equal(refused.success, false);
      assert.match(refused.error.message, /UUID/);
      assert.equal((await wire.subscribe('boiler')).success, true);
      await publish({ temperature: 1 });
      assert.deepEqual(await wire.drain(), temperatures(1));
    });

    it('of the same client without groupId share the messages, whichever connection they are on (P27)', async () => {
      const [a, b] = [await login(), await login()];
      await a.subscribe('boiler');
      await b.subscribe('boiler');
      await publish(...temperatures(1, 2, 3, 4));
      assert.deepEqual([await a.drain(), await b.drain()], [temperatures(1, 3), temperatures(2, 4)]);
    });

    it('of three members of a group get each message once, in turn (P27)', async () => {
      const group = randomUUID();
      const made = await ok(server.url, 'POST', '/client', { clientId: 'other', description: '' }, { as });
      const other = { clientId: 'other', clientSecret: made.secret };
      const wires = [await login(), await login(other), await login()];
      for (const wire of wires) await wire.subscribe('boiler', group);
      await publish(...temperatures(0, 1, 2, 3, 4, 5, 6));
      const got = await Promise.all(wires.map((wire) => wire.drain()));
      assert.deepEqual(got, [temperatures(0, 3, 6), temperatures(1, 4), temperatures(2, 5)]);
    });

    it('with a fresh UUID get everything (P28)', async () => {
      const wires = [await login(), await login()];
      for (const wire of wires) await wire.subscribe('boiler', randomUUID());
      await wires[0]?.subscribe('boiler', randomUUID());
      await publish(...temperatures(1, 2));
      const twice = (await wires[0]?.drain()) ?? [];
      assert.deepEqual(twice.map(({ temperature }) => temperature).sort(), [1, 1, 2, 2]);
      assert.deepEqual(await wires[1]?.drain(), temperatures(1, 2));
    });

    it('leave their group with their connection: the rest gets the messages', async () => {
      const [a, b] = [await login(), await login()];
      await a.subscribe('boiler');
      await b.subscribe('boiler');
      a.ws.terminate();
      await a.closed;
      while (server.stats().subscriptions > 1) await new Promise((resolve) => setImmediate(resolve));
      await publish(...temperatures(1, 2, 3));
      assert.deepEqual(await b.drain(), temperatures(1, 2, 3));
      assert.deepEqual(server.stats(), {
        connections: 1,
        streams: 1,
        subscriptions: 1,
        published: 3,
        delivered: 3,
        retained: 0,
        dropped: 0,
        forgotten: 0,
      });
    });

    it('are no more on a connection than the limit', async () => {
      const small = await startServer({ limits: { maxSubscriptions: 2 } });
      const wire = await Wire.login(small.url, small.credentials);
      const answers = [await wire.subscribe('a'), await wire.subscribe('b'), await wire.subscribe('c')];
      assert.deepEqual(
        answers.map((answer) => answer.success),
        [true, true, false],
      );
    });

    it('get a batch of 500 in order', async () => {
      const wire = await login();
      await wire.subscribe('boiler');
      const batch = temperatures(...Array.from({ length: 500 }, (_, index) => index));
      await publish(...batch);
      assert.deepEqual(await wire.drain(), batch);
    });
  });

  describe('tokens', () => {
    beforeEach(() =>
      ok(server.url, 'PUT', '/client/gauge/jwt-public-key', { jwtPublicKey: KEYS.publicKey }, { as }),
    );

    const bearer = async (
      claims: object,
      keys = KEYS,
    ): Promise<{ wire: Wire; reply: Record<string, unknown> }> => {
      const wire = await Wire.open(server.url);
      const jwt = await signToken({ exp: inOneHour(), ...claims }, keys);
      return { wire, reply: await wire.authenticate({ type: 'jwt', clientId: 'gauge', jwt }) };
    };

    it('are taken (P30)', async () => {
      const { wire, reply } = await bearer({});
      assert.deepEqual(reply, { id: 1, action: 'authenticate', success: true, payload: { jailId: 'works' } });
      await wire.subscribe('boiler');
      await publish({ temperature: 1 });
      assert.deepEqual(await wire.drain(), temperatures(1));
    });

    it('that the server fails at cost their connection, and no process', async () => {
      const faults: unknown[] = [];
      const faulty = await startServer({ onError: (error) => faults.push(error) });
      await ok(faulty.url, 'PUT', '/client/gauge/jwt-public-key', { jwtPublicKey: KEYS.publicKey }, { as });
      const wire = await Wire.open(faulty.url);
      const jwt = await signToken({ exp: inOneHour() });
      const admit = Lobby.prototype.admit;
      Lobby.prototype.admit = () => {
        throw new Error('no');
      };
      try {
        await wire.authenticate({ type: 'jwt', clientId: 'gauge', jwt });
        assert.deepEqual(await wire.closed, { code: 1011, reason: 'The server failed at this frame.' });
      } finally {
        Lobby.prototype.admit = admit;
      }
      assert.equal(String(faults), 'Error: no');
    });

    it('hold frames that come while they are verified, in order', async () => {
      const wire = await Wire.open(server.url);
      const jwt = await signToken({ exp: inOneHour() });
      wire.send({ id: 1, action: 'authenticate', payload: { type: 'jwt', clientId: 'gauge', jwt } });
      wire.send({ id: 2, action: 'subscribe', payload: 'boiler' });
      wire.send({ id: 3, action: 'subscribe', payload: 'other' });
      const replies = [await wire.next(), await wire.next(), await wire.next()];
      assert.deepEqual(
        replies.map(({ id, success }) => [id, success]),
        [
          [1, true],
          [2, true],
          [3, true],
        ],
      );
    });

    it('are refused when their key is changed, or their client deleted, while they are verified', async () => {
      const limits = limitsOf();
      for (const meanwhile of [
        (sea: Sea, client: Client) => sea.administration.setJwtPublicKey(client, 'gauge', null),
        (sea: Sea, client: Client) => sea.administration.deleteClient(client, 'gauge'),
      ]) {
        const { sea, gauge: client } = await openSea();
        await sea.administration.createClient(client, 'other', '', hashSecret('s'));
        await sea.administration.setJwtPublicKey(client, 'gauge', KEYS.publicKey);
        // The clock is read once the key has been: the one moment a test can get in between.
        let changed: Promise<void> | undefined;
        const now = () => {
          changed ??= meanwhile(sea, client);
          return Date.now();
        };
        const parts = {
          sea,
          limits,
          now,
          lobby: new Lobby(limits),
          logins: new LoginAttempts({ limits, onEvent: () => {} }),
          pingInterval: 1_000,
          onError: (error: unknown) => assert.fail(String(error)),
          onEvent: () => {},
          isDraining: () => false,
        };
        const api = new WsApi(parts);
        const http = createServer().on('upgrade', (request, socket: Socket, head) => {
          api.upgrade(request, socket, head);
        });
        await once(http.listen(0, '127.0.0.1'), 'listening');
        const { port } = http.address() as AddressInfo;
        const wire = await Wire.open(`http://127.0.0.1:${port}`);
        const jwt = await signToken({ exp: inOneHour() });
        const reply = await wire.authenticate({ type: 'jwt', clientId: 'gauge', jwt });
        await api.close();
        http.close();
        assert.deepEqual(reply.error, { message: 'Invalid credentials' });
        await changed;
        assert.equal(client.connections.size, 0);
      }
    });

    it('that are expired, signed by another key or of an unknown client are refused, and the server closes', async () => {
      const expired = await bearer({ exp: 1 });
      assert.deepEqual(expired.reply.error, { message: 'The token has expired.' });
      assert.equal((await expired.wire.closed).code, 1008);
      const foreign = await bearer({}, drawKeyPair());
      assert.deepEqual(foreign.reply.error, { message: 'Invalid credentials' });
      const wire = await Wire.open(server.url);
      const jwt = await signToken({ exp: inOneHour() });
      const unknown = await wire.authenticate({ type: 'jwt', clientId: 'nobody', jwt });
      assert.deepEqual(unknown.error, { message: 'Invalid credentials' });
    });

    it('close the live connection when they expire (P31)', async () => {
      let now = Date.now();
      const timed = await startServer({ now: () => now });
      const by = timed.credentials;
      await ok(
        timed.url,
        'PUT',
        '/client/gauge/jwt-public-key',
        { jwtPublicKey: KEYS.publicKey },
        { as: by },
      );
      const exp = Math.floor(now / 1000) + 3600;
      now = exp * 1000 - 30;
      const wire = await Wire.open(timed.url);
      const reply = await wire.authenticate({
        type: 'jwt',
        clientId: 'gauge',
        jwt: await signToken({ exp }),
      });
      assert.equal(reply.success, true);
      now = exp * 1000;
      assert.deepEqual(await wire.closed, { code: 1008, reason: 'The token has expired.' });
    });

    it('with mustFanout need a groupId at every subscribe (P32)', async () => {
      const { wire } = await bearer({ mustFanout: true });
      const without = await wire.subscribe('boiler');
      assert.equal(without.success, false);
      assert.match(without.error.message, /mustFanout/);
      assert.equal((await wire.subscribe('boiler', randomUUID())).success, true);
    });

    it('with a filter get only what it lets through; the group’s others get the rest (P33)', async () => {
      const filter = {
        t: 'eq',
        e: [
          { t: 'path', e: '$.mode' },
          { t: 'string', e: 'on' },
        ],
      };
      const { wire } = await bearer({ filter });
      const plain = await login();
      await wire.subscribe('boiler');
      await plain.subscribe('boiler');
      await publish({ mode: 'off' }, { mode: 'off' }, { mode: 'on' }, { temperature: 1 });
      assert.deepEqual(await wire.drain(), [{ mode: 'on' }]);
      assert.deepEqual(await plain.drain(), [{ mode: 'off' }, { mode: 'off' }, { temperature: 1 }]);
    });

    it('end with the key that proved them; secrets with the secret', async () => {
      const [{ wire }, basic] = [await bearer({}), await login()];
      await ok(server.url, 'PUT', '/client/gauge/jwt-public-key', { jwtPublicKey: null }, { as });
      assert.match((await wire.closed).reason, /JWT public key was changed/);
      assert.deepEqual(await basic.drain(), []);
      await ok(server.url, 'PUT', '/client/gauge', undefined, { as });
      assert.deepEqual(await basic.closed, { code: 1008, reason: "The client's secret was changed." });
    });
  });

  it('ends when its client is deleted', async () => {
    const made = await ok(server.url, 'POST', '/client', { clientId: 'b', description: '' }, { as });
    const wire = await login({ clientId: 'b', clientSecret: made.secret });
    await ok(server.url, 'DELETE', '/client/b', undefined, { as });
    assert.deepEqual(await wire.closed, { code: 1008, reason: 'The client was deleted.' });
  });

  it('is closed when the server fails at a frame, and no other is', async () => {
    const faults: unknown[] = [];
    const faulty = await startServer({ onError: (error) => faults.push(error) });
    const [one, other] = [await Wire.login(faulty.url, as), await Wire.login(faulty.url, as)];
    const encode = JSON.stringify;
    one.send({ id: 2, action: 'subscribe', payload: 'boiler' });
    JSON.stringify = (value: unknown): string => {
      if (Object(value).action === 'subscription') throw new RangeError('Invalid string length');
      return encode(value);
    };
    try {
      assert.deepEqual(await one.closed, { code: 1011, reason: 'The server failed at this frame.' });
    } finally {
      JSON.stringify = encode;
    }
    assert.equal(String(faults), 'RangeError: Invalid string length');
    assert.equal((await other.subscribe('boiler')).success, true);
  });

  it('is closed for good soon, whether or not its client answers the close', async () => {
    const curt = await startServer({ limits: { closeTimeout: 50 } });
    const wire = await Wire.login(curt.url, curt.credentials);
    wire.ws.pause();
    wire.send('bad');
    await until(() => curt.stats().connections === 0);
    wire.ws.resume();
    await once(wire.ws, 'close');
  });
});
