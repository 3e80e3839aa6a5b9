import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { HttpApi } from '../../../src/client/http/http';
import { MAX_SOCKETS, type Transport, type TransportOptions } from '../../../src/client/http/transport';
import { NetworkError, ProtocolError, ReplyError, TimeoutError } from '../../../src/errors';
import { operations } from '../../../src/protocol/http/operations';
import { FakeClock, settled } from '../../support/clock';
import {
  flood,
  type HostileServer,
  type Script,
  startHostileServer,
} from '../../support/network/hostile-server';
import { startProxy } from '../../support/network/proxy';
import { certificate } from '../../support/network/tls';
import { startTlsFront } from '../../support/network/tls-front';
import { until } from '../../support/until';
import { openHttp } from './http-bench';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const SCHEMA = '{"name":"s","version":1,"fields":[]}';
const DEFINITION = `HTTP/1.1 200 OK\r\nContent-Length: ${SCHEMA.length}\r\n\r\n${SCHEMA}`;

describe('client/round-trip', () => {
  let server: HostileServer;
  let clock: FakeClock;
  let transport: Transport;
  let http: HttpApi;

  beforeEach(async () => {
    server = await startHostileServer();
    clock = new FakeClock();
    connect();
  });

  afterEach(() => {
    http.close();
    transport.close();
    assert.equal(clock.pending, 0, 'a timer is left');
  });

  function connect(url = server.url, options: Partial<TransportOptions> = {}): void {
    ({ transport, http } = openHttp(url, clock, () => 'Basic x', options));
  }

  const publish = (stream = 's'): Promise<void> => http.publish(stream, ['1']);
  const describeStream = (): Promise<unknown> => http.request(operations.describe, 's');

  /** The sockets that have had a request, which is what makes them kept ones. */
  const used = new Set<Socket>();

  /** Serves a new socket, and does `harm` to one that is used again. */
  function harmKept(harm: Script, reply = OK): void {
    used.clear();
    server.onRequest = (socket, head) => {
      if (used.has(socket)) return harm(socket, head);
      used.add(socket);
      socket.write(reply);
    };
  }

  async function fillPool(): Promise<void> {
    await Promise.all(Array.from({ length: MAX_SOCKETS }, (_, n) => publish(`s${n}`)));
    await settled();
    assert.equal(server.sockets, MAX_SOCKETS);
  }

  describe('on a kept socket (P35)', () => {
    const ends: Readonly<Record<string, Script>> = {
      'reset as the request comes': (socket) => void socket.resetAndDestroy(),
      'closed as the request comes': (socket) => void socket.destroy(),
      'ended as the request comes': (socket) => void socket.end(),
    };
    for (const [what, harm] of Object.entries(ends)) {
      it(`${what} publishes on another one, and nobody hears of it`, async () => {
        harmKept(harm);
        await publish();
        await publish();
        assert.equal(server.heads.length, 3);
      });

      it(`${what} asks on another one`, async () => {
        harmKept(harm, DEFINITION);
        await describeStream();
        await describeStream();
        assert.equal(server.heads.length, 3);
      });

      it(`${what} goes on until a new one, when all that are kept are dead`, async () => {
        harmKept(harm);
        await fillPool();
        await publish();
        assert.equal(server.heads.length, 2 * MAX_SOCKETS + 1);
      });

      it(`${what} goes on, when each of many requests meets one`, async () => {
        harmKept(harm);
        await fillPool();
        await Promise.all(Array.from({ length: 40 }, (_, n) => publish(`again ${n}`)));
        assert.ok(server.sockets <= MAX_SOCKETS);
      });
    }

    it('that the server closed before it was written to, publishes on another one', async () => {
      harmKept((socket) => void socket.write(OK));
      await fillPool();
      // In one go, so that the client cannot have heard of it.
      for (const socket of used) socket.resetAndDestroy();
      await Promise.all(Array.from({ length: 2 * MAX_SOCKETS }, (_, n) => publish(`s${n}`)));
    });

    it('a body too large for one write goes out again whole', async () => {
      harmKept((socket) => void socket.resetAndDestroy());
      await publish();
      await http.publish('s', [JSON.stringify('x'.repeat(1_000_000))]);
      assert.match(server.heads.at(-1) ?? '', /content-length: 10000/i);
    });

    it('of TLS publishes on another one', async () => {
      connect(await startTlsFront(Number(new URL(server.url).port)), { tls: { ca: certificate } });
      harmKept((socket) => void socket.resetAndDestroy());
      await publish();
      await publish();
      assert.equal(server.heads.length, 3);
    });

    it('of a tunnel publishes through another one', async () => {
      const proxy = await startProxy();
      connect(server.url, { proxy: new URL(proxy.url) });
      harmKept((socket) => void socket.resetAndDestroy());
      await publish();
      await publish();
      assert.deepEqual([server.heads.length, proxy.targets.length], [3, 2]);
    });

    for (const tls of [false, true]) {
      it(`${tls ? 'of TLS ' : ''}that breaks off within an answer fails, and asks nobody again`, async () => {
        if (tls) connect(await startTlsFront(Number(new URL(server.url).port)), { tls: { ca: certificate } });
        harmKept((socket) => void socket.write('HTTP/1.1 20', () => socket.end()));
        await publish();
        await assert.rejects(publish(), NetworkError);
        assert.equal(server.heads.length, 2);
      });
    }

    it('that has said to go on, and breaks off then, asks nobody again', async () => {
      harmKept((socket) => void socket.write('HTTP/1.1 102 Processing\r\n\r\n', () => socket.end()));
      await publish();
      await assert.rejects(publish(), NetworkError);
      assert.equal(server.heads.length, 2);
    });

    it('whose answer breaks off after its head asks nobody again', async () => {
      harmKept((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{', () => socket.end());
      }, DEFINITION);
      await describeStream();
      await assert.rejects(describeStream(), NetworkError);
      assert.equal(server.heads.length, 2);
    });

    it('that says nothing has the deadline of any other', async () => {
      harmKept(() => {});
      await publish();
      const second = publish();
      await until(() => server.heads.length === 2);
      await Promise.all([clock.advance(15_000), assert.rejects(second, TimeoutError)]);
      assert.equal(server.heads.length, 2);
    });

    it('has one deadline for all it tries', async () => {
      const silent: Socket[] = [];
      harmKept((socket) => {
        silent.push(socket);
        server.onRequest = () => {};
      });
      await publish();
      const second = publish();
      await until(() => silent.length === 1);
      await clock.advance(10_000);
      silent[0]?.destroy();
      await until(() => server.heads.length === 3);
      await Promise.all([clock.advance(5_000), assert.rejects(second, TimeoutError)]);
    });
  });

  it('a new socket that is reset is a failure (P35)', async () => {
    server.onRequest = (socket) => void socket.resetAndDestroy();
    await assert.rejects(publish(), NetworkError);
    await assert.rejects(describeStream(), NetworkError);
    assert.equal(server.heads.length, 2);
  });

  describe('a 200 whose body nobody needs (P8)', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n';

    it('that is all there frees its socket for the next publish', async () => {
      harmKept((socket) => void socket.write(OK));
      for (let time = 0; time < 20; time += 1) await publish();
      assert.deepEqual([used.size, server.sockets], [1, 1]);
    });

    it('counts at once, and its socket serves again when the rest has come', async () => {
      let rest = (): void => {};
      server.onRequest = (socket) => {
        socket.write(head);
        rest = () => socket.write('{}');
      };
      await publish();
      assert.equal(server.sockets, 1);
      rest();
      await until(() => clock.pending === 0, 'the rest');
      await publish();
      assert.equal(server.sockets, 1);
    });

    it('that stalls costs its socket after a second, and no message', async () => {
      server.onRequest = (socket) => void socket.write(head);
      await publish();
      await clock.advance(1_000);
      await until(() => server.sockets === 0, 'the end of the socket');
    });

    it('that stalls each time holds no more sockets than that many answers', async () => {
      server.onRequest = (socket) => void socket.write(head);
      for (let n = 0; n < 100; n += 1) await publish(`s${n}`);
      await until(() => server.sockets <= 2 * MAX_SOCKETS, 'the end of the oldest');
      assert.equal(server.heads.length, 100);
    });

    it('without end costs its socket', async () => {
      server.onRequest = (socket) => {
        socket.write(head.replace('Content-Length: 2', 'Transfer-Encoding: chunked'));
        flood(socket, `ffff\r\n${'x'.repeat(0xffff)}\r\n`);
      };
      await publish();
      await until(() => server.sockets === 0, 'the end of the socket');
    });

    it('of no type counts once it has begun, or does not begin', async () => {
      const untyped = head.replace(/Content-Type.*\r\n/, '');
      server.onRequest = (socket) => void socket.write(untyped);
      const first = publish();
      await until(() => server.heads.length === 1);
      await until(() => (clock.next ?? 0) < 15_000, 'the head');
      await Promise.all([clock.advance(500), first]);
      server.onRequest = (socket) => void socket.write(`${untyped}{`);
      await publish();
    });

    it('is not told of twice: closing ends it without a word', async () => {
      server.onRequest = (socket) => void socket.write(head);
      await publish();
      http.close();
      await until(() => server.sockets === 0, 'the end of the socket');
    });
  });

  describe('a refusal whose reason does not come (P8)', () => {
    const head = 'HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 99\r\n\r\n{"message":';

    it('is told after a second without it, and with all that the head says', async () => {
      server.onRequest = (socket) => void socket.write(head);
      const published = publish();
      await until(() => clock.next === 1_000, 'the head');
      await Promise.all([
        clock.advance(1_000),
        assert.rejects(published, (error) => {
          return error instanceof ReplyError && error.status === 503 && error.retryAfter === 7_000;
        }),
      ]);
      await until(() => server.sockets === 0, 'the end of the socket');
    });

    it('is told at once when we close', async () => {
      server.onRequest = (socket) => void socket.write(head);
      const published = publish();
      await until(() => clock.next === 1_000, 'the head');
      http.close();
      await assert.rejects(published, ReplyError);
    });
  });

  it('a page in the place of an answer is retryable, and says what it is (P8)', async () => {
    server.onRequest = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>');
    };
    for (const ask of [publish, describeStream]) {
      await assert.rejects(ask, (error) => {
        assert.ok(error instanceof ProtocolError && error.retryable);
        return /127\.0\.0\.1:\d+ is a web page, of a proxy or a portal/.test(error.message);
      });
    }
  });

  describe('an answer that is compressed and does not say what it is', () => {
    function answerWith(body: Buffer, length = body.length): void {
      server.onRequest = (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${length}\r\n\r\n`);
        socket.write(body);
        if (length > body.length) socket.end();
      };
    }

    it('is a page when it is one underneath', async () => {
      answerWith(gzipSync('<!DOCTYPE html><p>Sign in'));
      await assert.rejects(publish(), ProtocolError);
    });

    it('counts otherwise, also when it cannot be read', async () => {
      for (const body of [gzipSync('{}'), Buffer.from('no gzip'), gzipSync('')]) {
        answerWith(body);
        await publish();
        await publish();
      }
      answerWith(gzipSync('{}').subarray(0, 5), 100);
      await publish();
    });
  });
});
