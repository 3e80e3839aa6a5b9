import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type Clock, install } from '@sinonjs/fake-timers';
import { EmbeddedHost, type HostEvents } from '../../../../nodes/stream-sea-server/embedded/embedded-host';
import { messageOf } from '../../../../src/errors';
import { SettingError } from '../../../../src/index';
import { ok } from '../../../support/network/wire';
import { BOILER } from '../../../support/sea/sea';
import { freshFolder } from '../../../support/store/folders';
import { until } from '../../../support/until';

const JAIL = { clientId: 'kessel', clientSecret: 'geheim' };

const SETTINGS = { host: '127.0.0.1', jail: JAIL, drawn: false };

async function hold(port = 0): Promise<{ holder: Server; port: number }> {
  const holder = createServer().listen(port, '127.0.0.1');
  await once(holder, 'listening');
  return { holder, port: (holder.address() as AddressInfo).port };
}

const release = (holder: Server) => new Promise((resolve) => holder.close(resolve));

describe('the host of an embedded server', () => {
  let clock: Clock;
  let host: EmbeddedHost | undefined;
  const told: string[] = [];
  const listen = (word: string): HostEvents => ({
    failed: (error) => told.push(`${word} ${messageOf(error)}`),
    fault: (error) => told.push(`${word} fault ${messageOf(error)}`),
    warning: (message) => told.push(`${word} warning ${message}`),
    forgetful: (folder) => told.push(`${word} forgets ${folder}`),
  });

  beforeEach(() => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    told.length = 0;
  });

  afterEach(async () => {
    clock.uninstall();
    await host?.close();
    host = undefined;
  });

  /** Lets it try again, and its try end. */
  async function retry(times: number): Promise<void> {
    for (let tries = 0; tries < times; tries += 1) {
      const before = host?.server();
      clock.tick(5_000);
      assert.notEqual(host?.server(), before, 'no try');
      await host?.server().catch(() => {});
      // Its own listeners are told after ours.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('that cannot listen says why once, again when that changes, and listens as soon as it can', async () => {
    const { holder, port } = await hold();
    host = new EmbeddedHost({ ...SETTINGS, port }, listen('a'));
    await assert.rejects(host.server());
    await retry(3);
    assert.deepEqual(told.length, 1, told.join());
    assert.equal(host.listens, false);
    await release(holder);
    await retry(1);
    assert.equal(host.listens, true);
    assert.equal(await host.url(), `http://127.0.0.1:${port}`);
    assert.equal(told.length, 1, told.join());
  });

  it('says it again when it was well in between, or the reason is another', async () => {
    const folder = freshFolder();
    const { holder, port } = await hold();
    host = new EmbeddedHost({ ...SETTINGS, port, store: { folder } }, listen('a'));
    await assert.rejects(host.server(), /taken/);
    // The folder comes first: while another server has it, that is the reason.
    const other = new EmbeddedHost({ ...SETTINGS, store: { folder } }, listen('b'));
    await other.server();
    await retry(2);
    assert.equal(told.length, 2, told.join('\n'));
    assert.match(told[1] ?? '', /store|in use/);
    await other.close();
    await retry(1);
    assert.match(told[2] ?? '', /taken/);
    await release(holder);
  });

  it('does not try again what stays wrong', async () => {
    const wrong = { ...SETTINGS, jail: { ...JAIL, clientId: 'x'.repeat(10_000) } };
    host = new EmbeddedHost(wrong, listen('a'));
    await assert.rejects(host.server(), SettingError);
    await until(() => told.length === 1);
    assert.equal(clock.countTimers(), 0);
  });

  it('says nothing of a failure while another may still have what it needs', async () => {
    const { holder, port } = await hold();
    let free = (): void => {};
    const freed = new Promise<void>((resolve) => {
      free = resolve;
    });
    host = new EmbeddedHost({ ...SETTINGS, port }, listen('a'), { free: freed });
    const server = host.server();
    // By the time that this one has failed to listen, so has the host.
    await assert.rejects(hold(port));
    await release(holder);
    free();
    assert.equal((await server).port, port);
    assert.deepEqual(told, []);
  });

  it('tells who has it now', async () => {
    const { holder, port } = await hold();
    host = new EmbeddedHost({ ...SETTINGS, port }, listen('old'));
    host.events = listen('new');
    await assert.rejects(host.server());
    await until(() => told.length === 1);
    assert.match(told[0] ?? '', /^new /);
    await release(holder);
  });

  it('tells all who want to know of its schemas, whatever one of them throws', async () => {
    host = new EmbeddedHost(SETTINGS, listen('a'));
    const heard: (string | undefined)[] = [];
    host.onSchema((stream) => {
      throw new Error(`no ${stream}`);
    });
    const stop = host.onSchema((stream) => heard.push(stream));
    const { url, credentials } = await host.server();
    await ok(url, 'POST', '/streams/boiler/define', BOILER, { as: credentials });
    stop();
    await ok(url, 'POST', '/streams/tank/define', BOILER, { as: credentials });
    assert.deepEqual(heard, [undefined, 'boiler']);
    assert.deepEqual(told, ['a fault no undefined', 'a fault no boiler', 'a fault no tank']);
  });

  it('forgets what it cannot keep, and says so once', async () => {
    const folder = freshFolder();
    writeFileSync(folder, '');
    const { holder, port } = await hold();
    const store = { folder: `${folder}/store` };
    host = new EmbeddedHost({ ...SETTINGS, port, store }, listen('a'));
    await assert.rejects(host.server());
    await retry(2);
    await release(holder);
    await retry(1);
    assert.deepEqual(
      told.filter((line) => line.includes('forgets')),
      [`a forgets ${store.folder}`],
    );
    assert.equal(host.listens, true);
  });

  it('keeps what it can', async () => {
    const folder = freshFolder();
    mkdirSync(folder);
    host = new EmbeddedHost({ ...SETTINGS, store: { folder } }, listen('a'));
    await host.server();
    assert.deepEqual(told, []);
    await host.close();
    rmSync(folder, { recursive: true });
  });

  it('closed while it begins, listens no more', async () => {
    const { holder, port } = await hold();
    await release(holder);
    host = new EmbeddedHost({ ...SETTINGS, port }, listen('a'));
    await Promise.all([host.close(), host.close()]);
    assert.equal(host.listens, false);
    await release((await hold(port)).holder);
    assert.equal(clock.countTimers(), 0);
  });
});
