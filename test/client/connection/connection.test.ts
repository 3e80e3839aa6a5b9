import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Connection } from '../../../src/client/connection/connection';
import type { ServerSubscription } from '../../../src/client/connection/server-subscriptions';
import { Transport } from '../../../src/client/http/transport';
import { Secrets } from '../../../src/client/identity/secrets';
import {
  CredentialsError,
  NetworkError,
  ProtocolError,
  ReplyError,
  type StreamSeaError,
  TimeoutError,
} from '../../../src/errors';
import { MAX_BODY_BYTES } from '../../../src/protocol/constants';
import type { Authentication } from '../../../src/protocol/frames';
import { FakeClock, settled } from '../../support/clock';
import { frame, startHostileServer } from '../../support/network/hostile-server';
import { type Peer, type RawServer, startRawServer } from '../../support/network/raw-server';
import { certificate } from '../../support/network/tls';
import { until } from '../../support/until';

const SECRET = 'never-to-be-shown';
const BASIC: Authentication = { type: 'basic', clientId: 'gauge', clientSecret: SECRET };

const secrets = new Secrets({ clientId: 'gauge', clientSecret: SECRET });

/** A server subscription that remembers. */
class Heard implements ServerSubscription {
  readonly stream: string;
  readonly all: unknown[] = [];

  constructor(stream: string) {
    this.stream = stream;
  }

  answered(): void {
    this.all.push('answered');
  }

  refused(error: StreamSeaError): void {
    this.all.push(['refused', error.message]);
  }

  delivered(message: unknown): void {
    this.all.push(message);
  }
}

describe('client/connection', () => {
  let server: RawServer;
  let clock: FakeClock;
  let events: unknown[];
  let ends: StreamSeaError[];
  let problems: StreamSeaError[];
  let transport: Transport;
  let opened: Connection[];
  let authenticate: () => Authentication | Promise<Authentication>;

  beforeEach(async () => {
    server = await startRawServer();
    clock = new FakeClock();
    events = [];
    ends = [];
    problems = [];
    opened = [];
    authenticate = () => BASIC;
    transport = transportTo(server.url);
  });

  afterEach(async () => {
    clock.advance(2_000);
    await Promise.all(opened.map((connection) => connection.close()));
    transport.close();
    assert.equal(clock.pending, 0, 'a timer is left');
  });

  function transportTo(url: string, tls = {}): Transport {
    return new Transport({
      url: new URL(url),
      tls,
      proxy: undefined,
      agent: undefined,
      connectTimeout: 15_000,
      clock,
      secrets,
    });
  }

  function open(): Connection {
    const connection = new Connection(
      {
        transport,
        authenticate: () => authenticate(),
        connectTimeout: 15_000,
        authenticateTimeout: 10_000,
        silenceTimeout: 75_000,
        clock,
        secrets,
        problem: (error) => problems.push(error),
      },
      {
        opened: () => events.push('opened'),
        authenticated: (jailId) => events.push(['authenticated', jailId]),
        ended: (why) => ends.push(why),
      },
    );
    opened.push(connection);
    return connection;
  }

  /** Opened and let in. */
  async function ready(): Promise<{ connection: Connection; peer: Peer }> {
    const connection = open();
    const peer = await server.welcome();
    await until(() => events.length === 2, 'authentication');
    return { connection, peer };
  }

  async function ended(): Promise<StreamSeaError> {
    await until(() => ends.length > 0, 'the end');
    await settled();
    assert.equal(ends.length, 1, 'ended more than once');
    const [why] = ends;
    assert.ok(why);
    assert.ok(!why.message.includes(SECRET));
    return why;
  }

  describe('opening', () => {
    it('connects at the one path, without compression, and authenticates with id 1 (P20, P21)', async () => {
      open();
      const peer = await server.accept();
      assert.equal(peer.request.url, '/api/v1/streams');
      assert.equal(peer.request.headers['sec-websocket-extensions'], undefined);
      assert.equal(peer.request.headers.authorization, undefined);
      assert.deepEqual(await peer.frame(), { id: 1, action: 'authenticate', payload: BASIC });
      assert.deepEqual(events, ['opened']);
      peer.send({ id: 1, action: 'authenticate', success: true, payload: { jailId: 'works' } });
      await until(() => events.length === 2);
      assert.deepEqual(events[1], ['authenticated', 'works']);
    });

    it('puts the path below the prefix of the address', async () => {
      transport = transportTo(`${server.url}/plant/`);
      open();
      assert.equal((await server.accept()).request.url, '/plant/api/v1/streams');
    });

    it('shows a token that has to be fetched', async () => {
      authenticate = async () => ({ type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' });
      open();
      const { payload } = await (await server.accept()).frame();
      assert.deepEqual(payload, { type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' });
    });

    it('ends when no token can be had, whether thrown or rejected', async () => {
      authenticate = () => {
        throw new NetworkError('vault sealed');
      };
      open();
      assert.match((await ended()).message, /vault sealed/);
    });

    it('says that nobody answers', async () => {
      await server.close();
      open();
      const why = await ended();
      assert.ok(why instanceof NetworkError);
      assert.equal(why.message, `Nobody answers at 127.0.0.1:${server.port} (connection refused)`);
    });

    it('gives up a server that takes the connection and says nothing', async () => {
      server.upgrade = 'hang';
      open();
      await until(() => server.sockets === 1);
      await clock.advance(15_000);
      const why = await ended();
      assert.ok(why instanceof TimeoutError);
      assert.match(why.message, /was not reached within 15 s/);
      await until(() => server.sockets === 0, 'the end of the socket');
    });

    it('gives up a token that never comes', async () => {
      authenticate = () => new Promise(() => {});
      open();
      await clock.advance(15_000);
      assert.ok((await ended()) instanceof TimeoutError);
      assert.equal(server.peers.length, 0);
    });

    it('takes status 401 for refused credentials', async () => {
      server.upgrade = { status: 401 };
      open();
      assert.ok((await ended()) instanceof CredentialsError);
    });

    it('never follows a redirect (P8)', async () => {
      const elsewhere = await startRawServer();
      server.upgrade = { status: 307, headers: { Location: `${elsewhere.url}/api/v1/streams` } };
      open();
      const why = await ended();
      assert.ok(why instanceof ReplyError);
      assert.match(why.message, /redirects elsewhere \(status 307\)/);
      assert.equal(elsewhere.peers.length, 0);
    });

    it('says that there is no such server', async () => {
      server.upgrade = { status: 404 };
      open();
      assert.match((await ended()).message, /There is no stream-sea server at 127.0.0.1:\d+.*status 404/);
    });

    for (const [status, says] of [
      [503, /^The server failed \(connection to 127\.0\.0\.1:\d+ refused, status 503\)$/],
      [429, /^Too many requests \(connection to .*, status 429\)$/],
    ] as const) {
      it(`says what status ${status} says, and when the server asks for the next try (P9)`, async () => {
        const date = 'Sun, 22 Nov 2026 10:00:02 GMT';
        server.upgrade = { status, headers: { Date: date, 'Retry-After': date.replace(':02 ', ':07 ') } };
        open();
        const why = await ended();
        assert.ok(why instanceof ReplyError);
        assert.match(why.message, says);
        assert.deepEqual([why.status, why.retryable, why.retryAfter], [status, true, 5_000]);
      });
    }

    it('does not trust a certificate that nobody vouches for', async () => {
      const secure = await startRawServer({ tls: true });
      transport = transportTo(secure.url);
      open();
      assert.match((await ended()).message, /self-signed: give it as a CA/);
      assert.equal(secure.peers.length, 0);
    });
  });

  describe('authentication', () => {
    it('closes when refused and sends nothing more (P22)', async () => {
      const connection = open();
      const peer = await server.accept();
      await peer.frame();
      peer.send({ id: 1, action: 'authenticate', success: false, error: { message: `bad ${SECRET}` } });
      const why = await ended();
      assert.ok(why instanceof CredentialsError);
      assert.match(why.message, /refused the credentials: bad \*\*\*/);
      connection.subscribe(new Heard('s'));
      await peer.closed;
      assert.equal(peer.received.length, 1);
    });

    it('is given up when it is not answered', async () => {
      open();
      await (await server.accept()).frame();
      await clock.advance(10_000);
      assert.match((await ended()).message, /did not answer the authentication within 10 s/);
    });

    it('has exactly one reply: another says nothing, not even when it takes the first one back (P21, P37)', async () => {
      const { connection, peer } = await ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      peer.send({ id: 1, action: 'authenticate', success: true });
      peer.send({ id: 1, action: 'authenticate', success: false, error: { message: 'no' } });
      await peer.subscribed();
      await until(() => heard.all.length === 1);
      assert.deepEqual(ends, []);
      assert.equal(problems.length, 1);
    });

    it('waits for its answer behind what is none, and tells of that afterwards (P37)', async () => {
      open();
      const peer = await server.accept();
      await peer.frame();
      peer.sendText('hello');
      peer.send({ id: 7, action: 'greeting' });
      peer.send({ id: 2, action: 'authenticate', success: false });
      peer.send({ id: 1, action: 'authenticate', success: true });
      await until(() => events.length === 2);
      assert.match(problems.map(({ message }) => message).join(), /ignored: not JSON: .*hello/);
      assert.deepEqual(ends, []);
    });

    it('that is answered with what is no answer is given up in time, and says why', async () => {
      for (const odd of [
        { id: 1, action: 'authenticate' },
        'hello',
        { id: 1, action: 'authenticate', success: 1 },
      ]) {
        ends.length = 0;
        open();
        const peer = await server.accept();
        await peer.frame();
        if (typeof odd === 'string') peer.sendText(odd);
        else peer.send(odd);
        peer.ping();
        await new Promise<void>((resolve) => peer.onPong(resolve));
        await clock.advance(10_000);
        const why = await ended();
        assert.ok(why instanceof ProtocolError);
        assert.match(why.message, /broke the protocol: (not JSON|success should be true or false)/);
      }
      assert.deepEqual(problems, []);
    });
  });

  describe('subscriptions', () => {
    it('count their ids from 2, one by one (P21), and carry a group only when there is one (P27)', async () => {
      const { connection, peer } = await ready();
      connection.subscribe(new Heard('a'));
      connection.subscribe(new Heard('b'), '184cfa3d-d610-475b-9258-f62e76e47c2f');
      assert.deepEqual(await peer.frame(), { id: 2, action: 'subscribe', payload: 'a' });
      assert.deepEqual(await peer.frame(), {
        id: 3,
        action: 'subscribe',
        payload: 'b',
        groupId: '184cfa3d-d610-475b-9258-f62e76e47c2f',
      });
    });

    it("hear their answer and their deliveries, and nobody else's (P24)", async () => {
      const { connection, peer } = await ready();
      const [a, b] = [new Heard('a'), new Heard('b')];
      connection.subscribe(a);
      connection.subscribe(b);
      const first = await peer.subscribed();
      const second = await peer.refused('no such stream');
      peer.deliver(first, { n: 1 }, null, 0);
      await until(() => a.all.length === 4);
      assert.deepEqual(a.all, ['answered', { n: 1 }, null, 0]);
      assert.deepEqual(b.all, [['refused', 'no such stream (subscription to "b" refused)']]);
      assert.equal(second.id, 3);
    });

    it('take replies that are called subscribe (P25)', async () => {
      const { connection, peer } = await ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const { id } = await peer.frame();
      peer.send({ id, action: 'subscribe', success: true, payload: null });
      peer.send({ id, action: 'subscribe', payload: 1 });
      await until(() => heard.all.length === 2);
      assert.deepEqual(heard.all, ['answered', 1]);
    });

    for (const [what, first] of Object.entries({
      'nothing of success': { payload: 'no message' },
      'nothing at all': {},
      'success that is a word': { success: 'false' },
      'success that is null': { success: null, error: { message: 'no' } },
      'the message of another server': { streamName: 's', payload: { n: 0 } },
    })) {
      it(`take the first reply for their answer when it says ${what} (P24)`, async () => {
        const { connection, peer } = await ready();
        const heard = new Heard('s');
        connection.subscribe(heard);
        const { id } = await peer.frame();
        peer.send({ id, action: 'subscription', ...first });
        peer.send({ id, action: 'subscription', payload: 1 });
        await until(() => heard.all.length === 2);
        assert.deepEqual(heard.all, ['answered', 1]);
      });
    }

    it('take every later reply for a message, whatever it says of success (P24)', async () => {
      const { connection, peer } = await ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const { id } = await peer.subscribed();
      peer.send({ id, action: 'subscription', success: true, payload: 'late' });
      peer.send({ id, action: 'subscription', success: false, error: 'no', payload: 'later' });
      peer.send({ id, action: 'subscribe', success: 'yes', payload: null });
      await until(() => heard.all.length === 4);
      assert.deepEqual(heard.all, ['answered', 'late', 'later', null]);
      assert.deepEqual(ends, []);
    });

    it('read nothing into what the answer bears (P26)', async () => {
      const { connection, peer } = await ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const { id } = await peer.frame();
      peer.send({ id, action: 'subscription', success: true, streamName: 'other', payload: { n: 1 } });
      peer.send({ id, action: 'subscription', payload: 2 });
      await until(() => heard.all.length === 2);
      assert.deepEqual(heard.all, ['answered', 2]);
    });

    for (const [what, pieces] of [
      [
        'in twenty thousand pieces',
        Array.from({ length: 20_000 }, () => frame(' ', { opcode: 0, last: false })),
      ],
      ['behind a hundred pings', Array.from({ length: 100 }, () => frame('', { opcode: 9 }))],
    ] as const) {
      it(`get a message that comes ${what}`, async () => {
        const hostile = await startHostileServer();
        transport = transportTo(hostile.url);
        hostile.onSocket = async (victim) => {
          await victim.authenticate();
          const id = await victim.accept();
          const head = frame(`{"id":${id},"payload":1,`, { last: false });
          const rest = frame('"action":"subscription"}', { opcode: 0 });
          victim.write(Buffer.concat([head, ...pieces, rest]));
        };
        const connection = open();
        await until(() => events.length === 2, 'authentication');
        const heard = new Heard('s');
        connection.subscribe(heard);
        await until(() => heard.all.length === 2 || ends.length > 0);
        assert.deepEqual([heard.all, ends], [['answered', 1], []]);
      });
    }

    it('get a message of the size that a publish may have', async () => {
      const { connection, peer } = await ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const frame = await peer.subscribed();
      const large = 'x'.repeat(MAX_BODY_BYTES);
      peer.deliver(frame, large);
      await until(() => heard.all.length === 2);
      assert.equal(heard.all[1], large);
    });
  });

  describe('a server that breaks the rules (P37)', () => {
    const deep = '['.repeat(100_000);
    /** What is sent, and what of it is told. */
    const odd: Record<string, [send: (peer: Peer) => void, told: RegExp]> = {
      'text that is not JSON': [(peer) => peer.sendText('{'), /not JSON/],
      'JSON that is no object': [(peer) => peer.sendText('[]'), /a frame should be a JSON object/],
      'a frame without an id': [(peer) => peer.send({ action: 'subscription', payload: 1 }), /id should be/],
      'an id that is no number': [
        (peer) => peer.send({ id: '2', action: 'subscription', payload: 1 }),
        /id should be a positive integer, but is the string "2"/,
      ],
      'an id that was never used': [
        (peer) => peer.send({ id: 99, action: 'subscription', payload: 1 }),
        /id 99 belongs to no subscription/,
      ],
      'a delivery for the authentication': [
        (peer) => peer.send({ id: 1, action: 'subscription', payload: 1 }),
        /id 1 belongs to no subscription/,
      ],
      'an unknown action': [(peer) => peer.send({ id: 2, action: 'surprise' }), /action should be/],
      'a delivery of nothing': [
        (peer) => peer.send({ id: 2, action: 'subscription' }),
        /a delivery for "s" without a payload/,
      ],
      'a refusal after the answer': [
        (peer) => peer.send({ id: 2, action: 'subscription', success: false, error: { message: 'gone' } }),
        /gone \(subscription to "s" refused\)/,
      ],
      'JSON nested a hundred thousand deep': [
        (peer) =>
          peer.sendText(`{"id":2,"action":"subscription","payload":${deep}${deep.replaceAll('[', ']')}}`),
        /nests deeper/,
      ],
      'JSON as deep, and never closed': [(peer) => peer.sendText(deep), /not JSON/],
      'a binary frame': [(peer) => peer.sendBinary(Buffer.from('{}')), /a binary frame/],
    };

    for (const [what, [misbehave, told]] of Object.entries(odd)) {
      it(`is told once, and listened to, for ${what}`, async () => {
        const { connection, peer } = await ready();
        const heard = new Heard('s');
        connection.subscribe(heard);
        const frame = await peer.subscribed();
        for (let time = 0; time < 3; time += 1) misbehave(peer);
        peer.deliver(frame, 'after');
        await until(() => heard.all.length === 2);
        assert.deepEqual(heard.all, ['answered', 'after']);
        assert.deepEqual(ends, []);
        assert.equal(problems.length, 1);
        assert.ok(problems[0] instanceof ProtocolError);
        assert.match(problems[0].message, /^What 127.0.0.1:\d+ sent breaks the protocol and is ignored: /);
        assert.match(problems[0].message, told);
      });
    }

    it('is told of each kind once, however many there are', async () => {
      const { connection, peer } = await ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const frame = await peer.subscribed();
      for (let time = 0; time < 10; time += 1) for (const [misbehave] of Object.values(odd)) misbehave(peer);
      peer.deliver(frame, 'after');
      await until(() => heard.all.length === 2);
      assert.ok(problems.length <= Object.keys(odd).length, String(problems.length));
    });

    it('is not told any more once we close', async () => {
      const { connection, peer } = await ready();
      const closing = connection.close();
      peer.sendText('{');
      await closing;
      assert.deepEqual(problems, []);
    });

    const bad: Record<string, (peer: Peer) => void> = {
      'a frame of 100 MB': (peer) => peer.sendBinary(Buffer.alloc(100 * 1_048_576)),
      'a delivery larger than a publish may be': (peer) =>
        peer.send({ id: 2, action: 'subscription', payload: 'x'.repeat(MAX_BODY_BYTES + 65_536) }),
    };

    for (const [what, misbehave] of Object.entries(bad)) {
      it(`loses the connection for ${what}`, async () => {
        const { connection, peer } = await ready();
        connection.subscribe(new Heard('s'));
        await peer.frame();
        misbehave(peer);
        const why = await ended();
        assert.ok(why instanceof ProtocolError, String(why));
        assert.match(why.message, /127.0.0.1:\d+ broke the (WebSocket )?protocol/);
        await peer.closed;
      });
    }
  });

  describe('secrets that come back (P36)', () => {
    const quotes = [SECRET, encodeURIComponent(SECRET), Buffer.from(`gauge:${SECRET}`).toString('base64')];

    function isHidden(error: StreamSeaError | undefined, quote: string): void {
      assert.ok(error);
      const seen = `${error.stack}${inspect(error, { depth: 9, showHidden: true })}`;
      assert.ok(!seen.includes(quote) && !seen.includes(SECRET.slice(0, 8)), seen);
    }

    for (const quote of quotes) {
      it(`are told by no frame: ${quote}`, async () => {
        const { connection, peer } = await ready();
        const refusals: StreamSeaError[] = [];
        const heard = new Heard('s');
        connection.subscribe(
          Object.assign(heard, { refused: (error: StreamSeaError) => refusals.push(error) }),
        );
        await peer.refused(`no ${quote}`);
        peer.sendText(`${quote}`);
        peer.sendText(`{"id":${quote}`);
        peer.send({ id: quote, action: 'subscription' });
        peer.send({ id: 2, action: `${'x'.repeat(35)}${quote}` });
        peer.send({ id: 2, action: 'subscription', success: false, error: quote });
        await until(() => problems.length === 4 && refusals.length === 1, 'all to be told');
        for (const error of [...problems, ...refusals]) isHidden(error, quote);
      });

      it(`are told by no end: ${quote}`, async () => {
        const { peer } = await ready();
        peer.close(4000, `bye ${quote}`);
        const why = await ended();
        assert.match(why.message, /closed the connection: bye \*\*\* \(code 4000\)/);
        isHidden(why, quote);
      });

      for (const status of [401, 307, 200, 500]) {
        it(`are told by no answer ${status} to the upgrade: ${quote}`, async () => {
          const headers = { location: `http://${quote}@x/`, 'www-authenticate': quote, 'x-why': quote };
          server.upgrade = { status, headers, body: { message: quote } };
          open();
          isHidden(await ended(), quote);
        });
      }
    }

    it('are told by no refusal of a token, which is learnt with each authentication', async () => {
      const tokens = ['aaaa.bbbb.cccccccc', 'dddd.eeee.ffffffff'];
      for (const jwt of tokens) {
        ends.length = 0;
        authenticate = () => ({ type: 'jwt', clientId: 'gauge', jwt });
        open();
        const peer = await server.accept();
        await peer.frame();
        peer.send({
          id: 1,
          action: 'authenticate',
          success: false,
          error: { message: `no ${tokens.join()}` },
        });
        assert.match((await ended()).message, jwt === tokens[0] ? /: no \*\*\*,dddd/ : /: no \*\*\*,\*\*\*$/);
      }
    });
  });

  describe('ending', () => {
    it('tells that the server closed it, or broke off', async () => {
      const { peer } = await ready();
      peer.close(1001);
      assert.match((await ended()).message, /closed the connection \(code 1001\)/);
    });

    it('tells that the network broke off', async () => {
      const { peer } = await ready();
      peer.cut();
      const why = await ended();
      assert.ok(why instanceof NetworkError);
      assert.match(why.message, /broke off the connection/);
    });

    it('ends a connection on which nothing is heard, and none on which pings are (P23)', async () => {
      const { peer } = await ready();
      for (let beat = 0; beat < 4; beat += 1) {
        await clock.advance(50_000);
        const pong = new Promise<void>((resolve) => peer.onPong(resolve));
        peer.ping();
        await pong;
      }
      assert.deepEqual(ends, []);
      await clock.advance(100_000);
      const why = await ended();
      assert.ok(why instanceof TimeoutError);
      assert.match(why.message, /Nothing was heard from 127.0.0.1:\d+ for 75 s/);
    });

    it('hears pings through TLS, too', async () => {
      server = await startRawServer({ tls: true });
      transport = transportTo(server.url, { ca: certificate });
      const { peer } = await ready();
      for (let beat = 0; beat < 3; beat += 1) {
        await clock.advance(70_000);
        const pong = new Promise<void>((resolve) => peer.onPong(resolve));
        peer.ping();
        await pong;
      }
      assert.deepEqual(ends, []);
    });

    it('is told the server, and told nobody else, when it comes from us', async () => {
      const { connection, peer } = await ready();
      await connection.close();
      assert.equal(await peer.closed, 1000);
      assert.deepEqual(ends, []);
    });

    it('delivers what was on its way when we closed', async () => {
      const { connection, peer } = await ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const frame = await peer.subscribed();
      await until(() => heard.all.length === 1);
      const closing = connection.close();
      peer.deliver(frame, 'last');
      await closing;
      assert.deepEqual(heard.all, ['answered', 'last']);
    });

    it('says that the credentials are refused though nobody needs it any more, and nothing else', async () => {
      for (const success of [true, false]) {
        const connection = open();
        const peer = await server.accept();
        await peer.frame();
        const closing = connection.close();
        peer.send({ id: 1, action: 'authenticate', success, payload: { jailId: 'works' } });
        await closing;
      }
      assert.deepEqual(events, ['opened', 'opened']);
      assert.ok((await ended()) instanceof CredentialsError);
    });

    it('takes one that is let in for no refusal when it hears another answer on its way out (P21)', async () => {
      const { connection, peer } = await ready();
      const closing = connection.close();
      peer.send({ id: 1, action: 'authenticate', success: false });
      await closing;
      assert.deepEqual(ends, []);
    });

    it('does not wait for a server that is wedged', async () => {
      const { connection, peer } = await ready();
      peer.freeze();
      const closing = connection.close();
      await clock.advance(1_000);
      await closing;
    });

    it('does not wait for a server that has said good-bye, and stays and chatters', async () => {
      const hostile = await startHostileServer();
      transport = transportTo(hostile.url);
      hostile.onSocket = async (victim) => {
        await victim.authenticate();
        const { socket } = victim;
        for (const event of ['data', 'end']) socket.removeAllListeners(event);
        socket.resume();
        victim.write(frame(Buffer.from([0x03, 0xe9]), { opcode: 8 }));
        victim.write(frame('', { opcode: 9 }));
      };
      open();
      await until(() => clock.next === 1_000, 'the end of its patience');
      await clock.advance(1_000);
      assert.match((await ended()).message, /closed the connection \(code 1001\)/);
    });

    it('has all the time it takes when it is drained, as long as anything arrives', async () => {
      const { connection, peer } = await ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const frame = await peer.subscribed();
      await until(() => heard.all.length === 1);
      peer.freeze();
      let done = false;
      const draining = connection.drain().then(() => {
        done = true;
      });
      for (let n = 0; n < 20; n += 1) {
        peer.deliver(frame, n);
        await until(() => heard.all.length === n + 2);
        await clock.advance(3_000);
      }
      assert.equal(done, false);
      await clock.advance(6_250);
      await draining;
      assert.deepEqual(ends, []);
    });

    it('has it no more once it is to close', async () => {
      const { connection, peer } = await ready();
      peer.freeze();
      const draining = connection.drain();
      const closing = connection.close();
      await clock.advance(1_000);
      await Promise.all([draining, closing]);
    });

    it('ends a connection that is still being made', async () => {
      server.upgrade = 'hang';
      const connection = open();
      await until(() => server.sockets === 1);
      await connection.close();
      await until(() => server.sockets === 0);
      assert.deepEqual(ends, []);
    });

    it('opens no socket when closed before it has its token', async () => {
      let give = (_: Authentication): void => {};
      authenticate = () => new Promise((resolve) => (give = resolve));
      const connection = open();
      await settled();
      await connection.close();
      give(BASIC);
      await settled();
      assert.equal(server.sockets, 0);
      assert.deepEqual(ends, []);
    });
  });
});
