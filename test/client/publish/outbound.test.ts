import assert from 'node:assert/strict';
import { Client } from '../../../src/client/client';
import type { ClientOptions } from '../../../src/client/options';
import { createDiskOutbox } from '../../../src/client/outbox/disk-outbox';
import {
  ClosedError,
  CredentialsError,
  PayloadError,
  ReplyError,
  type StreamSeaError,
} from '../../../src/errors';
import { FakeClock, settled } from '../../support/clock';
import { type RawServer, startRawServer } from '../../support/network/raw-server';
import { FakeDisk } from '../../support/store/database';
import { until } from '../../support/until';

const credentials = { type: 'basic', clientId: 'gauge', clientSecret: 'hush' } as const;

/** What requests and the socket know of the server, and tell each other: a whole client, and a server that is scripted. */
describe('client/outbound', () => {
  let server: RawServer;
  let clock: FakeClock;
  let client: Client;
  let problems: StreamSeaError[];

  beforeEach(async () => {
    server = await startRawServer();
    clock = new FakeClock();
    client = newClient();
  });

  afterEach(async () => {
    const closing = client.close();
    await settled();
    await clock.advance(2_000);
    await closing;
    assert.equal(clock.pending, 0, 'a timer is left');
    await until(() => server.sockets === 0, 'the end of the sockets');
  });

  function newClient(options: Partial<ClientOptions> = {}): Client {
    problems = [];
    const made = new Client({ url: server.url, credentials, clock, random: () => 0.5, ...options });
    made.on('problem', (problem) => problems.push(problem));
    return made;
  }

  function offer(stream: string, message: unknown): Promise<string> {
    return client.publish(stream, message).then(
      () => 'published',
      (error: StreamSeaError) => error.code,
    );
  }

  function listen(stream: string): void {
    client.subscribe(stream, { type: 'every' }, { message() {}, error() {} });
  }

  const inState = (name: Client['state']['name']): Promise<void> =>
    until(() => client.state.name === name, `the state ${name}`);
  const sending = (name: Client['sending']['name']): Promise<void> =>
    until(() => client.sending.name === name, `that sending is ${name}`);

  describe('a server that is away', () => {
    it('is told, with the reason and the next try, though nobody needs the connection (G6)', async () => {
      const told: string[] = [];
      client.on('sending', ({ name }) => told.push(name));
      server.answer = () => 'reset';
      const published = offer('s', 1);
      await sending('waiting');
      const { sending: state } = client;
      assert.ok(state.name === 'waiting');
      assert.deepEqual([state.attempt, state.until], [1, clock.now() + 500]);
      assert.equal(state.why.code, 'SEA_NETWORK');
      await settled();
      assert.deepEqual(problems, [state.why]);
      server.answer = () => ({});
      await clock.advance(500);
      assert.equal(await published, 'published');
      await settled();
      assert.deepEqual(told, ['waiting', 'flowing']);
    });

    it('is no trouble to somebody who has disconnected: no next try is told, as none will come', async () => {
      const told: string[] = [];
      client.on('sending', ({ name }) => told.push(name));
      server.answer = () => 'reset';
      const published = offer('s', 1);
      await sending('waiting');
      client.disconnect();
      assert.equal(client.sending.name, 'flowing');
      await settled();
      const { length } = server.requests;
      await clock.advance(60_000);
      assert.equal(server.requests.length, length);
      server.answer = () => ({});
      client.connect();
      await server.welcome();
      assert.equal(await published, 'published');
      await until(() => told.at(-1) === 'flowing', 'that all is well');
      assert.deepEqual(told.slice(0, 2), ['waiting', 'flowing']);
    });

    it('is told by the clock as it is set now, requests and the socket alike', async () => {
      server.answer = () => 'reset';
      server.upgrade = { status: 503 };
      const told: number[] = [];
      for (const name of ['state', 'sending'] as const)
        client.on(name, (condition) => 'until' in condition && told.push(condition.until));
      clock.step(86_400_000);
      void offer('s', 1);
      listen('s');
      await until(() => told.length === 2, 'both to be told');
      const next = clock.now() + 500;
      assert.deepEqual(told, [next, next]);
      clock.step(3_600_000);
      const now = [client.state, client.sending].map((condition) => 'until' in condition && condition.until);
      assert.deepEqual(now, [next + 3_600_000, next + 3_600_000]);
    });

    it('is told when it answers that it cannot now', async () => {
      server.answer = () => ({ status: 503 });
      const published = offer('s', 1);
      await sending('waiting');
      await until(() => problems.length === 1);
      assert.match(problems[0]?.message ?? '', /503/);
      server.answer = () => ({});
      await clock.advance(500);
      await published;
      await sending('flowing');
    });

    it('is not asked by each stream for itself', async () => {
      server.answer = () => 'reset';
      const first = offer('s0', 0);
      await sending('waiting');
      const published = Array.from({ length: 20 }, (_, n) => offer(`s${n + 1}`, n));
      await clock.advance(499);
      assert.equal(server.requests.length, 1);
      await clock.advance(1);
      await until(() => client.sending.name === 'waiting' && client.sending.attempt === 2);
      assert.equal(server.requests.length, 2);
      server.answer = () => ({});
      await clock.advance(1_000);
      await Promise.all([first, ...published]);
    });

    it('is not hammered by a stream that it cannot take now, each time that another finds nobody', async () => {
      server.answer = ({ path }) => (path.includes('/a/') ? 'reset' : { status: 503 });
      const published = [offer('a', 1), offer('b', 2)];
      await sending('waiting');
      for (let turn = 0; turn < 200; turn += 1) await settled();
      assert.ok(server.requests.length <= 4, `${server.requests.length} requests`);
      server.answer = () => ({});
      client.sendNow();
      await clock.advance(2_000);
      assert.deepEqual(await Promise.all(published), ['published', 'published']);
    });

    it('is not hammered by it either, each time that the socket cannot be had for what waits for it', async () => {
      server.upgrade = { status: 503 };
      listen('s');
      await inState('waiting');
      server.answer = async ({ path }) => {
        if (path.includes('/a/')) return 'reset';
        await until(
          () => 'why' in client.sending && client.sending.why.code === 'SEA_NETWORK',
          'the failure',
        );
        return { status: 503 };
      };
      const published = [offer('a', 1), offer('b', 2)];
      await sending('waiting');
      await until(() => server.upgrades > 1, 'the socket to be tried for what waits for it');
      for (let turn = 0; turn < 2_000; turn += 1) await settled();
      assert.ok(server.requests.length <= 5, `${server.requests.length} requests`);
      server.answer = () => ({});
      client.sendNow();
      await clock.advance(2_000);
      assert.deepEqual(await Promise.all(published), ['published', 'published']);
    });

    it('has the socket tried again at once when it answers requests again', async () => {
      client.acquire();
      server.upgrade = { status: 503 };
      server.answer = () => 'reset';
      await inState('waiting');
      await clock.advance(500 + 1_000 + 2_000);
      const published = offer('s', 1);
      await sending('waiting');
      server.answer = () => ({});
      server.upgrade = 'accept';
      await clock.advance(500);
      await server.welcome();
      await published;
    });
  });

  describe('refused credentials', () => {
    it('rest once for all that a client does (G7)', async () => {
      server.upgrade = { status: 401 };
      server.answer = () => ({ status: 401 });
      client.acquire();
      await inState('refused');
      const published = Array.from({ length: 20 }, (_, n) => offer(`s${n}`, n));
      for (let n = 0; n < 20; n += 1) {
        client.acquire().release();
        await assert.rejects(client.describe('s'), CredentialsError);
      }
      await clock.advance(299_000);
      assert.equal(server.upgrades, 1);
      assert.equal(server.requests.length, 0);
      assert.equal(client.sending.name, 'refused');
      assert.equal(client.queue().count, 20);
      assert.equal(problems.length, 1);
      server.upgrade = 'accept';
      server.answer = () => ({});
      client.connect();
      await server.welcome();
      await Promise.all(published);
      assert.equal(client.sending.name, 'flowing');
    });

    it('rest while leases come and go, the last one given back too', async () => {
      server.upgrade = { status: 401 };
      for (let n = 0; n < 20; n += 1) {
        const lease = client.acquire();
        await until(() => client.state.name === 'refused');
        lease.release();
        await clock.advance(1_000);
        assert.equal(client.state.name, 'idle');
      }
      assert.equal(server.upgrades, 1);
    });

    it('are tried again after their rest, once', async () => {
      server.answer = () => ({ status: 401 });
      const published = [offer('a', 1), offer('b', 2)];
      await sending('refused');
      const before = server.requests.length;
      await clock.advance(300_000);
      await until(() => client.sending.name === 'refused' && client.sending.until > clock.now());
      assert.equal(server.requests.length, before + 1);
      server.answer = () => ({});
      await clock.advance(300_000);
      assert.deepEqual(await Promise.all(published), ['published', 'published']);
    });

    it('that a request was refused for are not shown by the socket, and one that is open stays', async () => {
      client.acquire();
      const peer = await server.welcome();
      await inState('ready');
      server.answer = () => ({ status: 401 });
      const published = offer('s', 1);
      await sending('refused');
      assert.equal(client.state.name, 'ready');
      peer.cut();
      await inState('refused');
      await clock.advance(10_000);
      assert.equal(server.peers.length, 1);
      server.answer = () => ({});
      client.connect();
      await server.welcome();
      assert.equal(await published, 'published');
    });

    it('are final for a message that has one attempt', async () => {
      await client.close();
      client = newClient({ offline: 'fail' });
      server.answer = () => ({ status: 401 });
      assert.equal(await offer('s', 1), 'SEA_CREDENTIALS');
      assert.equal(await offer('s', 2), 'SEA_CREDENTIALS');
      assert.equal(server.requests.length, 1);
    });

    it('hold what is on disk, which is sent when they are right (G7)', async () => {
      await client.close();
      const disk = new FakeDisk();
      const outbox = () =>
        createDiskOutbox({ folder: '/nowhere/queue', warn() {}, openDatabase: disk.openDatabase });
      client = newClient({ outbox: outbox(), queueLimit: 5_000 });
      server.answer = () => ({ status: 401 });
      const ends = Array.from({ length: 3_000 }, (_, n) => offer('s', n));
      await sending('refused');
      const closing = client.close();
      await settled();
      await clock.advance(2_000);
      await closing;
      assert.deepEqual(new Set(await Promise.all(ends)), new Set(['SEA_CLOSED']));
      server.answer = () => ({});
      client = newClient({ outbox: outbox() });
      await until(() => client.queued === 3_000);
      await clock.advance(1_000);
      await until(() => client.queued === 0);
      const texts = server.requests
        .filter(({ headers }) => headers.authorization !== undefined)
        .flatMap(({ body }) => JSON.parse(body).payload as unknown);
      assert.equal(texts.flat().slice(-3_000).length, 3_000);
    });
  });

  describe('what has waited', () => {
    it('leaves only once the subscriptions have been answered (G12)', async () => {
      const { unsent, undelivered, kept } = await leftBehind(1, 2);
      client.adopt({ unsent, undelivered, kept });
      listen('s');
      const peer = await server.welcome();
      const subscribe = await peer.frame();
      await clock.advance(5_000);
      assert.equal(server.requests.length, 0);
      peer.accept(subscribe);
      await until(() => server.requests.length === 1);
      assert.deepEqual(JSON.parse(server.requests[0]?.body ?? '').payload, [1, 2]);
    });

    it('leaves after ten seconds though nobody answers them', async () => {
      client.adopt(await leftBehind(1));
      listen('s');
      await (await server.welcome()).frame();
      await clock.advance(9_000);
      assert.equal(server.requests.length, 0);
      await clock.advance(1_000);
      await until(() => server.requests.length === 1);
    });

    it('leaves when the socket is shut but requests get through', async () => {
      server.upgrade = { status: 403 };
      client.adopt(await leftBehind(1));
      listen('s');
      await inState('waiting');
      await until(() => server.requests.length === 1);
    });

    it('waits over an outage for them, too', async () => {
      listen('s');
      const first = await server.welcome();
      await first.subscribed();
      await inState('ready');
      server.answer = () => 'reset';
      const published = offer('s', 1);
      await sending('waiting');
      first.cut();
      await inState('waiting');
      server.answer = () => ({});
      const before = server.requests.length;
      await clock.advance(500);
      const second = await server.welcome();
      const subscribe = await second.frame();
      await clock.advance(5_000);
      assert.equal(server.requests.length, before);
      second.accept(subscribe);
      assert.equal(await published, 'published');
    });

    it('waits for them after a disconnect by hand, too', async () => {
      listen('s');
      await (await server.welcome()).subscribed();
      // The way out is open, and stays so until there is another connection.
      assert.equal(await offer('s', 0), 'published');
      client.disconnect();
      const published = [offer('s', 1), offer('other', 2)];
      await settled();
      assert.equal(server.requests.length, 1);
      client.connect();
      const second = await server.welcome();
      const subscribe = await second.frame();
      await clock.advance(5_000);
      assert.equal(server.requests.length, 1);
      second.accept(subscribe);
      assert.deepEqual(await Promise.all(published), ['published', 'published']);
    });

    it('is handed to a successor with who is to be told of its end, and not ended by retiring (G10)', async () => {
      client.disconnect();
      const ends: unknown[] = [];
      client.offer('s', 1, { ended: (error) => ends.push(error) }, {});
      const retiring = client.retire();
      await settled();
      await clock.advance(2_000);
      const legacy = await retiring;
      assert.equal(ends.length, 0);
      assert.equal(client.state.name, 'closed');
      client = newClient();
      client.adopt(legacy);
      await clock.advance(1_000);
      await until(() => ends.length === 1);
      assert.equal(server.requests.length, 1);
    });
  });

  it('keeps no schema that was asked for before another was defined', async () => {
    let answer = (): void => {};
    let asked = 0;
    server.answer = ({ method }) => {
      if (method !== 'GET') return {};
      asked += 1;
      return new Promise((resolve) => {
        answer = () => resolve({ body: { name: 's', version: 1, fields: [{ name: 'n', type: 'integer' }] } });
      });
    };
    const first = client.publish('s', {}, { check: 'types' });
    await until(() => asked === 1);
    await client.define({ version: 2, fields: [{ name: 'n', type: 'string' }] }, { stream: 's' });
    answer();
    await first;
    await client.publish('s', { n: 'text' }, { check: 'types' });
    assert.equal(asked, 1);
  });

  describe('a definition', () => {
    const fieldsOf = (version: number) => [{ name: 'n', type: version === 1 ? 'integer' : 'string' }];
    const define = (version: number) =>
      client.define({ version, fields: fieldsOf(version) }, { stream: 's' });
    let stored: number;

    beforeEach(() => {
      stored = 1;
      server.answer = ({ method, path, body }) => {
        if (method === 'GET') return { body: { name: 's', version: stored, fields: fieldsOf(stored) } };
        if (path.endsWith('/define')) stored = JSON.parse(body).version;
        return {};
      };
    });

    it('that another has overtaken does not stay as the older one', async () => {
      const { answer } = server;
      let release = (): void => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      server.answer = async (request) => {
        const answered = await answer(request);
        if (request.path.endsWith('/define') && stored === 1) await held;
        return answered;
      };
      const first = define(1);
      await until(() => server.requests.length === 1);
      await define(2);
      release();
      await first;
      await assert.rejects(client.publish('s', { n: 1 }, { check: 'types' }), PayloadError);
    });

    it('whose answer was lost does not leave the older one', async () => {
      const { answer } = server;
      await client.describe('s');
      server.answer = async (request) => {
        await answer(request);
        return { status: 502 };
      };
      await assert.rejects(define(2), ReplyError);
      server.answer = answer;
      client.sendNow();
      await assert.rejects(client.publish('s', { n: 1 }, { check: 'types' }), PayloadError);
    });
  });

  it('is not held up by what is only looked up, and shows it no credentials that rest', async () => {
    const answers = [{ status: 401 }, 'reset', { status: 404 }, { body: { versionsVector: ['2'] } }] as const;
    const looked: unknown[] = [];
    for (const answer of answers) {
      server.answer = ({ path }) => (path.endsWith('/schema-versions-vector') ? answer : {});
      looked.push(await client.lookUpVersions(['s']).catch((error: StreamSeaError) => error.code));
      assert.equal(client.sending.name, 'flowing');
      assert.equal(await offer('s', 1), 'published');
    }
    assert.deepEqual(looked, ['SEA_CREDENTIALS', 'SEA_NETWORK', 'SEA_REPLY', ['2']]);
    server.answer = () => ({ status: 401 });
    const published = offer('s', 1);
    await sending('refused');
    const { length } = server.requests;
    await assert.rejects(client.lookUpVersions(['s']), CredentialsError);
    assert.equal(server.requests.length, length);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['SEA_CREDENTIALS'],
    );
    client.purge();
    assert.equal(await published, 'SEA_PURGED');
  });

  it('sends at once when told to, and throws away when told to', async () => {
    server.answer = () => ({ status: 503 });
    const published = offer('s', 1);
    await sending('waiting');
    server.answer = () => ({});
    client.sendNow();
    assert.equal(await published, 'published');
    client.disconnect();
    const thrown = offer('s', 2);
    assert.equal(client.purge(), 1);
    assert.equal(await thrown, 'SEA_PURGED');
    assert.equal(client.queued, 0);
  });

  it('takes nothing over once it is closed', async () => {
    const legacy = await leftBehind();
    await client.close();
    assert.throws(() => client.adopt(legacy), ClosedError);
  });

  /** What a client before this one could not send. */
  async function leftBehind(...messages: unknown[]): ReturnType<Client['retire']> {
    const before = new Client({ url: server.url, credentials, clock, autoConnect: false });
    for (const message of messages) before.offer('s', message, { ended() {} }, {});
    const retiring = before.retire();
    await settled();
    await clock.advance(2_000);
    return retiring;
  }
});
