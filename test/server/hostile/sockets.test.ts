/** Sockets that prove nothing, or hold what they may hold: unfinished frames, heads, bodies, handshakes; crowds. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { flood, frame } from '../../support/network/hostile-server';
import { certificate, key } from '../../support/network/tls';
import { basic } from '../../support/network/wire';
import { startServer } from '../../support/sea/sea';
import { besiege, GAUGE } from '../../support/sea/siege';

const UPGRADE =
  'GET /api/v1/streams HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const MEBIBYTE = 1_048_576;
/** Of milliseconds: longer than any test. What ends a socket is another bound, then. */
const NEVER = 600_000;
const LOGIN = JSON.stringify({ id: 1, action: 'authenticate', payload: { type: 'basic', ...GAUGE } });

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** All of them at once, each as soon as it is open. Resolves when all have sent what they send. */
async function crowd(port: number, count: number, act: (socket: Socket) => void): Promise<Socket[]> {
  const opened = Array.from(
    { length: count },
    () =>
      new Promise<Socket>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket);
        socket.on('error', () => {});
        socket.resume();
        socket.once('connect', () => {
          act(socket);
          resolve(socket);
        });
        socket.once('close', () => resolve(socket));
      }),
  );
  return Promise.all(opened);
}

/** Of all that was given to it in one write, as much as the other side's kernel takes has left. */
type Handle = { readonly writeQueueSize: number } | null;

/** Resolves when so many bytes of one write have left each, or it is closed. */
async function sent(sockets: readonly Socket[], bytes: number): Promise<void> {
  const left = (socket: Socket): number =>
    socket.bytesWritten - ((Reflect.get(socket, '_handle') as Handle)?.writeQueueSize ?? 0);
  await until(() => sockets.every((socket) => socket.destroyed || left(socket) >= bytes));
}

/** For as long as the test may take: a machine that others keep busy is slow. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const masked = (payload: string | Buffer, options: Parameters<typeof frame>[1] = {}): Buffer =>
  frame(payload, { ...options, masked: true });

describe('hostile sockets', function () {
  this.timeout(120_000);

  it('each with a megabyte of an unfinished frame, of a client that has not said who it is', async () => {
    const siege = await besiege();
    await siege.withstands(
      async () => {
        const part = Buffer.alloc(MEBIBYTE - 1_000, 'x');
        const start = masked('"', { length: MEBIBYTE });
        const all = await crowd(siege.port, 200, (socket) => {
          socket.write(Buffer.concat([Buffer.from(UPGRADE), start, part]));
        });
        await sent(all, 60_000);
      },
      { used: 60 * MEBIBYTE },
    );
  });

  it('each with a frame in pieces that is never finished, of as many bytes as it may have, and of more', async () => {
    const siege = await besiege();
    await siege.withstands(
      async () => {
        const piece = masked('x'.repeat(900), { opcode: 0, last: false });
        const send = (pieces: number) =>
          crowd(siege.port, 300, (socket) => {
            const start = masked('"', { last: false });
            socket.write(Buffer.concat([Buffer.from(UPGRADE), start, ...Array(pieces).fill(piece)]));
          });
        await sent(await send(50), 45_000);
        await sent(await send(500), 450_000);
      },
      { used: 100 * MEBIBYTE },
    );
  });

  it('that send pings, or pongs, without end before they authenticate', async () => {
    const siege = await besiege({ limits: { authenticateTimeout: NEVER } });
    await siege.withstands(async () => {
      let turn = 0;
      const all = await crowd(siege.port, 50, (socket) => {
        turn += 1;
        socket.write(UPGRADE);
        flood(socket, masked('p', { opcode: turn % 2 === 0 ? 9 : 10 }));
      });
      await until(() => all.every((socket) => socket.destroyed));
    });
  });

  it('with unfinished heads and bodies, of nobody', async () => {
    const siege = await besiege();
    await siege.withstands(
      async () => {
        const head = `POST /api/v1/streams/s/publish HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(15_000)}`;
        await crowd(siege.port, 300, (socket) => socket.write(head));
        const body = `POST /api/v1/streams/s/publish HTTP/1.1\r\nHost: x\r\nContent-Length: ${MEBIBYTE}\r\n\r\n`;
        const all = await crowd(siege.port, 300, (socket) => socket.write(body + 'x'.repeat(MEBIBYTE - 1)));
        await sent(all, 500_000);
      },
      { used: 60 * MEBIBYTE },
    );
  });

  it('with unfinished bodies, of a client that has said who it is', async () => {
    const siege = await besiege();
    await siege.withstands(
      async () => {
        const length = 8 * MEBIBYTE;
        const head = `POST /api/v1/streams/s/publish HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(GAUGE)}\r\nContent-Length: ${length}\r\n\r\n`;
        const bytes = Buffer.concat([Buffer.from(head), Buffer.alloc(length - 1, 'x')]);
        const all = await crowd(siege.port, 60, (socket) => socket.write(bytes));
        await sent(all, length);
      },
      { used: 130 * MEBIBYTE },
    );
  });

  it('that subscribe and never read the answers', async () => {
    const siege = await besiege();
    await siege.withstands(
      async () => {
        const frames = Array.from({ length: 5_000 }, (_, n) =>
          masked(JSON.stringify({ id: n + 2, action: 'subscribe', payload: `${'x'.repeat(900)}${n % 50}` })),
        );
        const bytes = Buffer.concat([Buffer.from(UPGRADE), masked(LOGIN), ...frames]);
        const all = await crowd(siege.port, 20, (socket) => socket.pause().write(bytes));
        await sent(all, 100_000);
      },
      // As many as a jail may have, with names that are nearly as long as they may be.
      { used: 300 * MEBIBYTE },
    );
  });

  it('that ask and never read the answers', async () => {
    const siege = await besiege();
    await siege.withstands(
      async () => {
        const get = `GET /api/v1/streams/s/schema HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(GAUGE)}\r\n\r\n`;
        const bytes = Buffer.from(get.repeat(2_000));
        const all = await crowd(siege.port, 30, (socket) => socket.pause().write(bytes));
        await sent(all, 100_000);
      },
      { used: 40 * MEBIBYTE },
    );
  });

  it('that wait in the middle of a TLS handshake', async () => {
    const siege = await besiege({ limits: { maxUnauthenticated: 100 } });
    const server = await startServer({ tls: { cert: certificate, key }, limits: { maxUnauthenticated: 20 } });
    await siege.withstands(async () => {
      const all = await crowd(server.port, 200, (socket) =>
        socket.write(Buffer.from('16030100a5010000a10303', 'hex')),
      );
      await until(() => all.filter((socket) => !socket.destroyed).length <= 20);
    });
    assert.equal(server.stats().connections, 0);
  });

  it('that log in with wrong secrets, by the hundred', async () => {
    const siege = await besiege({ limits: { authenticateTimeout: NEVER } });
    await siege.withstands(async () => {
      const wrong = `GET /api/v1/streams/s/schema HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic({ ...GAUGE, clientSecret: 'wrong' })}\r\n\r\n`;
      await crowd(siege.port, 300, (socket) => socket.write(wrong.repeat(10)));
      await crowd(siege.port, 300, (socket) => {
        socket.write(UPGRADE);
        socket.write(masked(LOGIN.replace('gauge-secret', 'wrong')));
      });
      const all = await crowd(siege.port, 200, (socket) => socket.write(wrong.repeat(1_000)));
      await until(() => all.every((socket) => socket.destroyed));
    });
  });

  it('that are as many as there is room for leave those who are in alone', async () => {
    const siege = await besiege({ limits: { maxConnections: 50 } });
    await siege.withstands(async () => {
      let answers = '';
      const all = await crowd(siege.port, 100, (socket) => {
        socket.on('data', (chunk) => {
          answers += chunk;
        });
        socket.write(UPGRADE);
        socket.write(masked(LOGIN));
      });
      await until(
        () => (answers.match(/"success":true/g) ?? []).length >= 45 && /503 |takes no more/.test(answers),
      );
      assert(all.length === 100);
    });
  });
});
