/**
 * Shares given up under load, over real sockets: the connection is exchanged again and again, and what others on it
 * are subscribed to arrives, each message once.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../../src/client/client';
import type { ClientOptions } from '../../src/client/options';
import type { Delivery } from '../../src/client/receive/delivery';
import { startFaultProxy } from '../support/network/fault-proxy';
import { ROOT } from '../support/root';
import { startServer } from '../support/sea/sea';
import { freshFolder } from '../support/store/folders';
import { TYPESCRIPT } from '../support/typescript';
import { until } from '../support/until';

const CREDENTIALS = { type: 'basic', clientId: 'gauge', clientSecret: 'gauge-secret' } as const;
const EXCHANGES = 20;
const SERVER = join(ROOT, 'test/support/sea/server-process.ts');

const STREAMS: Readonly<Record<string, Delivery>> = {
  every: { type: 'every' },
  shared: { type: 'shared' },
  group: { type: 'group', group: 'alarms' },
};

describe('an exchange of the connection', () => {
  let url: string;
  let clients: Client[];
  let servers: ChildProcess[];
  let relays: Server[];
  let problems: string[];

  beforeEach(() => {
    clients = [];
    servers = [];
    relays = [];
    problems = [];
  });

  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    for (const server of servers) server.kill('SIGKILL');
    for (const relay of relays) relay.close();
    assert.deepEqual(problems, []);
  });

  function newClient(options: Partial<ClientOptions> = {}): Client {
    const client = new Client({ url, credentials: CREDENTIALS, grace: 5, ...options });
    client.on('problem', ({ message }) => problems.push(message));
    clients.push(client);
    return client;
  }

  /** An embedded server in a process of its own: the two ends then do not take turns. */
  async function spawnServer(): Promise<string> {
    const server = spawn(process.execPath, [...TYPESCRIPT, SERVER, freshFolder()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    servers.push(server);
    const [line] = await once(server.stdout, 'data');
    return String(line).trim();
  }

  /** Subscribed, all of it; by stream what it brings. */
  async function listen(client: Client): Promise<Map<string, number[]>> {
    const received = new Map<string, number[]>();
    const subscriptions = Object.entries(STREAMS).map(([stream, delivery]) => {
      const numbers: number[] = [];
      received.set(stream, numbers);
      return client.subscribe(stream, delivery, {
        message: (message) => numbers.push((message as { n: number }).n),
        error: assert.fail,
      });
    });
    await until(() => subscriptions.every(({ status }) => status === 'active'), 'the subscriptions');
    return received;
  }

  const SERVERS: Readonly<Record<string, () => Promise<string>>> = {
    'in this process': async () => (await startServer()).url,
    'in another process': spawnServer,
  };

  for (const [where, start] of Object.entries(SERVERS)) {
    it(`loses and doubles nothing while thousands arrive, with the server ${where} (G13)`, async () => {
      url = await start();
      // Every second connection is the slower one: its subscribes come after what is said on the others.
      const proxy = await startFaultProxy(Number(new URL(url).port));
      let most = 0;
      proxy.onChunk = ({ connection, direction }) => {
        most = Math.max(most, proxy.connections);
        return direction === 'up' && connection % 2 === 1 ? { type: 'delay', ms: 10 } : undefined;
      };
      const client = newClient({ url: proxy.url });
      const own = await listen(client);
      // Another that shares: what it gets, this client does not.
      const member = newClient();
      const theirs = await listen(member);
      const publisher = newClient();
      let published = 0;
      let stopped = false;
      async function publish(): Promise<void> {
        for (; !stopped; await delay(5)) {
          const numbers = Array.from({ length: 4 }, () => ({ n: published++ }));
          const streams = ['dropped', ...Object.keys(STREAMS)];
          await Promise.all(streams.map((stream) => publisher.publishAll(stream, numbers)));
        }
      }
      const publishing = publish();
      for (let time = 1; time <= EXCHANGES; time += 1) {
        const share = client.subscribe('dropped', { type: 'shared' }, { message() {}, error: assert.fail });
        await until(() => share.status === 'active', 'the share');
        await delay(time);
        share.unsubscribe();
        await until(() => proxy.taken === 1 + time && proxy.connections === 1, `exchange ${time}`);
      }
      stopped = true;
      await publishing;
      const all = Array.from({ length: published }, (_, n) => n);
      const sorted = (...lists: (readonly number[] | undefined)[]): number[] =>
        lists.flatMap((list) => list ?? []).sort((a, b) => a - b);
      const complete = (): boolean =>
        own.get('every')?.length === published && theirs.get('every')?.length === published;
      await until(complete, 'the last message').catch(() => {});
      for (const received of [own, theirs]) assert.deepEqual(sorted(received.get('every')), all);
      for (const stream of ['shared', 'group']) {
        assert.deepEqual(sorted(own.get(stream), theirs.get(stream)), all, stream);
        assert.ok((own.get(stream)?.length ?? 0) > published / 4);
      }
      assert.equal(most, 2);
      assert.equal(client.state.name, 'ready');
    }).timeout(120_000);
  }

  it('loses nothing of what the old connection still holds for a slow reader, however long that takes', async () => {
    const server = await startServer({ limits: { closeTimeout: 50 } });
    url = server.url;
    // More than the kernel takes at both ends, so that most of it is still in the server as the client says good-bye.
    const messages = Array.from({ length: 5_500 }, (_, n) => ({ n, text: 'x'.repeat(3_000) }));
    const ways: { near: Socket; far: Socket }[] = [];
    const relay = createServer((near) => {
      const far = connect(server.port, '127.0.0.1');
      ways.push({ near, far });
      far.pipe(near).pipe(far);
      for (const socket of [near, far]) socket.on('error', () => {});
    });
    relays.push(relay.listen(0, '127.0.0.1'));
    await once(relay, 'listening');
    const client = newClient({ url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}` });
    const own = await listen(client);
    const share = client.subscribe('dropped', { type: 'shared' }, { message() {}, error: assert.fail });
    await until(() => share.status === 'active', 'the share');
    const [old] = ways;
    assert.ok(old);
    old.far.unpipe().pause();
    await newClient().publishAll('every', messages);
    share.unsubscribe();
    await until(() => server.stats().subscriptions === 2 * Object.keys(STREAMS).length + 1, 'the exchange');
    await delay(200);
    assert.equal(server.stats().connections, 2, 'the server has given the old connection up');
    old.far.pipe(old.near);
    await until(() => own.get('every')?.length === messages.length, 'the last message').catch(() => {});
    // What the old one had not taken came on the new one, which was faster.
    assert.deepEqual(
      own.get('every')?.toSorted((a, b) => a - b),
      messages.map(({ n }) => n),
    );
  });
});
