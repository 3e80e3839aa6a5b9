import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocket, WebSocketServer } from 'ws';
import { Outlet } from '../../../src/server/ws/outlet';
import { settled } from '../../support/clock';
import { until } from '../../support/until';

const HIGH_WATER = 10_000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes beside the heap. */
async function beside(): Promise<number> {
  for (let round = 0; round < 5; round += 1) {
    collectGarbage();
    await settled();
  }
  return process.memoryUsage().arrayBuffers;
}

describe('Outlet', () => {
  let near: WebSocket;
  let far: WebSocket;
  let socket: Socket;
  let outlet: Outlet;
  const ends: string[] = [];
  const texts: string[] = [];
  const pings: number[] = [];
  let close: () => void;

  beforeEach(async () => {
    const http = createServer();
    const acceptor = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    const taken = new Promise<[WebSocket, Socket]>((resolve) => {
      http.on('upgrade', (request, own: Socket, head) => {
        acceptor.handleUpgrade(request, own, head, (ws) => resolve([ws, own]));
      });
    });
    await once(http.listen(0, '127.0.0.1'), 'listening');
    far = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    texts.length = 0;
    far.on('message', (data) => texts.push(data.toString()));
    far.on('error', () => {});
    [near, socket] = await taken;
    near.on('error', () => {});
    await once(far, 'open');
    pings.length = 0;
    outlet = new Outlet({
      ws: near,
      socket,
      highWater: HIGH_WATER,
      end: (reason) => ends.push(reason),
      onPing: (behind) => {
        pings.push(behind);
        return Buffer.from(`ping ${pings.length}`.padEnd(8, '.'));
      },
    });
    close = () => {
      far.terminate();
      near.terminate();
      http.close();
    };
  });
  afterEach(() => close());

  class Sender {
    count = 0;
    left(count: number): void {
      this.count += count;
    }
  }

  const deliver = (sender: Sender, head: string, body: string): void =>
    outlet.deliver(sender, head, Buffer.byteLength(head), body);

  it('sends frames of any length, in any letters, in order', async () => {
    const sender = new Sender();
    const bodies = [
      '1',
      'é鍵🔑',
      ...[100, 125, 126, 65_519, 65_520, 65_535, 65_536, 300_000].map((n) => 'x'.repeat(n)),
    ];
    outlet.send('{"answer":true}');
    for (const body of bodies) deliver(sender, '{"ä":', body);
    outlet.send('{"answer":false}');
    await until(() => texts.length === bodies.length + 2);
    assert.deepEqual(texts, [
      '{"answer":true}',
      ...bodies.map((body) => `{"ä":${body}}`),
      '{"answer":false}',
    ]);
    assert.equal(sender.count, bodies.length);
  });

  it('writes once for what comes together', async () => {
    const write = socket.write.bind(socket);
    let writes = 0;
    socket.write = ((...args: Parameters<typeof write>) => {
      writes += 1;
      return write(...args);
    }) as typeof socket.write;
    for (let index = 0; index < 50; index += 1) deliver(new Sender(), '{"a":', String(index));
    await until(() => texts.length === 50);
    assert.equal(writes, 1);
  });

  it('pings in between, so that who reads slowly is seen to read, and tells behind how many bytes', async () => {
    const start = socket.bytesWritten;
    const pongs: string[] = [];
    near.on('pong', (content) => pongs.push(String(content)));
    const body = 'x'.repeat(10_000);
    for (let index = 0; index < 60; index += 1) deliver(new Sender(), '{"a":', body);
    await until(() => texts.length === 60 && pongs.length === 2);
    const each = 10_000 + '{"a":}'.length + 4;
    assert.deepEqual(
      pings,
      [27, 54].map((count, before) => start + count * each + 10 * before),
    );
    assert.deepEqual(pongs, ['ping 1..', 'ping 2..']);
  });

  it('tells each sender how many of its frames have left, and none of what dies with the connection', async () => {
    const [a, b] = [new Sender(), new Sender()];
    for (const sender of [a, a, b, a]) deliver(sender, '{"a":', '1');
    await until(() => texts.length === 4);
    assert.deepEqual([a.count, b.count], [3, 1]);
    deliver(a, '{"a":', '1');
    await until(() => texts.length === 5);
    assert.equal(a.count, 4, 'those of a later write too');
    far.pause();
    deliver(a, '{"a":', 'x'.repeat(50_000_000));
    deliver(a, '{"a":', '2');
    await settled();
    near.terminate();
    await once(near, 'close');
    assert.equal(a.count, 4);
  });

  it('has room until so many bytes wait, and tells who waits, the longest first, while it has', async () => {
    const sender = new Sender();
    assert.equal(outlet.hasRoom, true);
    far.pause();
    for (let round = 0; outlet.hasRoom && round < 10_000; round += 1) {
      deliver(sender, '{"a":', 'x'.repeat(5_000));
      await settled();
    }
    assert.equal(outlet.hasRoom, false);
    assert(socket.writableLength < HIGH_WATER + 5_100);
    const told: string[] = [];
    const waiter = (name: string, act = (): void => {}) => ({
      roomy: () => {
        told.push(name);
        act();
      },
    });
    outlet.awaitRoom(waiter('a', () => deliver(sender, '{"a":', 'x'.repeat(50_000_000))));
    outlet.awaitRoom(waiter('b'));
    const forgotten = waiter('c');
    outlet.awaitRoom(forgotten);
    outlet.forget(forgotten);
    far.resume();
    await until(() => told.length > 0);
    assert.deepEqual(told, ['a'], 'it has filled it again');
    await until(() => told.length === 2);
    assert.deepEqual(told, ['a', 'b']);
  });

  it('holds no more memory for what waits than it has bytes, whatever else the process does meanwhile', async () => {
    const sender = new Sender();
    far.pause();
    while (socket.writableLength === 0) {
      deliver(sender, '{"a":', 'x'.repeat(5_000));
      await settled();
    }
    const before = await beside();
    while (outlet.hasRoom) {
      deliver(sender, '{"a":', 'x'.repeat(50));
      // Small buffers are parts of one that Node fills with everybody's, and that stays as long as any of them.
      for (let bytes = 0; bytes < Buffer.poolSize; bytes += 1_000) Buffer.allocUnsafe(1_000);
      await settled();
    }
    const grown = (await beside()) - before;
    assert(grown <= HIGH_WATER, `${grown} bytes more`);
  });

  it('writes little at once, as all of it is copied where the kernel takes none', async () => {
    const write = socket.write.bind(socket);
    const sizes: number[] = [];
    socket.write = ((...args: Parameters<typeof write>) => {
      sizes.push(args[0].length);
      return write(...args);
    }) as typeof socket.write;
    const parts = {
      ws: near,
      socket,
      highWater: 20 * HIGH_WATER,
      end: () => {},
      onPing: () => Buffer.alloc(8),
    };
    const wide = new Outlet(parts);
    for (let count = 0; count < 100; count += 1) wide.deliver(new Sender(), '{"a":', 5, 'x'.repeat(500));
    await until(() => texts.length === 100);
    assert(Math.max(...sizes) < HIGH_WATER, String(sizes));
  });

  it('sends nothing that has gathered once its connection closes: it stays unsent', async () => {
    const sender = new Sender();
    deliver(sender, '{"a":', '1');
    near.close();
    assert.deepEqual([outlet.isOpen, outlet.hasRoom], [false, false]);
    await once(near, 'close');
    assert.deepEqual([texts, sender.count], [[], 0]);
  });

  it('sends it before a close, when it is told to', async () => {
    deliver(new Sender(), '{"a":', '1');
    outlet.flush();
    near.close();
    await once(far, 'close');
    assert.deepEqual(texts, ['{"a":1}']);
  });

  it('says goodbye', () => {
    outlet.end('why');
    assert.deepEqual(ends, ['why']);
  });
});
