import assert from 'node:assert/strict';
import { CredentialsError, NetworkError, ProtocolError, ReplyError, TimeoutError } from '../../../src/errors';
import { MAX_BODY_BYTES } from '../../../src/protocol/constants';
import { frame, startHostileServer } from '../../support/network/hostile-server';
import { startRawServer } from '../../support/network/raw-server';
import { until } from '../../support/until';
import { BASIC, Bench, Heard, SECRET } from './connection/bench';

describe('client/connection', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.start();
  });

  afterEach(() => bench.close());

  describe('opening', () => {
    it('connects at the one path, without compression, and authenticates with id 1 (P20, P21)', async () => {
      bench.open();
      const peer = await bench.server.accept();
      assert.equal(peer.request.url, '/api/v1/streams');
      assert.equal(peer.request.headers['sec-websocket-extensions'], undefined);
      assert.equal(peer.request.headers.authorization, undefined);
      assert.deepEqual(await peer.frame(), { id: 1, action: 'authenticate', payload: BASIC });
      assert.deepEqual(bench.events, ['opened']);
      peer.send({ id: 1, action: 'authenticate', success: true, payload: { jailId: 'works' } });
      await until(() => bench.events.length === 2);
      assert.deepEqual(bench.events[1], ['authenticated', 'works']);
    });

    it('puts the path below the prefix of the address', async () => {
      bench.transport = bench.transportTo(`${bench.server.url}/plant/`);
      bench.open();
      assert.equal((await bench.server.accept()).request.url, '/plant/api/v1/streams');
    });

    it('shows a token that has to be fetched', async () => {
      bench.authenticate = async () => ({ type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' });
      bench.open();
      const { payload } = await (await bench.server.accept()).frame();
      assert.deepEqual(payload, { type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' });
    });

    it('ends when no token can be had, whether thrown or rejected', async () => {
      bench.authenticate = () => {
        throw new NetworkError('vault sealed');
      };
      bench.open();
      assert.match((await bench.ended()).message, /vault sealed/);
    });

    it('says that nobody answers', async () => {
      await bench.server.close();
      bench.open();
      const why = await bench.ended();
      assert.ok(why instanceof NetworkError);
      assert.equal(why.message, `Nobody answers at 127.0.0.1:${bench.server.port} (connection refused)`);
    });

    it('gives up a server that takes the connection and says nothing', async () => {
      bench.server.upgrade = 'hang';
      bench.open();
      await until(() => bench.server.sockets === 1);
      await bench.clock.advance(15_000);
      const why = await bench.ended();
      assert.ok(why instanceof TimeoutError);
      assert.match(why.message, /was not reached within 15 s/);
      await until(() => bench.server.sockets === 0, 'the end of the socket');
    });

    it('gives up a token that never comes', async () => {
      bench.authenticate = () => new Promise(() => {});
      bench.open();
      await bench.clock.advance(15_000);
      assert.ok((await bench.ended()) instanceof TimeoutError);
      assert.equal(bench.server.peers.length, 0);
    });

    it('takes status 401 for refused credentials', async () => {
      bench.server.upgrade = { status: 401 };
      bench.open();
      assert.ok((await bench.ended()) instanceof CredentialsError);
    });

    it('never follows a redirect (P8)', async () => {
      const elsewhere = await startRawServer();
      bench.server.upgrade = { status: 307, headers: { Location: `${elsewhere.url}/api/v1/streams` } };
      bench.open();
      const why = await bench.ended();
      assert.ok(why instanceof ReplyError);
      assert.match(why.message, /redirects elsewhere \(status 307\)/);
      assert.equal(elsewhere.peers.length, 0);
    });

    it('says that there is no such server', async () => {
      bench.server.upgrade = { status: 404 };
      bench.open();
      assert.match(
        (await bench.ended()).message,
        /There is no stream-sea server at 127.0.0.1:\d+.*status 404/,
      );
    });

    for (const [status, says] of [
      [503, /^The server failed \(connection to 127\.0\.0\.1:\d+ refused, status 503\)$/],
      [429, /^Too many requests \(connection to .*, status 429\)$/],
    ] as const) {
      it(`says what status ${status} says, and when the server asks for the next try (P9)`, async () => {
        const date = 'Sun, 22 Nov 2026 10:00:02 GMT';
        bench.server.upgrade = {
          status,
          headers: { Date: date, 'Retry-After': date.replace(':02 ', ':07 ') },
        };
        bench.open();
        const why = await bench.ended();
        assert.ok(why instanceof ReplyError);
        assert.match(why.message, says);
        assert.deepEqual([why.status, why.retryable, why.retryAfter], [status, true, 5_000]);
      });
    }

    it('does not trust a certificate that nobody vouches for', async () => {
      const secure = await startRawServer({ tls: true });
      bench.transport = bench.transportTo(secure.url);
      bench.open();
      assert.match((await bench.ended()).message, /self-signed: give it as a CA/);
      assert.equal(secure.peers.length, 0);
    });
  });

  describe('authentication', () => {
    it('closes when refused and sends nothing more (P22)', async () => {
      const connection = bench.open();
      const peer = await bench.server.accept();
      await peer.frame();
      peer.send({ id: 1, action: 'authenticate', success: false, error: { message: `bad ${SECRET}` } });
      const why = await bench.ended();
      assert.ok(why instanceof CredentialsError);
      assert.match(why.message, /refused the credentials: bad \*\*\*/);
      connection.subscribe(new Heard('s'));
      await peer.closed;
      assert.equal(peer.received.length, 1);
    });

    it('is given up when it is not answered', async () => {
      bench.open();
      await (await bench.server.accept()).frame();
      await bench.clock.advance(10_000);
      assert.match((await bench.ended()).message, /did not answer the authentication within 10 s/);
    });

    it('has exactly one reply: another says nothing, not even when it takes the first one back (P21, P37)', async () => {
      const { connection, peer } = await bench.ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      peer.send({ id: 1, action: 'authenticate', success: true });
      peer.send({ id: 1, action: 'authenticate', success: false, error: { message: 'no' } });
      await peer.subscribed();
      await until(() => heard.all.length === 1);
      assert.deepEqual(bench.ends, []);
      assert.equal(bench.problems.length, 1);
    });

    it('waits for its answer behind what is none, and tells of that afterwards (P37)', async () => {
      bench.open();
      const peer = await bench.server.accept();
      await peer.frame();
      peer.sendText('hello');
      peer.send({ id: 7, action: 'greeting' });
      peer.send({ id: 2, action: 'authenticate', success: false });
      peer.send({ id: 1, action: 'authenticate', success: true });
      await until(() => bench.events.length === 2);
      assert.match(bench.problems.map(({ message }) => message).join(), /ignored: not JSON: .*hello/);
      assert.deepEqual(bench.ends, []);
    });

    it('that is answered with what is no answer is given up in time, and says why', async () => {
      for (const odd of [
        { id: 1, action: 'authenticate' },
        'hello',
        { id: 1, action: 'authenticate', success: 1 },
      ]) {
        bench.ends.length = 0;
        bench.open();
        const peer = await bench.server.accept();
        await peer.frame();
        if (typeof odd === 'string') peer.sendText(odd);
        else peer.send(odd);
        peer.ping();
        await new Promise<void>((resolve) => peer.onPong(resolve));
        await bench.clock.advance(10_000);
        const why = await bench.ended();
        assert.ok(why instanceof ProtocolError);
        assert.match(why.message, /broke the protocol: (not JSON|success should be true or false)/);
      }
      assert.deepEqual(bench.problems, []);
    });
  });

  describe('subscriptions', () => {
    it('count their ids from 2, one by one (P21), and carry a group only when there is one (P27)', async () => {
      const { connection, peer } = await bench.ready();
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
      const { connection, peer } = await bench.ready();
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
      const { connection, peer } = await bench.ready();
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
        const { connection, peer } = await bench.ready();
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
      const { connection, peer } = await bench.ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const { id } = await peer.subscribed();
      peer.send({ id, action: 'subscription', success: true, payload: 'late' });
      peer.send({ id, action: 'subscription', success: false, error: 'no', payload: 'later' });
      peer.send({ id, action: 'subscribe', success: 'yes', payload: null });
      await until(() => heard.all.length === 4);
      assert.deepEqual(heard.all, ['answered', 'late', 'later', null]);
      assert.deepEqual(bench.ends, []);
    });

    it('read nothing into what the answer bears (P26)', async () => {
      const { connection, peer } = await bench.ready();
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
        bench.transport = bench.transportTo(hostile.url);
        hostile.onSocket = async (victim) => {
          await victim.authenticate();
          const id = await victim.accept();
          const head = frame(`{"id":${id},"payload":1,`, { last: false });
          const rest = frame('"action":"subscription"}', { opcode: 0 });
          victim.write(Buffer.concat([head, ...pieces, rest]));
        };
        const connection = bench.open();
        await until(() => bench.events.length === 2, 'authentication');
        const heard = new Heard('s');
        connection.subscribe(heard);
        await until(() => heard.all.length === 2 || bench.ends.length > 0);
        assert.deepEqual([heard.all, bench.ends], [['answered', 1], []]);
      });
    }

    it('get a message of the size that a publish may have', async () => {
      const { connection, peer } = await bench.ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const frame = await peer.subscribed();
      const large = 'x'.repeat(MAX_BODY_BYTES);
      peer.deliver(frame, large);
      await until(() => heard.all.length === 2);
      assert.equal(heard.all[1], large);
    });
  });
});
