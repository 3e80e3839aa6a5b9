import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v4 } from 'uuid';
import { StoreError } from '../../src/errors';
import { groupIdOf } from '../../src/protocol/groups';
import { startServer as start } from '../../src/server/server';
import { Store } from '../../src/store/store';
import { type Credentials, ok, send, Wire } from '../support/network/wire';
import { ROOT } from '../support/root';
import { BOILER, startServer } from '../support/sea/sea';
import { inOneHour, KEYS, signToken } from '../support/sea/tokens';
import { fileIn, flip, TABLE } from '../support/store/damage';
import { freshFolder, setAsides } from '../support/store/folders';
import { TYPESCRIPT } from '../support/typescript';
import { until } from '../support/until';

const AS: Credentials = { clientId: 'gauge', clientSecret: 'gauge-secret' };
const DISPLAYS = groupIdOf('displays');

describe('a server with a store', () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = freshFolder();
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const serve = (options: Parameters<typeof startServer>[0] = {}) =>
    startServer({ store: { folder }, ...options });

  const define = (url: string, name = 'boiler') =>
    ok(url, 'POST', `/streams/${name}/define`, BOILER, { as: AS });

  const publish = (url: string, ...numbers: number[]) =>
    ok(
      url,
      'POST',
      '/streams/boiler/publish',
      { payload: numbers.map((pressure) => ({ pressure })) },
      { as: AS },
    );

  /** Subscribes and reads that many messages, and no more. */
  async function receive(wire: Wire, count: number): Promise<number[]> {
    const numbers: number[] = [];
    while (numbers.length < count) numbers.push((await wire.next()).payload.pressure);
    assert.deepEqual(await wire.drain(), [], 'and no more');
    return numbers;
  }

  describe('over a restart', () => {
    it('keeps streams, clients, secrets, keys and jails', async () => {
      const first = await serve();
      await define(first.url);
      const made = await ok(
        first.url,
        'POST',
        '/client',
        { clientId: 'display', description: '' },
        { as: AS },
      );
      const display = { clientId: 'display', clientSecret: made.secret };
      const rotated = await ok(first.url, 'PUT', '/client/display', undefined, { as: display });
      const jail = { newJailId: 'tenant', newJailName: 'T', newClientId: 'lodger' };
      const { newClientSecret } = await ok(first.url, 'POST', '/jails', jail, { as: AS });
      const lodger = { clientId: 'lodger', clientSecret: newClientSecret };
      await ok(first.url, 'POST', '/streams/own/define', { ...BOILER, version: '1.2' }, { as: lodger });
      const key = { jwtPublicKey: KEYS.publicKey };
      await ok(first.url, 'PUT', '/client/gauge/jwt-public-key', key, { as: AS });
      await first.close();

      const second = await serve();
      assert.deepEqual(await ok(second.url, 'GET', '/streams/boiler/schema', undefined, { as: AS }), {
        name: 'boiler',
        ...BOILER,
      });
      await Wire.login(second.url, { clientId: 'display', clientSecret: rotated.secret });
      const old = await send(second.url, 'GET', '/streams/boiler/schema', undefined, { as: display });
      assert.equal(old.status, 401);
      const own = await ok(second.url, 'GET', '/streams/own/schema', undefined, { as: lodger });
      assert.equal(own.version, '1.2');
      const wire = await Wire.open(second.url);
      const jwt = await signToken({ exp: inOneHour() });
      const reply = await wire.authenticate({ type: 'jwt', clientId: 'gauge', jwt });
      assert.equal(reply.success, true);
    });

    it('delivers to default and named groups what came while nobody was connected, in order', async () => {
      const first = await serve();
      await define(first.url);
      const [own, displays, alone] = [
        await Wire.login(first.url, AS),
        await Wire.login(first.url, AS),
        await Wire.login(first.url, AS),
      ];
      await own.subscribe('boiler');
      await displays.subscribe('boiler', DISPLAYS);
      const fresh = v4();
      await alone.subscribe('boiler', fresh);
      await publish(first.url, 0);
      for (const wire of [own, displays, alone]) assert.equal((await wire.next()).payload.pressure, 0);
      for (const wire of [own, displays, alone]) wire.ws.terminate();
      while (first.stats().subscriptions > 0) await new Promise((resolve) => setImmediate(resolve));
      await publish(first.url, 1, 2);
      assert.equal(first.stats().retained, 4);
      await first.close();

      const second = await serve();
      assert.equal(second.stats().retained, 4);
      await publish(second.url, 3);
      const wire = await Wire.login(second.url, AS);
      const answer = await wire.subscribe('boiler', DISPLAYS);
      assert.equal(answer.success, true, 'the answer comes before all deliveries (P24)');
      assert.deepEqual(await receive(wire, 3), [1, 2, 3]);
      await publish(second.url, 4);
      assert.deepEqual(await receive(wire, 1), [4]);
      const late = await Wire.login(second.url, AS);
      await late.subscribe('boiler', fresh);
      assert.deepEqual(await late.drain(), [], 'nothing is kept for a random UUID (P28)');
      const again = await Wire.login(second.url, AS);
      await again.subscribe('boiler');
      assert.deepEqual(await receive(again, 4), [1, 2, 3, 4]);
      assert.equal(second.stats().retained, 0);
      assert.equal(second.stats().dropped, 0);
      await second.close();
      assert.equal((await serve()).stats().retained, 0, 'what was delivered is kept no longer');
    });

    it('remembers a group whose members were connected to the end', async () => {
      const first = await serve();
      await define(first.url);
      const wire = await Wire.login(first.url, AS);
      await wire.subscribe('boiler', DISPLAYS);
      await first.close();
      const second = await serve();
      await publish(second.url, 1);
      const next = await Wire.login(second.url, AS);
      await next.subscribe('boiler', DISPLAYS);
      assert.deepEqual(await receive(next, 1), [1]);
    });

    it('takes the secret that is configured now', async () => {
      const first = await serve();
      await ok(first.url, 'PUT', '/client/gauge', undefined, { as: AS });
      await first.close();
      const second = await serve({ jail: { jailId: 'works', clientId: 'gauge', clientSecret: 'another' } });
      await Wire.login(second.url, { clientId: 'gauge', clientSecret: 'another' });
    });
  });

  it('also keeps for groups without a store, for as long as it runs', async () => {
    const server = await startServer({ limits: { retainedMessages: 2 } });
    await define(server.url);
    const wire = await Wire.login(server.url, AS);
    await wire.subscribe('boiler');
    wire.ws.terminate();
    while (server.stats().subscriptions > 0) await new Promise((resolve) => setImmediate(resolve));
    for (const number of [1, 2, 3]) await publish(server.url, number);
    const next = await Wire.login(server.url, AS);
    await next.subscribe('boiler');
    assert.deepEqual(await receive(next, 2), [2, 3]);
    assert.equal(server.stats().dropped, 1);
  });

  it('delivers 10,000 large messages to one that reads slowly, as fast as it does, and loses none', async () => {
    const server = await startServer();
    await define(server.url);
    const wire = await Wire.login(server.url, AS);
    await wire.subscribe('boiler');
    wire.ws.terminate();
    while (server.stats().subscriptions > 0) await new Promise((resolve) => setImmediate(resolve));
    const filler = 'x'.repeat(2_000);
    for (let batch = 0; batch < 10; batch += 1) {
      const payload = Array.from({ length: 1_000 }, (_, index) => ({
        pressure: batch * 1_000 + index,
        filler,
      }));
      await ok(server.url, 'POST', '/streams/boiler/publish', { payload }, { as: AS });
    }
    assert.equal(server.stats().retained, 10_000);
    const slow = await Wire.login(server.url, AS);
    await slow.subscribe('boiler');
    slow.ws.pause();
    // It gets what it takes while others are served.
    for (let n = 0; n < 50; n += 1)
      await ok(server.url, 'GET', '/streams/boiler/schema', undefined, { as: AS });
    assert(server.stats().delivered < 10_000, 'it does not get more than it reads');
    await publish(server.url, 10_000);
    slow.ws.resume();
    assert.deepEqual(
      await receive(slow, 10_001),
      Array.from({ length: 10_001 }, (_, index) => index),
    );
  });

  describe('kill -9', () => {
    async function spawnServer(): Promise<{ child: ChildProcess; url: string }> {
      const script = join(ROOT, 'test/support/sea/server-process.ts');
      const child = spawn(process.execPath, [...TYPESCRIPT, script, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      assert(child.stdout);
      const [line] = await once(child.stdout, 'data');
      return { child, url: String(line).trim() };
    }

    it('loses nothing that it had answered with 200, and no message that is kept', async function () {
      this.timeout(120_000);
      const { child, url } = await spawnServer();
      await define(url);
      const wire = await Wire.login(url, AS);
      await wire.subscribe('boiler');
      wire.ws.close();
      await wire.closed;
      await publish(url, 1, 2, 3);
      const made = await ok(url, 'POST', '/client', { clientId: 'display', description: '' }, { as: AS });
      child.kill('SIGKILL');
      await once(child, 'exit');

      const server = await serve();
      const next = await Wire.login(server.url, { clientId: 'display', clientSecret: made.secret });
      assert(next);
      const own = await Wire.login(server.url, AS);
      await own.subscribe('boiler');
      assert.deepEqual(await receive(own, 3), [1, 2, 3]);
    });

    it('frees the store; a live process holds it', async function () {
      this.timeout(120_000);
      const { child } = await spawnServer();
      await assert.rejects(start({ store: { folder } }), (error) => {
        assert(error instanceof StoreError);
        assert.match(error.message, /is in use/);
        return true;
      });
      assert.deepEqual(await setAsides(folder), []);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await serve();
    });
  });

  it('has its definitions again when the store is damaged where that costs nothing, and says so', async () => {
    const first = await serve();
    await define(first.url);
    await first.close();
    await writeFile(join(folder, 'CURRENT'), 'garbage');
    const warnings: string[] = [];
    const second = await serve({ onWarning: (text) => warnings.push(text) });
    assert.deepEqual(
      (await second.streams()).map(({ name }) => name),
      ['boiler'],
    );
    assert.match(warnings[0] ?? '', /CURRENT is damaged\) and has been repaired\. Records saved: \d+\.$/);
    assert.deepEqual(await setAsides(folder), []);
  });

  it('never has another definition than was made, for a flipped bit in a table: none, and it says so', async () => {
    const first = await serve();
    await define(first.url);
    await first.close();
    // Opening writes what the log holds into a table.
    await (await serve()).close();
    const table = fileIn(folder, TABLE);
    flip(table, readFileSync(table).indexOf('temperature'));
    const warnings: string[] = [];
    const second = await serve({ onWarning: (text) => warnings.push(text) });
    assert.deepEqual(await second.streams(), []);
    assert.match(warnings[0] ?? '', /\.ldb is damaged/);
    assert.equal((await setAsides(folder)).length, 1);
    await define(second.url);
  });

  it('starts beside a definition that says nothing: tells of it, and refuses its stream until it is defined again', async () => {
    await (await serve()).close();
    const store = new Store({ folder, format: 'stream-sea server 1', warn: assert.fail });
    await store.open();
    await store.write([{ type: 'put', key: '["stream","works","boiler"]', value: '{"version":1,' }]);
    await store.close();
    const warnings: string[] = [];
    const server = await serve({ onWarning: (text) => warnings.push(text) });
    await define(server.url, 'another');
    assert.deepEqual(warnings, [], 'nobody has needed it');
    for (const [method, path, body] of [
      ['POST', '/streams/boiler/publish', { payload: { pressure: 1 } }],
      ['GET', '/streams/boiler/schema', undefined],
    ] as const) {
      const reply = await send(server.url, method, path, body, { as: AS });
      assert.equal(reply.status, 500);
      assert.match(reply.body.message, /\[boiler\] is kept, but it cannot be read/);
    }
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? '',
      /The schema of the stream "boiler" is kept, but cannot be read: not JSON/,
    );
    assert.deepEqual(
      (await server.streams()).map(({ name }) => name),
      ['another'],
    );
    await define(server.url);
    await publish(server.url, 1);
  });

  it('lets go of the store when it cannot listen', async () => {
    const other = await startServer();
    await assert.rejects(start({ store: { folder }, port: other.port }), /is taken/);
    await assert.rejects(start({ store: { folder }, limits: { maxJails: 0 } }), /maxJails/);
    await serve();
  });

  it('answers 503 to what the disk does not take, of which nothing is done, and 200 once it takes it', async () => {
    const faults: unknown[] = [];
    const server = await serve({ onError: (error) => faults.push(error) });
    const made = await ok(
      server.url,
      'POST',
      '/client',
      { clientId: 'display', description: '' },
      { as: AS },
    );
    const display = { clientId: 'display', clientSecret: made.secret };
    const wire = await Wire.login(server.url, display);
    await wire.subscribe('boiler');
    const write = Store.prototype.write;
    Store.prototype.write = () => Promise.reject(new StoreError('The disk is full.'));
    try {
      for (const [method, path, body] of [
        ['POST', '/streams/boiler/define', BOILER],
        ['PUT', '/client/display', undefined],
        ['POST', '/streams/boiler/publish', { payload: { pressure: 1 } }],
      ] as const) {
        const reply = await send(server.url, method, path, body, { as: display });
        assert.equal(reply.status, 503, path);
        assert.equal(reply.headers['retry-after'], '2');
        assert.match(reply.body.message, /cannot be reached, or takes nothing now/);
      }
      assert(faults[0] instanceof StoreError);
    } finally {
      Store.prototype.write = write;
    }
    assert.deepEqual(await wire.drain(), [], 'it is still connected');
    await Wire.login(server.url, display);
    await until(async () => {
      const { status } = await send(server.url, 'POST', '/streams/boiler/define', BOILER, { as: AS });
      return status === 200;
    });
    await publish(server.url, 2);
    assert.equal((await wire.next()).payload.pressure, 2);
    await server.close();
    assert.equal((await (await serve()).streams()).length, 1);
  });

  it('closes though its disk hangs', async () => {
    const server = await serve();
    const close = Store.prototype.close;
    Store.prototype.close = () => new Promise<void>(() => {});
    try {
      await server.close();
    } finally {
      Store.prototype.close = close;
    }
  });
});
