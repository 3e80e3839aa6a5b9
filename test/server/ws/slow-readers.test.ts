/** What a WebSocket connection holds for a client that reads slowly, or not at all. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { install } from '@sinonjs/fake-timers';
import { WebSocket } from 'ws';
import { Lobby } from '../../../src/server/listening/lobby';
import type { EmbeddedServer } from '../../../src/server/server';
import { type Credentials, ok, Wire } from '../../support/network/wire';
import { startServer } from '../../support/sea/sea';
import { until } from '../../support/until';
import { startBoiler, waysTo } from './boiler-bench';

describe('WebSocket connection of a client that reads slowly, or not at all', () => {
  let server: EmbeddedServer;
  let as: Credentials;
  const { login, publish } = waysTo(() => server);

  beforeEach(async () => {
    server = await startBoiler();
    as = server.credentials;
  });

  const large = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({ pressure: from + index, note: 'x'.repeat(10_000) }));
  const pressures = (count: number) => Array.from({ length: count }, (_, index) => index);

  it('gets no more than it takes, and everything in the end', async () => {
    const slow = await login();
    await slow.subscribe('boiler', randomUUID());
    slow.ws.pause();
    for (let round = 0; round < 20; round += 1) await publish(...large(100, round * 100));
    await until(() => server.stats().published === 2_000);
    assert(server.stats().delivered < 2_000);
    slow.ws.resume();
    const got = [];
    while (got.length < 2_000) got.push((await slow.next()).payload.pressure);
    assert.deepEqual(got, pressures(2_000));
  });

  it('shares its group with others, who get everything that it does not take', async () => {
    const [stuck, quick] = [await login(), await login()];
    await stuck.subscribe('boiler');
    await quick.subscribe('boiler');
    stuck.ws.pause();
    const numbers: number[] = [];
    quick.ws.on('message', (data) => numbers.push(JSON.parse(String(data)).payload.pressure));
    for (let round = 0; round < 20; round += 1) await publish(...large(100, round * 100));
    await until(() => numbers.length > 1_000, 'most of it');
    stuck.ws.terminate();
    // It may be behind: the pong to a ping sent now can come before what waits for room.
    await until(() => numbers.includes(1_999), 'the last one');
    // What the kernel had taken for the other is gone with it: the protocol has no acknowledgement.
    const all = new Set(numbers);
    assert.equal(all.size, numbers.length, 'nothing twice');
    assert.equal(server.stats().dropped, 0);
  });

  it('shares its group also while both catch up with what was kept for it', async () => {
    const first = await login();
    await first.subscribe('boiler');
    first.ws.close();
    await first.closed;
    await until(() => server.stats().subscriptions === 0);
    for (let round = 0; round < 40; round += 1) await publish(...large(100, round * 100));
    const [stuck, quick] = [await login(), await login()];
    await stuck.subscribe('boiler');
    stuck.ws.pause();
    const numbers: number[] = [];
    quick.ws.on('message', (data) => {
      const { payload } = JSON.parse(String(data));
      if (payload?.pressure !== undefined) numbers.push(payload.pressure);
    });
    await quick.subscribe('boiler');
    // It may be taken by the other, which reads it no more than all else: there is one more until it is not.
    for (let latest = 4_000; !numbers.some((number) => number >= 4_000); latest += 1) {
      await publish(...large(1, latest));
      await quick.drain();
    }
    assert.equal(new Set(numbers).size, numbers.length, 'nothing twice');
    assert(numbers.length > 1_000, `it got ${numbers.length}`);
    assert.equal(server.stats().dropped, 0);
  });

  it('receives a batch of more than a million small numbers as fast as it reads', async function () {
    this.timeout(120_000);
    const reader = await login();
    await reader.subscribe('numbers');
    reader.ws.removeAllListeners('message');
    let count = 0;
    let isOrdered = true;
    // To parse each of them takes longer than to receive it: what the first has around its number, all of them have.
    let around = '';
    reader.ws.on('message', (data) => {
      const text = String(data);
      around ||= text.replace(/0(?=\}$)/, '#');
      isOrdered &&= text === around.replace('#', `${count % 10}`);
      count += 1;
    });
    const payload = Array.from({ length: 1_300_000 }, (_, index) => index % 10);
    await ok(server.url, 'POST', '/streams/numbers/publish', { payload }, { as });
    while (count < payload.length && reader.ws.readyState === WebSocket.OPEN) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(count, payload.length);
    assert(isOrdered);
    assert.equal(JSON.parse(around.replace('#', '0')).payload, 0);
  });

  it('lives while it reads on, though its pongs come too late', async () => {
    // Long enough for a busy machine to read something between two beats.
    const beating = await startServer({ pingInterval: 500 });
    const slow = await Wire.login(beating.url, as);
    await slow.subscribe('boiler');
    // Pauses between reads: it takes many beats to come to the pings behind the message.
    const socket = Reflect.get(slow.ws, '_socket') as Socket;
    socket.on('data', () => {
      socket.pause();
      setTimeout(() => socket.resume(), 20);
    });
    const payload = { note: 'x'.repeat(16_000_000) };
    await ok(beating.url, 'POST', '/streams/boiler/publish', { payload }, { as });
    let pings = 0;
    slow.ws.on('ping', () => {
      pings += 1;
    });
    assert.equal((await slow.next()).payload.note.length, 16_000_000);
    await until(() => pings > 3);
    assert.equal(beating.stats().connections, 1);
  });

  it('ends when it has taken nothing at all for two pings, while it is owed something', async () => {
    const beating = await startServer({ pingInterval: 30 });
    const stuck = await Wire.login(beating.url, as);
    await stuck.subscribe('boiler');
    stuck.ws.pause();
    const payload = { note: 'x'.repeat(16_000_000) };
    await ok(beating.url, 'POST', '/streams/boiler/publish', { payload }, { as });
    await until(() => beating.stats().connections === 0);
    stuck.ws.resume();
    assert.equal((await stuck.closed).code, 1006);
    // It was not delivered, and waits for the next.
    const next = await Wire.login(beating.url, as);
    await next.subscribe('boiler');
    assert.equal((await next.next()).payload.note.length, 16_000_000);
  });

  it('ends when it reads nothing, though it sends pongs without end that nobody has asked for', async () => {
    const beating = await startServer({ pingInterval: 100 });
    const idle = await Wire.login(beating.url, as);
    await idle.subscribe('boiler');
    // What it has read before helps it no more.
    const [content] = await once(idle.ws, 'ping');
    idle.ws.pause();
    const ponging = setInterval(() => {
      for (const pong of ['', content]) idle.ws.pong(pong);
    }, 5);
    try {
      const payload = { note: 'x'.repeat(8_000_000) };
      await ok(beating.url, 'POST', '/streams/boiler/publish', { payload }, { as });
      await until(() => beating.stats().connections === 0);
    } finally {
      clearInterval(ponging);
    }
  });

  /** Nothing more leaves this process for it. */
  async function stuck(): Promise<Wire> {
    const wire = await login();
    await wire.subscribe('boiler', randomUUID());
    wire.ws.pause();
    for (let round = 0; round < 20; round += 1) await publish(...large(100));
    for (let before = -1; before !== server.stats().delivered; ) {
      before = server.stats().delivered;
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    assert(server.stats().delivered < 2_000);
    return wire;
  }

  it('is told why it ends, once it has read what came before', async () => {
    const slow = await stuck();
    const clock = install({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      const { secret } = await ok(server.url, 'PUT', '/client/gauge', undefined, { as });
      assert.equal(typeof secret, 'string');
      await clock.tickAsync(20_000);
    } finally {
      clock.uninstall();
    }
    slow.ws.resume();
    assert.deepEqual(await slow.closed, { code: 1008, reason: "The client's secret was changed." });
  });

  it('is not waited for when it reads nothing of that', async () => {
    server = await startServer({ pingInterval: 30 });
    const dead = await stuck();
    await ok(server.url, 'PUT', '/client/gauge', undefined, { as });
    await until(() => server.stats().connections === 0);
    dead.ws.resume();
    assert.equal((await dead.closed).code, 1006);
  });

  it('is not waited for without end, though it answers pings that it has not read', async () => {
    const clock = install({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      server = await startServer();
      const idle = await stuck();
      await ok(server.url, 'PUT', '/client/gauge', undefined, { as });
      for (let minute = 0; minute < 60 && server.stats().connections > 0; minute += 1) {
        for (let beat = 0; beat < 3; beat += 1) {
          idle.ws.pong();
          for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          await clock.tickAsync(20_000);
        }
      }
      assert.equal(server.stats().connections, 0);
      assert.equal(server.stats().subscriptions, 0);
    } finally {
      clock.uninstall();
    }
  });

  it('is not read from while its answers wait for it', async () => {
    const { admit } = Lobby.prototype;
    const admitted: Socket[] = [];
    Lobby.prototype.admit = function (socket, jailId) {
      admitted.push(socket);
      return admit.call(this, socket, jailId);
    };
    const wire = await login().finally(() => {
      Lobby.prototype.admit = admit;
    });
    const [socket] = admitted;
    assert(socket);
    await wire.subscribe('boiler');
    // The kernel itself reads no further of one who reads nothing, so that it can hardly be brought about for real.
    let waiting = 1_000_000;
    Object.defineProperty(socket, 'writableLength', { get: () => waiting });
    await wire.subscribe('a');
    assert(socket.isPaused());
    waiting = 0;
    await publish({ temperature: 1 });
    assert.equal((await wire.next()).payload.temperature, 1);
    await until(() => !socket.isPaused());
    assert.equal((await wire.subscribe('b')).success, true);
  });
});
