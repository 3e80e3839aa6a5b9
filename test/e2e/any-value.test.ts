/** Any JavaScript value through a real client and a real server: it arrives as JSON has it, or is refused and not sent. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Client } from '../../src/client/client';
import type { ClientOptions } from '../../src/client/options';
import { PayloadError } from '../../src/errors';
import type { Field } from '../../src/protocol/schema/schema';
import { anyFickleValue, anyMangled, anyValue, jsonOf } from '../protocol/values';
import { startServer } from '../support/sea/sea';
import { until } from '../support/until';

/** Every message ends with one of these behind it. */
const END = 'the end';

describe('any value at all', () => {
  let options: ClientOptions;
  let client: Client;
  let received: Map<string, unknown[]>;

  beforeEach(async () => {
    const { url } = await startServer();
    options = { url, credentials: { type: 'basic', clientId: 'gauge', clientSecret: 'gauge-secret' } };
    client = new Client(options);
    client.on('problem', (error) => assert.fail(error));
    received = new Map();
    // Whatever a field is called, it is none of theirs: any object passes, once it is there to be looked at.
    for (const stream of ['types', 'fresh', 'off']) {
      await client.define(
        { version: 1, fields: [{ name: 'field of the schema', type: 'date' }] },
        { stream: stream },
      );
      const messages: unknown[] = [];
      received.set(stream, messages);
      const subscription = client.subscribe(
        stream,
        { type: 'every' },
        {
          message: (message) => messages.push(message),
          error: (error) => assert.fail(error),
        },
      );
      await until(() => subscription.status === 'active');
    }
  });

  afterEach(() => client.close());

  /** What came of it, and what arrived; with a schema at hand, without one, and unchecked. */
  async function outcomes(make: () => unknown) {
    const ways = [
      ['types', 'types'],
      ['fresh', 'types'],
      ['off', 'off'],
    ] as const;
    return Promise.all(
      ways.map(async ([stream, check]) => {
        const messages = received.get(stream) ?? [];
        messages.length = 0;
        // Without a schema at hand: a client that has asked for none yet.
        const publisher = stream === 'fresh' ? new Client(options) : client;
        const error = await publisher.publish(stream, { value: make() }, { check }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (publisher !== client) await publisher.close();
        await client.publish(stream, { [END]: true });
        await until(() => messages.some((message) => Object.hasOwn(Object(message), END)));
        return { error, arrived: messages.slice(0, -1) };
      }),
    );
  }

  it('arrives as JSON has it, or is refused with its path, checked or not (G2)', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(anyValue, async (make) => {
        const [first, ...others] = await outcomes(make);
        assert.ok(first);
        for (const other of others) assert.deepEqual(summaryOf(other), summaryOf(first));
        if (first.error === undefined) {
          assert.deepEqual(first.arrived, [JSON.parse(jsonOf({ value: make() }) ?? 'not JSON')]);
        } else {
          assert.ok(first.error instanceof PayloadError, String(first.error));
          assert.deepEqual(first.arrived, []);
          const { problems } = first.error;
          assert.ok(problems.length > 0 ? problems.every(isInValue) : /too large/.test(first.error.message));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is refused where JSON would mangle it, and nothing is sent (G2)', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(anyMangled, async ({ make }) => {
        for (const { error, arrived } of await outcomes(make)) {
          assert.ok(error instanceof PayloadError && error.problems.every(isInValue), String(error));
          assert.deepEqual(arrived, []);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('that changes its mind is to the check what it is to the wire', async function () {
    this.timeout(120_000);
    for (const stream of received.keys()) {
      const field: Field = { name: 'value', type: 'object', fields: [{ name: 'a', type: 'integer' }] };
      await client.define({ version: 2, fields: [field] }, { stream: stream });
    }
    await fc.assert(
      fc.asyncProperty(anyFickleValue, async (make) => {
        const [known, fresh, unchecked] = await outcomes(make);
        for (const one of [known, fresh]) {
          // What the check has let pass, the server takes too.
          assert.ok(one?.error === undefined || one.error instanceof PayloadError, String(one?.error));
          assert.equal(one?.arrived.length, one?.error === undefined ? 1 : 0);
        }
        assert.equal(unchecked?.arrived.length, unchecked?.error === undefined ? 1 : 0);
      }),
      { numRuns: 200 },
    );
  });
});

function summaryOf({ error, arrived }: { error: unknown; arrived: unknown[] }): unknown {
  return { error: error instanceof Error ? error.message : error, arrived };
}

function isInValue({ path, message }: { path: string; message: string }): boolean {
  return path.startsWith('value') || /^and \d+ more$/.test(message);
}
