import assert from 'node:assert/strict';
import { Client } from '../../../src/client/client';
import type { ClientOptions } from '../../../src/client/options';
import type { Subscription } from '../../../src/client/receive/subscription';
import {
  AbortedError,
  ClosedError,
  CredentialsError,
  SettingError,
  type StreamSeaError,
  SubscriptionError,
} from '../../../src/errors';
import { quoted } from '../../../src/sentences';
import type { EmbeddedServer } from '../../../src/server/server';
import { FakeClock, settled } from '../../support/clock';
import { type RawServer, startRawServer } from '../../support/network/raw-server';
import { startServer } from '../../support/sea/sea';
import { until } from '../../support/until';

const SCHEMA = { version: 1, fields: [{ name: 'n', type: 'integer' }] };
const STREAM = 'readings';

interface Reading {
  readonly n: number;
}

describe('the messages of a subscription', () => {
  let server: EmbeddedServer;
  let out: Client;
  const clients: Client[] = [];

  function newClient(more: Partial<ClientOptions> = {}): Client {
    const client = new Client({
      url: server.url,
      credentials: { type: 'basic', ...server.credentials },
      backoff: { first: 1, max: 1 },
      ...more,
    });
    clients.push(client);
    return client;
  }

  beforeEach(async () => {
    server = await startServer();
    out = newClient();
    await out.define(SCHEMA, { stream: STREAM });
  });

  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

  async function subscribed(client: Client, buffer?: number) {
    const messages = client.subscribe<Reading>(STREAM, { type: 'group', group: 'g' }, { buffer });
    await until(() => messages.status === 'active', 'the subscription');
    return messages;
  }

  const publish = (count: number, from = 0): Promise<void> =>
    out.publishAll(
      STREAM,
      Array.from({ length: count }, (_, n) => ({ n: from + n })),
    );

  it('come by for await, in order, from the moment of the subscribe', async () => {
    const messages = await subscribed(newClient());
    await publish(3);
    const taken: number[] = [];
    for await (const { n } of messages) if (taken.push(n) === 3) break;
    assert.deepEqual(taken, [0, 1, 2]);
    assert.equal(messages.status, 'closed');
    assert.deepEqual(await messages.next(), { value: undefined, done: true });
  });

  it('that a loop left untaken go to the next loop', async () => {
    const client = newClient();
    const messages = await subscribed(client);
    await publish(3);
    await until(() => messages.waiting === 3);
    for await (const { n } of messages) if (n === 0) break;
    const next = await subscribed(client);
    assert.deepEqual(await next.next(), { value: { n: 1 }, done: false });
    assert.deepEqual(await next.next(), { value: { n: 2 }, done: false });
  });

  it('are not read from the socket while too many wait, and none is lost by that', async () => {
    const messages = await subscribed(newClient(), 10);
    const count = 9_000;
    await publish(count);
    await until(() => messages.waiting >= 10);
    // What the socket had given before it was paused comes on top: a few chunks, but not all that there is.
    let before = -1;
    await until(() => {
      const same = messages.waiting === before;
      before = messages.waiting;
      return same;
    });
    assert.ok(messages.waiting < count / 2, String(messages.waiting));
    let expected = 0;
    for await (const { n } of messages) {
      assert.equal(n, expected);
      expected += 1;
      if (expected === count) break;
    }
  });

  it('that nobody takes at all are told as a problem, once, and those that are taken slowly are not', async () => {
    const clock = new FakeClock();
    const client = newClient({ clock });
    const problems: StreamSeaError[] = [];
    client.on('problem', (problem) => problems.push(problem));
    const messages = await subscribed(client, 8);
    await publish(8);
    await until(() => messages.waiting === 8);
    await clock.advance(59_000);
    await messages.next();
    await clock.advance(59_000);
    assert.equal(problems.length, 0);
    await clock.advance(3_600_000);
    const [problem, ...more] = problems;
    assert.ok(problem instanceof SubscriptionError);
    assert.deepEqual(problem.sentence?.values, { stream: quoted(STREAM), seconds: 60, waiting: 7 });
    assert.equal(more.length, 0);
    const closed = client.close();
    await clock.advance(2_000);
    await closed;
    assert.equal(clock.pending, 0);
  });

  it('wait for a lost connection to come back, and say that it has', async () => {
    const client = newClient();
    let times = 0;
    const ready = (): void => {
      times += 1;
    };
    const messages = client.subscribe<Reading>(STREAM, { type: 'group', group: 'g' }, { ready });
    await until(() => times === 1);
    client.disconnect();
    client.connect();
    await until(() => times === 2);
    await publish(1);
    assert.deepEqual(await messages.next(), { value: { n: 0 }, done: false });
  });

  /** A client of a server that a test scripts. */
  async function scripted(): Promise<{ client: Client; raw: RawServer }> {
    const raw = await startRawServer();
    const client = newClient({
      url: raw.url,
      credentials: { type: 'basic', clientId: 'gauge', clientSecret: 's' },
    });
    return { client, raw };
  }

  it('end with what the server refuses: the subscription', async () => {
    const { client, raw } = await scripted();
    const messages = client.subscribe('nothing');
    const next = messages.next();
    const peer = await raw.welcome();
    await peer.refused('no');
    await assert.rejects(next, SubscriptionError);
    assert.deepEqual(await messages.next(), { value: undefined, done: true });
    const failed = client.subscribe('none');
    await peer.refused('no');
    await until(() => failed.status === 'closed');
    await assert.rejects(failed.next(), SubscriptionError);
  });

  it('or the credentials, also when these were refused before', async () => {
    const credentials = { type: 'basic', clientId: 'gauge', clientSecret: 'wrong' } as const;
    const client = newClient({ credentials });
    await assert.rejects(client.subscribe(STREAM).next(), CredentialsError);
    await assert.rejects(client.subscribe(STREAM).next(), CredentialsError);
  });

  it('wait on after a refusal where somebody is told of it', async () => {
    const { client, raw } = await scripted();
    const errors: Error[] = [];
    const messages = client.subscribe<Reading>('later', undefined, { error: (error) => errors.push(error) });
    const peer = await raw.welcome();
    await peer.refused('not yet');
    await until(() => errors.length === 1);
    assert.ok(errors[0] instanceof SubscriptionError);
    assert.equal(messages.status, 'failed');
  });

  it('tell of a refusal that there was before once who asked has them, and of what that throws', async () => {
    const client = newClient({ credentials: { type: 'basic', clientId: 'gauge', clientSecret: 'wrong' } });
    await assert.rejects(client.connected(), CredentialsError);
    const problems: StreamSeaError[] = [];
    client.on('problem', (problem) => problems.push(problem));
    const messages = client.subscribe(STREAM, undefined, {
      error(error) {
        messages.unsubscribe();
        throw error;
      },
    });
    assert.equal(messages.status, 'pending');
    await until(() => problems.length === 1);
    assert.ok(problems[0] instanceof SettingError && problems[0].cause instanceof CredentialsError);
    const left = client.subscribe(STREAM, undefined, { error: assert.fail });
    left.unsubscribe();
    await settled();
    assert.equal(problems.length, 1);
  });

  it('end by a signal, at once and with what waits', async () => {
    const abort = new AbortController();
    const client = newClient();
    const messages = client.subscribe(STREAM, undefined, { signal: abort.signal });
    const next = messages.next();
    abort.abort(new Error('enough'));
    await assert.rejects(next, (error) => {
      return (
        error instanceof AbortedError && error.cause instanceof Error && error.cause.message === 'enough'
      );
    });
    assert.equal(messages.status, 'closed');
    await assert.rejects(client.subscribe(STREAM, undefined, { signal: abort.signal }).next(), AbortedError);
  });

  it('are done when the client is closed, but for those that had come', async () => {
    const client = newClient();
    const messages = await subscribed(client);
    await publish(2);
    await until(() => messages.waiting === 2);
    await client.close();
    const taken: number[] = [];
    for await (const { n } of messages) taken.push(n);
    assert.deepEqual(taken, [0, 1]);
    assert.throws(() => client.subscribe(STREAM), ClosedError);
  });

  it('are given back at the end of a block', async () => {
    const client = newClient();
    let kept: readonly Pick<Subscription, 'stream' | 'delivery' | 'status'>[];
    {
      await using messages = await subscribed(client);
      using listened = client.subscribe(STREAM, { type: 'every' }, { message() {}, error() {} });
      using others = client.subscribe(STREAM, { type: 'shared' });
      kept = [messages, listened, others];
      assert.equal(messages.status, 'active');
      assert.deepEqual(
        kept.map(({ stream, delivery }) => [stream, delivery]),
        [{ type: 'group', group: 'g' }, { type: 'every' }, { type: 'shared' }].map((each) => [STREAM, each]),
      );
    }
    assert.deepEqual(
      kept.map(({ status }) => status),
      ['closed', 'closed', 'closed'],
    );
  });

  describe('of a client that drains', () => {
    it('are all taken before it is closed, and what comes of them is published', async () => {
      const client = newClient();
      await out.define(SCHEMA, { stream: 'doubled' });
      const doubled: number[] = [];
      const listening = newClient().subscribe<Reading>(
        'doubled',
        { type: 'every' },
        {
          message: ({ n }) => doubled.push(n),
          error: assert.fail,
        },
      );
      await until(() => listening.status === 'active');
      const messages = await subscribed(client, 10);
      await publish(100);
      await until(() => messages.waiting >= 10);
      const drained = client.drain();
      await Promise.resolve();
      assert.throws(() => client.subscribe(STREAM), ClosedError);
      for await (const { n } of messages) await client.publish('doubled', { n: 2 * n });
      await drained;
      assert.equal(client.state.name, 'closed');
      await until(() => doubled.length === 100);
    });

    it('sends what waits, also where it was disconnected by hand, or never connected', async () => {
      const heard = await subscribed(newClient());
      const client = newClient();
      client.disconnect();
      const other = newClient({ autoConnect: false });
      const sent = [client.publish(STREAM, { n: 1 }), other.publish(STREAM, { n: 2 })];
      await settled();
      await Promise.all([client.drain(), other.drain(), ...sent]);
      await until(() => heard.waiting === 2);
    });

    it('may be given a time, after which it is closed all the same', async () => {
      const client = newClient();
      const messages = await subscribed(client, 1);
      await publish(2);
      await until(() => messages.waiting === 2);
      await assert.rejects(client.drain({ timeout: 1 }), { code: 'SEA_TIMEOUT', sent: false });
      assert.equal(client.state.name, 'closed');
    });

    it('may be given a time when it drains already', async () => {
      const client = newClient();
      const messages = await subscribed(client);
      await publish(1);
      await until(() => messages.waiting === 1);
      const drained = client.drain();
      await assert.rejects(client.drain({ timeout: 1 }), { code: 'SEA_TIMEOUT' });
      await drained;
      assert.equal(client.state.name, 'closed');
    });

    it('may be closed meanwhile, whatever it waits for', async () => {
      const client = newClient();
      const messages = await subscribed(client);
      await publish(1);
      await until(() => messages.waiting === 1);
      const drained = client.drain();
      // All its sockets have gone by then, and it waits for who reads.
      await until(() => client.state.name === 'idle');
      await client.close();
      await drained;
      assert.deepEqual(await messages.next(), { value: { n: 0 }, done: false });

      const { client: other, raw } = await scripted();
      raw.answer = () => 'hang';
      const unanswered = assert.rejects(other.describe(STREAM), ClosedError);
      await until(() => raw.requests.length === 1);
      const otherDrained = other.drain();
      await settled();
      await other.close();
      await Promise.all([unanswered, otherDrained]);
    });
  });
});
