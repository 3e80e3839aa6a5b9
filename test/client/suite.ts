/** What a client does with any server that keeps the rules, however it is reached. */
import assert from 'node:assert/strict';
import { Client } from '../../src/client/client';
import type { ClientOptions } from '../../src/client/options';
import type { Delivery } from '../../src/client/receive/delivery';
import { ClosedError, CredentialsError, PayloadError, ReplyError, SchemaError } from '../../src/errors';
import { operations } from '../../src/protocol/http/operations';
import { until } from '../support/until';

const SCHEMA = { version: 1, fields: [{ name: 'n', type: 'integer' }] };
const STREAM = 'boiler data/1%ä';

/** Declares the tests; `reach` gives a client's options for a server of its own, which the caller closes. */
export function clientSuite(reach: () => Promise<ClientOptions>): void {
  let clients: Client[];
  let options: ClientOptions;
  let problems: string[];

  beforeEach(async () => {
    clients = [];
    problems = [];
    options = await reach();
  });

  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    assert.deepEqual(problems, []);
  });

  function newClient(more: Partial<ClientOptions> = {}): Client {
    const client = new Client({ ...options, ...more });
    client.on('problem', (error) => problems.push(error.message));
    clients.push(client);
    return client;
  }

  /** Subscribed and accepted; what arrives is in the list. */
  async function listen(client: Client, delivery: Delivery = { type: 'every' }): Promise<unknown[]> {
    const received: unknown[] = [];
    const subscription = client.subscribe(STREAM, delivery, {
      message: (message) => received.push(message),
      error: (error) => assert.fail(error),
    });
    await until(() => subscription.status === 'active', 'the subscription');
    return received;
  }

  it('carries messages from one client to another, in order, each once', async () => {
    const [out, into] = [newClient(), newClient()];
    await out.define(SCHEMA, { stream: STREAM });
    const received = await listen(into);
    const messages = Array.from({ length: 3_000 }, (_, n) => ({ n }));
    await Promise.all(messages.map((message) => out.publish(STREAM, message)));
    await until(() => received.length === messages.length, 'the last message');
    assert.deepEqual(received, messages);
    assert.equal(out.queued, 0);
  });

  it('shares messages among the members of a group, and gives every one to others', async () => {
    const [one, two, three] = [newClient(), newClient(), newClient()];
    await one.define(SCHEMA, { stream: STREAM });
    const group: Delivery = { type: 'group', group: 'alarms' };
    const received = [await listen(one, group), await listen(two, group), await listen(three)];
    await one.publishAll(
      STREAM,
      Array.from({ length: 100 }, (_, n) => ({ n })),
    );
    await until(() => received[2]?.length === 100, 'the last message');
    await until(() => (received[0]?.length ?? 0) + (received[1]?.length ?? 0) === 100);
  });

  it('defines, describes and tells versions', async () => {
    const client = newClient();
    assert.equal(await client.describe(STREAM), null);
    const written = await client.define({ ...SCHEMA, name: STREAM });
    assert.deepEqual(written, { ...SCHEMA, name: STREAM });
    assert.deepEqual(await client.describe(STREAM), written);
    assert.deepEqual(await client.versions([STREAM, 'unknown', STREAM]), [1, null, 1]);
    assert.deepEqual(await client.versions([]), []);
  });

  it('refuses a definition that is none before it is sent, and passes on a refusal of the server', async () => {
    const client = newClient();
    await assert.rejects(client.define({ version: 1 }, { stream: STREAM }), SchemaError);
    await client.define({ ...SCHEMA, version: 2 }, { stream: STREAM });
    await assert.rejects(client.define(SCHEMA, { stream: STREAM }), (error) => {
      return error instanceof ReplyError && error.status === 400;
    });
  });

  it('publishes what is fit of a list, and says what was not', async () => {
    const client = newClient();
    await client.define(SCHEMA, { stream: STREAM });
    const received = await listen(client);
    const published = client.publishAll(STREAM, [{ n: 0 }, { n: 'x' }, { n: 2 }, { n: 'y' }, { n: 4 }]);
    await assert.rejects(published, (error) => {
      return error instanceof ReplyError && /\(2 of 5 .*\[1\], \[3\]\)$/.test(error.message);
    });
    await until(() => received.length === 3);
    assert.deepEqual(received, [{ n: 0 }, { n: 2 }, { n: 4 }]);
  });

  it('checks against the schema that is current', async () => {
    const [client, other] = [newClient(), newClient()];
    await other.define(SCHEMA, { stream: STREAM });
    await client.publish(STREAM, { n: 1 }, { check: 'types' });
    await assert.rejects(client.publish(STREAM, { n: 'x' }, { check: 'types' }), PayloadError);
    await other.define({ version: 2, fields: [{ name: 'n', type: 'string' }] }, { stream: STREAM });
    assert.deepEqual(await client.versions([STREAM]), [2]);
    await client.publish(STREAM, { n: 'x' }, { check: 'strict' });
  });

  it('shows its credentials for every operation', async () => {
    const { givenId, secret } = await newClient().request(operations.createClient, undefined, {
      clientId: 'new',
      description: '',
    });
    const credentials = { type: 'basic', clientId: givenId, clientSecret: secret } as const;
    assert.equal(await newClient({ credentials }).describe(STREAM), null);
  });

  it('says that its credentials are refused, and does not try again', async () => {
    const credentials = { type: 'basic', clientId: 'nobody', clientSecret: 'hush' } as const;
    const client = newClient({ credentials });
    client.acquire();
    await until(() => client.state.name === 'refused', 'the refusal');
    const published = client.publish(STREAM, 1);
    await assert.rejects(client.describe(STREAM), CredentialsError);
    assert.equal(client.sending.name, 'refused');
    assert.deepEqual(
      client.queue().first.map(({ text }) => text),
      ['1'],
    );
    const closed = client.close();
    await assert.rejects(published, ClosedError);
    await closed;
    assert.equal(problems.length, 1);
    assert.ok(!problems[0]?.includes('hush'));
    problems = [];
  });

  it('is closed with all that waits, twice if asked to', async () => {
    const client = newClient();
    await listen(client);
    client.disconnect();
    const published = client.publish(STREAM, { n: 1 });
    const closing = client.close();
    await assert.rejects(published, ClosedError);
    await Promise.all([closing, client.close()]);
    assert.equal(client.state.name, 'closed');
    assert.throws(() => client.acquire(), ClosedError);
    assert.throws(
      () => client.subscribe(STREAM, { type: 'every' }, { message() {}, error() {} }),
      ClosedError,
    );
    await assert.rejects(client.publish(STREAM, 1), ClosedError);
    await assert.rejects(client.describe(STREAM), ClosedError);
  });
}
