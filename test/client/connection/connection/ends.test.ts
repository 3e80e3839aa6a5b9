/** How a connection ends: by a server that breaks the rules, by a failure, or by us; and that no secret comes out with it. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  CredentialsError,
  NetworkError,
  ProtocolError,
  type StreamSeaError,
  TimeoutError,
} from '../../../../src/errors';
import { MAX_BODY_BYTES } from '../../../../src/protocol/constants';
import type { Authentication } from '../../../../src/protocol/frames';
import { settled } from '../../../support/clock';
import { frame, startHostileServer } from '../../../support/network/hostile-server';
import { type Peer, startRawServer } from '../../../support/network/raw-server';
import { certificate } from '../../../support/network/tls';
import { until } from '../../../support/until';
import { BASIC, Bench, Heard, SECRET } from './bench';

describe('client/connection', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.start();
  });

  afterEach(() => bench.close());

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
        const { connection, peer } = await bench.ready();
        const heard = new Heard('s');
        connection.subscribe(heard);
        const frame = await peer.subscribed();
        for (let time = 0; time < 3; time += 1) misbehave(peer);
        peer.deliver(frame, 'after');
        await until(() => heard.all.length === 2);
        assert.deepEqual(heard.all, ['answered', 'after']);
        assert.deepEqual(bench.ends, []);
        assert.equal(bench.problems.length, 1);
        assert.ok(bench.problems[0] instanceof ProtocolError);
        assert.match(
          bench.problems[0].message,
          /^What 127.0.0.1:\d+ sent breaks the protocol and is ignored: /,
        );
        assert.match(bench.problems[0].message, told);
      });
    }

    it('is told of each kind once, however many there are', async () => {
      const { connection, peer } = await bench.ready();
      const heard = new Heard('s');
      connection.subscribe(heard);
      const frame = await peer.subscribed();
      for (let time = 0; time < 10; time += 1) for (const [misbehave] of Object.values(odd)) misbehave(peer);
      peer.deliver(frame, 'after');
      await until(() => heard.all.length === 2);
      assert.ok(bench.problems.length <= Object.keys(odd).length, String(bench.problems.length));
    });

    it('is not told any more once we close', async () => {
      const { connection, peer } = await bench.ready();
      const closing = connection.close();
      peer.sendText('{');
      await closing;
      assert.deepEqual(bench.problems, []);
    });

    const bad: Record<string, (peer: Peer) => void> = {
      'a frame of 100 MB': (peer) => peer.sendBinary(Buffer.alloc(100 * 1_048_576)),
      'a delivery larger than a publish may be': (peer) =>
        peer.send({ id: 2, action: 'subscription', payload: 'x'.repeat(MAX_BODY_BYTES + 65_536) }),
    };

    for (const [what, misbehave] of Object.entries(bad)) {
      it(`loses the connection for ${what}`, async () => {
        const { connection, peer } = await bench.ready();
        connection.subscribe(new Heard('s'));
        await peer.frame();
        misbehave(peer);
        const why = await bench.ended();
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
        const { connection, peer } = await bench.ready();
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
        await until(() => bench.problems.length === 4 && refusals.length === 1, 'all to be told');
        for (const error of [...bench.problems, ...refusals]) isHidden(error, quote);
      });

      it(`are told by no end: ${quote}`, async () => {
        const { peer } = await bench.ready();
        peer.close(4000, `bye ${quote}`);
        const why = await bench.ended();
        assert.match(why.message, /closed the connection: bye \*\*\* \(code 4000\)/);
        isHidden(why, quote);
      });

      for (const status of [401, 307, 200, 500]) {
        it(`are told by no answer ${status} to the upgrade: ${quote}`, async () => {
          const headers = { location: `http://${quote}@x/`, 'www-authenticate': quote, 'x-why': quote };
          bench.server.upgrade = { status, headers, body: { message: quote } };
          bench.open();
          isHidden(await bench.ended(), quote);
        });
      }
    }

    it('are told by no refusal of a token, which is learnt with each authentication', async () => {
      const tokens = ['aaaa.bbbb.cccccccc', 'dddd.eeee.ffffffff'];
      for (const jwt of tokens) {
        bench.ends.length = 0;
        bench.authenticate = () => ({ type: 'jwt', clientId: 'gauge', jwt });
        bench.open();
        const peer = await bench.server.accept();
        await peer.frame();
        peer.send({
          id: 1,
          action: 'authenticate',
          success: false,
          error: { message: `no ${tokens.join()}` },
        });
        assert.match(
          (await bench.ended()).message,
          jwt === tokens[0] ? /: no \*\*\*,dddd/ : /: no \*\*\*,\*\*\*$/,
        );
      }
    });
  });

  describe('ending', () => {
    it('tells that the server closed it, or broke off', async () => {
      const { peer } = await bench.ready();
      peer.close(1001);
      assert.match((await bench.ended()).message, /closed the connection \(code 1001\)/);
    });

    it('tells that the network broke off', async () => {
      const { peer } = await bench.ready();
      peer.cut();
      const why = await bench.ended();
      assert.ok(why instanceof NetworkError);
      assert.match(why.message, /broke off the connection/);
    });

    it('ends a connection on which nothing is heard, and none on which pings are (P23)', async () => {
      const { peer } = await bench.ready();
      for (let beat = 0; beat < 4; beat += 1) {
        await bench.clock.advance(50_000);
        const pong = new Promise<void>((resolve) => peer.onPong(resolve));
        peer.ping();
        await pong;
      }
      assert.deepEqual(bench.ends, []);
      await bench.clock.advance(100_000);
      const why = await bench.ended();
      assert.ok(why instanceof TimeoutError);
      assert.match(why.message, /Nothing was heard from 127.0.0.1:\d+ for 75 s/);
    });

    it('hears pings through TLS, too', async () => {
      bench.server = await startRawServer({ tls: true });
      bench.transport = bench.transportTo(bench.server.url, { ca: certificate });
      const { peer } = await bench.ready();
      for (let beat = 0; beat < 3; beat += 1) {
        await bench.clock.advance(70_000);
        const pong = new Promise<void>((resolve) => peer.onPong(resolve));
        peer.ping();
        await pong;
      }
      assert.deepEqual(bench.ends, []);
    });

    it('is told the server, and told nobody else, when it comes from us', async () => {
      const { connection, peer } = await bench.ready();
      await connection.close();
      assert.equal(await peer.closed, 1000);
      assert.deepEqual(bench.ends, []);
    });

    it('delivers what was on its way when we closed', async () => {
      const { connection, peer } = await bench.ready();
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
        const connection = bench.open();
        const peer = await bench.server.accept();
        await peer.frame();
        const closing = connection.close();
        peer.send({ id: 1, action: 'authenticate', success, payload: { jailId: 'works' } });
        await closing;
      }
      assert.deepEqual(bench.events, ['opened', 'opened']);
      assert.ok((await bench.ended()) instanceof CredentialsError);
    });

    it('takes one that is let in for no refusal when it hears another answer on its way out (P21)', async () => {
      const { connection, peer } = await bench.ready();
      const closing = connection.close();
      peer.send({ id: 1, action: 'authenticate', success: false });
      await closing;
      assert.deepEqual(bench.ends, []);
    });

    it('does not wait for a server that is wedged', async () => {
      const { connection, peer } = await bench.ready();
      peer.freeze();
      const closing = connection.close();
      await bench.clock.advance(1_000);
      await closing;
    });

    it('does not wait for a server that has said good-bye, and stays and chatters', async () => {
      const hostile = await startHostileServer();
      bench.transport = bench.transportTo(hostile.url);
      hostile.onSocket = async (victim) => {
        await victim.authenticate();
        const { socket } = victim;
        for (const event of ['data', 'end']) socket.removeAllListeners(event);
        socket.resume();
        victim.write(frame(Buffer.from([0x03, 0xe9]), { opcode: 8 }));
        victim.write(frame('', { opcode: 9 }));
      };
      bench.open();
      await until(() => bench.clock.next === 1_000, 'the end of its patience');
      await bench.clock.advance(1_000);
      assert.match((await bench.ended()).message, /closed the connection \(code 1001\)/);
    });

    it('has all the time it takes when it is drained, as long as anything arrives', async () => {
      const { connection, peer } = await bench.ready();
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
        await bench.clock.advance(3_000);
      }
      assert.equal(done, false);
      await bench.clock.advance(6_250);
      await draining;
      assert.deepEqual(bench.ends, []);
    });

    it('has it no more once it is to close', async () => {
      const { connection, peer } = await bench.ready();
      peer.freeze();
      const draining = connection.drain();
      const closing = connection.close();
      await bench.clock.advance(1_000);
      await Promise.all([draining, closing]);
    });

    it('ends a connection that is still being made', async () => {
      bench.server.upgrade = 'hang';
      const connection = bench.open();
      await until(() => bench.server.sockets === 1);
      await connection.close();
      await until(() => bench.server.sockets === 0);
      assert.deepEqual(bench.ends, []);
    });

    it('opens no socket when closed before it has its token', async () => {
      let give = (_: Authentication): void => {};
      bench.authenticate = () => new Promise((resolve) => (give = resolve));
      const connection = bench.open();
      await settled();
      await connection.close();
      give(BASIC);
      await settled();
      assert.equal(bench.server.sockets, 0);
      assert.deepEqual(bench.ends, []);
    });
  });
});
