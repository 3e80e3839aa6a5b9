import assert from 'node:assert/strict';
import { Client } from '../../src/client/client';
import type { ConnectionState } from '../../src/client/connection/connection-state';
import type { ClientOptions } from '../../src/client/options';
import {
  ClosedError,
  CredentialsError,
  NetworkError,
  OfflineError,
  ProtocolError,
  SettingError,
  type StreamSeaError,
} from '../../src/errors';
import { FakeClock, settled } from '../support/clock';
import { startProxy } from '../support/network/proxy';
import { type Frame, type Peer, type RawServer, startRawServer } from '../support/network/raw-server';
import { certificate } from '../support/network/tls';
import { startTlsFront } from '../support/network/tls-front';
import { startServer } from '../support/sea/sea';
import { until } from '../support/until';
import { clientSuite } from './suite';

const SECRET = 'gauge-secret';
const credentials = { type: 'basic', clientId: 'gauge', clientSecret: SECRET } as const;

describe('client/client', () => {
  describe('with the embedded server', () => {
    clientSuite(async () => ({ url: (await startServer()).url, credentials }));
  });

  describe('over TLS', () => {
    clientSuite(async () => {
      const { port } = await startServer();
      return { url: await startTlsFront(port), credentials, tls: { ca: certificate } };
    });
  });

  describe('over TLS through a proxy', () => {
    clientSuite(async () => {
      const { port } = await startServer();
      const proxy = (await startProxy()).url;
      return { url: await startTlsFront(port), credentials, tls: { ca: certificate }, proxy };
    });
  });

  describe('with a server that is scripted', () => {
    let server: RawServer;
    let clock: FakeClock;
    let client: Client;
    let states: ConnectionState['name'][];
    let problems: StreamSeaError[];

    beforeEach(async () => {
      server = await startRawServer();
      clock = new FakeClock();
      states = [];
      problems = [];
      client = newClient();
    });

    afterEach(async () => {
      await close();
      assert.equal(clock.pending, 0, 'a timer is left');
      await until(() => server.sockets === 0, 'the end of the sockets');
      for (const problem of problems) assert.ok(!problem.message.includes(SECRET));
    });

    function newClient(options: Partial<ClientOptions> = {}): Client {
      const made = new Client({ url: server.url, credentials, clock, random: () => 0.5, ...options });
      made.on('state', ({ name }) => states.push(name));
      made.on('problem', (problem) => problems.push(problem));
      return made;
    }

    /** Exchanges the client of this test for one with other options. */
    async function remake(options: Partial<ClientOptions>): Promise<void> {
      await client.close();
      states = [];
      client = newClient(options);
    }

    async function close(): Promise<void> {
      const closing = client.close();
      await settled();
      await clock.advance(2_000);
      await closing;
    }

    const inState = (name: ConnectionState['name']): Promise<void> =>
      until(() => client.state.name === name, `the state ${name}`);

    function listen(stream: string): { received: unknown[]; errors: string[]; unsubscribe(): void } {
      const received: unknown[] = [];
      const errors: string[] = [];
      const subscription = client.subscribe(
        stream,
        { type: 'shared' },
        { message: (message) => received.push(message), error: ({ message }) => errors.push(message) },
      );
      return { received, errors, unsubscribe: () => subscription.unsubscribe() };
    }

    it('shows no odd number of what waits', () => {
      for (const first of [-1, Number.NaN, '1' as never])
        assert.throws(() => client.queue(first), SettingError);
    });

    it('opens nothing before somebody needs it', async () => {
      await settled();
      assert.deepEqual([client.state.name, server.sockets], ['idle', 0]);
    });

    it('tells who listens once of the next event alone, and who has stopped listening of none', async () => {
      const heard: string[] = [];
      const listener = ({ name }: ConnectionState): void => void heard.push(name);
      client.once('state', listener);
      const stop = client.once('state', () => heard.push('stopped'));
      const gone = (): void => void heard.push('gone');
      client.once('state', gone);
      stop();
      client.off('state', gone);
      client.acquire();
      await server.welcome();
      await until(() => states.at(-1) === 'ready', 'the connection');
      assert.deepEqual(heard, ['connecting']);
    });

    it('opens one connection for any number of leases and subscriptions', async () => {
      client.acquire();
      for (let n = 0; n < 50; n += 1) listen(`s${n}`);
      const peer = await server.welcome();
      for (let n = 0; n < 50; n += 1) assert.equal((await peer.subscribed()).id, n + 2);
      assert.equal(server.peers.length, 1);
      assert.deepEqual(states, ['connecting', 'authenticating', 'ready']);
    });

    it('closes the connection when the last lease is given back and nobody takes it over', async () => {
      const lease = client.acquire();
      const peer = await server.welcome();
      await inState('ready');
      lease.release();
      await clock.advance(999);
      assert.equal(client.state.name, 'ready');
      await clock.advance(1);
      assert.equal(await peer.closed, 1000);
      assert.equal(client.state.name, 'idle');
    });

    it('reconnects after a loss, subscribes again, and reports why', async () => {
      const ear = listen('s');
      const first = await server.welcome();
      first.deliver(await first.subscribed(), 1);
      await until(() => ear.received.length === 1);
      first.cut();
      await inState('waiting');
      await clock.advance(500);
      const second = await server.welcome();
      second.deliver(await second.subscribed(), 2);
      await until(() => ear.received.length === 2);
      assert.deepEqual(ear.received, [1, 2]);
      assert.equal(problems.length, 1);
      assert.ok(problems[0] instanceof NetworkError);
    });

    it('tells once what of a server it ignores, and stays connected (P37)', async () => {
      client.acquire();
      const peer = await server.welcome();
      for (let time = 0; time < 3; time += 1) peer.sendText('junk');
      await until(() => problems.length > 0);
      assert.ok(problems[0] instanceof ProtocolError);
      await inState('ready');
      assert.deepEqual([problems.length, server.peers.length], [1, 1]);
    });

    it('never tells a secret that others quote: not its listeners, nor what gives its tokens (P36)', async () => {
      const throws = (): never => {
        throw new Error(`told ${SECRET}`);
      };
      const jwt = { type: 'jwt', clientId: 'gauge', jwt: throws, clientSecret: SECRET } as const;
      await remake({ credentials: jwt });
      client.on('state', throws);
      client.acquire();
      await inState('waiting');
      await remake({});
      client.subscribe('s', { type: 'every' }, { message: throws, error: throws, ready: throws });
      const peer = await server.welcome();
      peer.deliver(await peer.subscribed(), 1);
      await until(() => problems.length >= 5, 'all to be told');
      for (const { message } of problems) assert.match(message, /told \*\*\*/);
    });

    it('connects without waiting any longer when it is told to, and once', async () => {
      client.acquire();
      (await server.welcome()).cut();
      await inState('waiting');
      client.connect();
      client.connect();
      await server.welcome();
      await inState('ready');
      assert.equal(server.peers.length, 2);
    });

    it('stays disconnected, once told so, until it is told to connect', async () => {
      client.acquire();
      await server.welcome();
      await inState('ready');
      client.disconnect();
      listen('s');
      const published = client.publish('s', 1);
      await clock.advance(100_000);
      assert.deepEqual([client.state.name, server.requests.length], ['idle', 0]);
      client.connect();
      await (await server.welcome()).subscribed();
      await published;
    });

    it('connects only by hand when told so', async () => {
      await remake({ autoConnect: false });
      client.acquire();
      const published = client.publish('s', 1);
      await clock.advance(10_000);
      assert.deepEqual([server.sockets, client.queued], [0, 1]);
      client.connect();
      await server.welcome();
      await published;
    });

    it('gives back a share on a new connection, without waiting and without calling it a problem (P29)', async () => {
      const dropped = listen('dropped');
      const stays = listen('stays');
      const first = await server.welcome();
      await first.subscribed();
      await first.subscribed();
      await inState('ready');
      dropped.unsubscribe();
      await settled();
      await clock.advance(1_000);
      const second = await server.welcome();
      assert.equal(server.sockets, 2);
      const frame = await second.subscribed();
      assert.deepEqual([frame.id, frame.payload], [2, 'stays']);
      assert.equal(await first.closed, 1000);
      second.deliver(frame, 1);
      await until(() => stays.received.length === 1);
      assert.deepEqual(problems, []);
      assert.deepEqual(states, ['connecting', 'authenticating', 'ready']);
    });

    describe('on giving back a share', () => {
      let first: Peer;
      let frame: Frame;
      let stays: { received: unknown[]; errors: string[] };

      beforeEach(async () => {
        const dropped = listen('dropped');
        stays = listen('stays');
        first = await server.welcome();
        await first.subscribed();
        frame = await first.subscribed();
        await inState('ready');
        dropped.unsubscribe();
        await settled();
      });

      async function stillReceives(): Promise<void> {
        first.deliver(frame, 'still');
        await until(() => stays.received.includes('still'), 'a message on the old connection');
        assert.equal(states.at(-1), 'ready');
        assert.deepEqual(stays.errors, []);
      }

      it('keeps the connection when the server refuses the credentials of the next one', async () => {
        await clock.advance(1_000);
        const second = await server.accept();
        const { id } = await second.frame();
        second.send({ id, action: 'authenticate', success: false, error: { message: 'who?' } });
        await until(() => problems.length === 1, 'the reason');
        assert.match(
          problems[0]?.message ?? '',
          /^The connection stays as it is, .*refused the credentials: who\?$/,
        );
        await stillReceives();
        await clock.advance(299_999);
        assert.equal(server.peers.length, 2);
        await clock.advance(1);
        assert.equal((await (await server.welcome()).subscribed()).payload, 'stays');
        await first.closed;
      });

      it('does without two connections where there cannot be two', async () => {
        server.upgrade = { status: 503 };
        await clock.advance(1_000);
        for (const wait of [500, 1_000, 2_000, 4_000]) {
          await until(() => clock.next === wait, `a wait of ${wait} ms`);
          await stillReceives();
          await clock.advance(wait);
        }
        await first.closed;
        await inState('waiting');
        server.upgrade = 'accept';
        await clock.advance(clock.next ?? 0);
        assert.equal((await (await server.welcome()).subscribed()).payload, 'stays');
        assert.deepEqual([server.sockets, problems.length], [1, 2]);
      });

      it('goes on with the next one when the connection is lost meanwhile', async () => {
        await clock.advance(1_000);
        const second = await server.welcome();
        const next = await second.frame();
        first.cut();
        await until(() => problems.length === 1, 'the loss');
        second.send({ id: next.id, action: 'subscription', success: true, streamName: 'stays', payload: 1 });
        second.deliver(next, 'new');
        await until(() => stays.received.length === 1, 'a message on the new connection');
        assert.deepEqual(states, ['connecting', 'authenticating', 'ready']);
      });

      it('tries again with a server that does not answer the subscribes on the next one', async () => {
        await clock.advance(1_000);
        const second = await server.welcome();
        await second.frame();
        await clock.advance(15_000);
        await stillReceives();
        assert.equal(await second.closed, 1000);
        assert.match(
          problems[0]?.message ?? '',
          /stays as it is, .*not answered the subscription to "stays" for 15 s/,
        );
        await clock.advance(5_000);
        assert.equal((await (await server.welcome()).subscribed()).payload, 'stays');
        await first.closed;
      });

      for (const how of ['disconnect', 'close'] as const) {
        it(`leaves nothing behind at ${how}() while everything is being subscribed on the next one`, async () => {
          await clock.advance(1_000);
          const second = await server.welcome();
          await second.frame();
          assert.equal(server.sockets, 2);
          if (how === 'disconnect') client.disconnect();
          else await close();
          await until(() => server.sockets === 0, 'the end of both');
        });
      }
    });

    it('asks again for a refused subscription once the stream is defined', async () => {
      const ear = listen('s');
      const peer = await server.welcome();
      await peer.refused('no such stream');
      await until(() => ear.errors.length === 1);
      await client.define({ version: 1, fields: [] }, { stream: 's' });
      assert.deepEqual((await peer.subscribed()).payload, 's');
    });

    it('keeps messages while the server is away, and sends them in order once it is back', async () => {
      client.acquire();
      const peer = await server.welcome();
      await inState('ready');
      server.answer = () => 'reset';
      const published = [1, 2, 3].map((n) => client.publish('s', n));
      await until(() => server.requests.length === 1);
      peer.cut();
      await inState('waiting');
      await settled();
      server.answer = () => ({});
      await clock.advance(500);
      await server.welcome();
      await Promise.all(published);
      const bodies = server.requests.slice(1).map(({ body }) => JSON.parse(body).payload);
      assert.deepEqual(bodies.flat(), [1, 2, 3]);
      assert.equal(client.queued, 0);
    });

    it('tries at once again when the connection is ready, however long it was to wait', async () => {
      server.answer = () => 'reset';
      const published = client.publish('s', 1);
      for (const wait of [500, 1_000, 2_000, 4_000]) {
        await until(() => clock.next === wait, `a wait of ${wait} ms`);
        await clock.advance(wait);
      }
      await until(() => clock.next === 8_000);
      server.answer = () => ({});
      client.acquire();
      await server.welcome();
      await published;
    });

    it('tells how many wait, once for changes that come together', async () => {
      const counts: number[] = [];
      client.on('queue', (queued) => counts.push(queued));
      await Promise.all([1, 2, 3].map((n) => client.publish('s', n)));
      await until(() => counts.at(-1) === 0, 'the end of the queue');
      assert.deepEqual(counts, [3, 2, 0]);
    });

    describe('with offline: fail', () => {
      beforeEach(() => remake({ offline: 'fail' }));

      it('refuses at once while requests find nobody, and says why', async () => {
        server.answer = () => 'reset';
        await assert.rejects(client.publish('s', 1), NetworkError);
        await assert.rejects(client.publish('s', 2), (error) => {
          return error instanceof OfflineError && /^Not connected: 127.0.0.1/.test(error.message);
        });
        assert.equal(server.requests.length, 1);
        server.answer = () => ({});
        await clock.advance(500);
        await client.publish('s', 3);
        assert.equal(client.sending.name, 'flowing');
      });

      it('publishes though the WebSocket is shut: only requests say what requests can do', async () => {
        client.acquire();
        (await server.accept()).cut();
        await inState('waiting');
        await client.publish('s', 1);
        assert.equal(server.requests.length, 1);
      });

      it('refuses at once when somebody has disconnected', async () => {
        client.disconnect();
        await assert.rejects(client.publish('s', 1), OfflineError);
      });

      it('gives a message one attempt', async () => {
        server.answer = () => ({ status: 503 });
        await assert.rejects(client.publish('s', 1), /status 503/);
        assert.equal(server.requests.length, 1);
      });
    });

    it('tells how many wait once in a turn of the event loop, in which a flow brings them one by one', async () => {
      const counts: number[] = [];
      server.answer = () => 'hang';
      client.on('queue', (queued) => counts.push(queued));
      for (const n of [1, 2, 3]) setImmediate(() => client.publish('s', n).catch(() => {}));
      await until(() => client.queued === 3 && counts.length > 0, 'the queue');
      assert.deepEqual(counts, [3]);
    });

    it('goes on publishing though nobody leases the connection', async () => {
      await client.publish('s', 1);
      assert.equal(server.peers.length, 0);
    });

    it('says that a token alone does not open HTTP, and subscribes with it', async () => {
      await remake({ credentials: { type: 'jwt', clientId: 'gauge', jwt: async () => 'a.b.c' } });
      for (const call of [client.publish('s', 1), client.describe('s'), client.versions(['s'])]) {
        await assert.rejects(call, SettingError);
      }
      client.acquire();
      const { payload } = await (await server.accept()).authenticate();
      assert.deepEqual(payload, { type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' });
    });

    it('does not try refused credentials again before 5 minutes have passed, unless told to', async () => {
      client.acquire();
      const peer = await server.accept();
      await peer.frame();
      peer.send({ id: 1, action: 'authenticate', success: false, error: { message: 'no' } });
      await inState('refused');
      assert.ok(problems[0] instanceof CredentialsError);
      await clock.advance(299_999);
      assert.equal(server.peers.length, 1);
      client.connect();
      await server.welcome();
    });

    it('needs the name of a stream', async () => {
      await assert.rejects(client.publish('', 1), SettingError);
      await assert.rejects(client.describe(''), SettingError);
      assert.throws(() => listen(''), SettingError);
    });

    it('reports a listener that throws, and goes on', async () => {
      client.on('state', () => {
        throw new Error('boom');
      });
      client.acquire();
      await server.welcome();
      await inState('ready');
      assert.match(problems[0]?.message ?? '', /A listener of the event "state" threw: boom/);
    });

    describe('closing', () => {
      for (const [what, ask] of Object.entries<() => Promise<unknown>>({
        'a message': () => client.publish('s', 1),
        'a secret that is drawn there and then': () => client.administration.rotateSecret('gauge'),
      })) {
        it(`lets ${what} that is out have its answer, for a second`, async () => {
          let answer = (): void => {};
          const body = { givenId: 'gauge', secret: 'drawn' };
          server.answer = () => new Promise((resolve) => (answer = () => resolve({ body })));
          const asked = ask();
          await until(() => server.requests.length === 1);
          const closing = client.close();
          await settled();
          answer();
          await Promise.all([asked, closing]);
        });
      }

      /** Each resolves with what must come true by the closing. */
      const wedged: Record<string, () => Promise<Promise<void>[]>> = {
        'in the handshake': async () => {
          server.upgrade = 'hang';
          client.acquire();
          await until(() => server.sockets === 1);
          return [];
        },
        'in the authentication': async () => {
          client.acquire();
          const peer = await server.accept();
          await peer.frame();
          peer.freeze();
          return [];
        },
        'with a socket that is read no more': async () => {
          client.acquire();
          (await server.welcome()).freeze();
          await inState('ready');
          return [];
        },
        'with requests that are never answered': async () => {
          server.answer = () => 'hang';
          const asked = [client.publish('s', 1), client.publish('s', 2), client.describe('s')];
          await until(() => server.requests.length === 2);
          return asked.map((each) => assert.rejects(each, ClosedError));
        },
        'while it waits to reconnect': async () => {
          client.acquire();
          (await server.accept()).cut();
          await inState('waiting');
          return [];
        },
        'while it changes connections': async () => {
          const ear = listen('s');
          const peer = await server.welcome();
          await peer.subscribed();
          await inState('ready');
          peer.freeze();
          ear.unsubscribe();
          await settled();
          await clock.advance(1_000);
          return [];
        },
      };
      for (const [where, wedge] of Object.entries(wedged)) {
        it(`ends within 2 s when the server is wedged ${where}`, async () => {
          const outcomes = await wedge();
          await Promise.all([close(), ...outcomes]);
          assert.equal(client.state.name, 'closed');
          assert.equal(clock.pending, 0);
          server.cut();
        });
      }

      it('calls no listener afterwards', async () => {
        const ear = listen('s');
        const peer = await server.welcome();
        const frame = await peer.subscribed();
        await inState('ready');
        const closing = client.close();
        peer.deliver(frame, 1);
        await closing;
        states = [];
        ear.unsubscribe();
        client.connect();
        assert.equal(clock.pending, 0);
        await settled();
        assert.deepEqual([ear.received, states], [[], []]);
      });
    });
  });

  it('holds nothing of twenty clients that were made and closed', async () => {
    const server = await startServer();
    const before = resources();
    for (let n = 0; n < 20; n += 1) {
      const client = new Client({ url: server.url, credentials });
      client.subscribe('s', { type: 'every' }, { message() {}, error() {} });
      await until(() => client.state.name === 'ready');
      await client.define({ version: 1, fields: [] }, { stream: 's' });
      await client.publish('s', { n });
      await client.close();
    }
    await until(() => server.stats().connections === 0, 'the end of all connections');
    await until(() => resources() === before, `the end of all but ${before}`);
  });
});

/** What keeps the process alive, apart from the pipes of its own output. */
function resources(): string {
  return process
    .getActiveResourcesInfo()
    .filter((name) => name === 'TCPSocketWrap' || name === 'Timeout')
    .sort()
    .join();
}
