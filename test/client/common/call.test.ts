import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { Client } from '../../../src/client/client';
import { type CallOptions, called } from '../../../src/client/common/call';
import type { ClientOptions } from '../../../src/client/options';
import {
  AbortedError,
  ClosedError,
  CredentialsError,
  NetworkError,
  StreamSeaError,
  TimeoutError,
} from '../../../src/errors';
import { FakeClock, settled } from '../../support/clock';
import { startRawServer } from '../../support/network/raw-server';
import { startServer } from '../../support/sea/sea';
import { until } from '../../support/until';

const CREDENTIALS = { type: 'basic', clientId: 'gauge', clientSecret: 'gauge-secret' } as const;

/** What is known of a call that was given up. */
function gaveUp(code: string, sent: boolean) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof StreamSeaError);
    assert.deepEqual([error.code, error.sent], [code, sent]);
    return true;
  };
}

describe('a call', () => {
  it('costs nothing where nobody limits it', async () => {
    const clock = new FakeClock();
    assert.equal(await called(clock, {}, async (call) => call), undefined);
    assert.equal(clock.pending, 0);
  });

  it('leaves no timer and no listener behind', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    await Promise.all(
      Array.from({ length: 100 }, () => called(clock, { signal, timeout: 10 }, async () => settled())),
    );
    await settled();
    process.off('warning', warned);
    assert.equal(clock.pending, 0);
    assert.deepEqual(warnings, []);
    // Node.js keeps a signal that follows others, or a timer, for as long as anybody listens to it.
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  it('is given up by a signal that others have waited for and left', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const { signal } = abort;
    await called(clock, { signal }, async () => {});
    const waiting = [1, 2].map(() => called(clock, { signal }, () => new Promise(() => {})));
    await called(clock, { signal }, async () => {});
    abort.abort();
    for (const each of waiting) await assert.rejects(each, AbortedError);
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });
});

describe('a call of a client', () => {
  const clients: Client[] = [];
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

  function newClient(options: Partial<ClientOptions> & { readonly url: string }): Client {
    const client = new Client({ credentials: CREDENTIALS, backoff: { first: 1, max: 1 }, ...options });
    clients.push(client);
    return client;
  }

  const calls: Record<string, (client: Client, options: CallOptions) => Promise<unknown>> = {
    publish: (client, options) => client.publish('s', 1, options),
    publishAll: (client, options) => client.publishAll('s', [1, 2], options),
    offer: (client, options) =>
      new Promise<void>((resolve, reject) => {
        client.offer('s', 1, { ended: (error) => (error ? reject(error) : resolve()) }, options);
      }),
    describe: (client, options) => client.describe('s', options),
    define: (client, options) => client.define({ version: 1, fields: [] }, { stream: 's', ...options }),
    versions: (client, options) => client.versions(['s'], options),
    createClient: (client, options) => client.administration.createClient('c', options),
    deleteClient: (client, options) => client.administration.deleteClient('c', options),
    rotateSecret: (client, options) => client.administration.rotateSecret('c', options),
    setPublicKey: (client, options) => client.administration.setPublicKey('c', null, options),
    deleteJail: (client, options) => client.administration.deleteJail('j', options),
    clients: (client, options) => client.administration.clients(options),
    jails: (client, options) => client.administration.jails(options),
  };

  for (const [name, call] of Object.entries(calls)) {
    it(`${name}: is given up by its signal, and says that the server may have done it`, async () => {
      const raw = await startRawServer();
      raw.answer = () => 'hang';
      const client = newClient({ url: raw.url });
      const abort = new AbortController();
      const result = call(client, { signal: abort.signal });
      result.catch(() => {});
      await until(() => raw.requests.length === 1, 'the request');
      abort.abort();
      await assert.rejects(result, gaveUp('SEA_ABORTED', true));
      assert.equal(client.queued, 0);
      await assert.rejects(call(client, { signal: abort.signal }), gaveUp('SEA_ABORTED', false));
      assert.equal(client.queued, 0);
    });

    it(`${name}: has its own time`, async () => {
      const raw = await startRawServer();
      raw.answer = () => 'hang';
      const clock = new FakeClock();
      const client = newClient({ url: raw.url, clock });
      const result = call(client, { timeout: 1_000 });
      result.catch(() => {});
      await until(() => raw.requests.length === 1, 'the request');
      await clock.advance(999);
      await clock.advance(1);
      await assert.rejects(result, gaveUp('SEA_TIMEOUT', true));
      // What holds the line of a message that was given up ends now: no time passes here.
      raw.cut();
    });
  }

  it('takes no more time for two requests than for one', async () => {
    const raw = await startRawServer();
    raw.answer = () => (raw.requests.length === 1 ? { status: 403, body: { message: 'no' } } : 'hang');
    const clock = new FakeClock();
    const result = newClient({ url: raw.url, clock }).administration.rotateSecret('c', { timeout: 1_000 });
    result.catch(() => {});
    await until(() => raw.requests.length === 2, 'the second request');
    await clock.advance(1_000);
    await assert.rejects(result, gaveUp('SEA_TIMEOUT', true));
  });

  it('that nobody answers is known not to have been sent', async () => {
    const raw = await startRawServer();
    const { url } = raw;
    await raw.close();
    const client = newClient({ url });
    const abort = new AbortController();
    const result = client.publish('s', 1, { signal: abort.signal });
    result.catch(() => {});
    await until(() => client.sending.name === 'waiting', 'the failure');
    abort.abort();
    await assert.rejects(result, gaveUp('SEA_ABORTED', false));
    assert.equal(client.queue().count, 0);
  });

  it('that was broken off, and waits to be tried again, may have been done', async () => {
    const raw = await startRawServer();
    raw.answer = () => 'reset';
    const client = newClient({ url: raw.url, backoff: { first: 60_000, max: 60_000 } });
    const abort = new AbortController();
    const result = client.publish('s', 1, { signal: abort.signal });
    result.catch(() => {});
    await until(() => client.sending.name === 'waiting', 'the failure');
    abort.abort();
    await assert.rejects(result, gaveUp('SEA_ABORTED', true));
  });

  it('whose schema is still being asked for has not been sent, and never is', async () => {
    const raw = await startRawServer();
    raw.answer = () => 'hang';
    const client = newClient({ url: raw.url });
    const abort = new AbortController();
    const result = client.publish('s', 1, { check: 'types', signal: abort.signal });
    result.catch(() => {});
    await until(() => raw.requests.length === 1, 'the question for the schema');
    abort.abort();
    await assert.rejects(result, gaveUp('SEA_ABORTED', false));
    assert.match(raw.requests[0]?.path ?? '', /schema$/);
  });

  it('leaves the others of its batch as they are', async () => {
    const server = await startServer();
    const client = newClient({ url: server.url });
    await client.define({ version: 1, fields: [{ name: 'n', type: 'integer' }] }, { stream: 's' });
    const abort = new AbortController();
    const messages = client.subscribe<{ n: number }>('s');
    await until(() => messages.status === 'active');
    client.disconnect();
    const one = client.publish('s', { n: 1 }, { signal: abort.signal });
    const two = client.publish('s', { n: 2 });
    abort.abort();
    await assert.rejects(one, gaveUp('SEA_ABORTED', false));
    client.connect();
    await two;
    assert.equal(client.queued, 0);
  });

  describe('connected', () => {
    it('resolves once the connection is ready, and at once when it is', async () => {
      const server = await startServer();
      const client = newClient({ url: server.url });
      await client.connected();
      assert.equal(client.state.name, 'ready');
      await client.connected({ timeout: 60_000 });
    });

    it('rejects with what is final', async () => {
      const server = await startServer();
      const credentials = { ...CREDENTIALS, clientSecret: 'wrong' };
      const client = newClient({ url: server.url, credentials });
      await assert.rejects(client.connected(), CredentialsError);
      await client.close();
      await assert.rejects(client.connected(), ClosedError);
    });

    it('that was given up before leaves no rejection that nobody hears of', async () => {
      const server = await startServer();
      const credentials = { ...CREDENTIALS, clientSecret: 'wrong' };
      const client = newClient({ url: server.url, credentials });
      await assert.rejects(client.connected(), CredentialsError);
      const unheard: unknown[] = [];
      const hear = (reason: unknown): void => void unheard.push(reason);
      process.on('unhandledRejection', hear);
      await assert.rejects(client.connected({ signal: AbortSignal.abort() }), AbortedError);
      await settled();
      process.off('unhandledRejection', hear);
      assert.deepEqual(unheard, []);
    });

    it('waits no longer than it is told to', async () => {
      const raw = await startRawServer();
      const { url } = raw;
      await raw.close();
      const client = newClient({ url });
      await assert.rejects(client.connected({ timeout: 1 }), TimeoutError);
      await until(() => client.state.name === 'waiting');
      await assert.rejects(client.connected({ timeout: 1 }), (error) => {
        return error instanceof TimeoutError && error.cause instanceof NetworkError;
      });
      await assert.rejects(client.connected({ signal: AbortSignal.abort() }), AbortedError);
      const waiting = client.connected();
      const closed = assert.rejects(waiting, ClosedError);
      await client.close();
      await closed;
    });
  });

  it('ends at the end of a block', async () => {
    const server = await startServer();
    let kept: Client;
    {
      await using client = newClient({ url: server.url });
      using lease = client.acquire();
      assert.ok(lease);
      await client.connected();
      kept = client;
    }
    assert.equal(kept.state.name, 'closed');
  });
});
