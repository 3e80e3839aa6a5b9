import assert from 'node:assert/strict';
import * as given from '../../src/client/arguments';
import { Client } from '../../src/client/client';
import type { ClientOptions } from '../../src/client/options';
import { SettingError } from '../../src/errors';
import { operations } from '../../src/protocol/http/operations';

function refuses(call: () => unknown, text: RegExp): void {
  assert.throws(call, (error) => error instanceof SettingError && text.test(error.message));
}

describe('client/arguments', () => {
  it('take a name for a stream', () => {
    assert.equal(given.stream('boiler data/1'), 'boiler data/1');
    refuses(() => given.stream(''), /name of the stream is missing/);
    refuses(() => given.stream(undefined), /^stream should be a string with something in it, but is missing/);
    for (const odd of [null, 5, {}, ['s']]) refuses(() => given.stream(odd), /^stream should be a string/);
    refuses(() => given.stream('x'.repeat(1_001)), /^stream should have 1000 characters at the most$/);
    refuses(() => given.stream('half \ud83d'), /^stream should not hold half of a letter/);
    refuses(() => given.streams('boiler'), /^streams should be a list/);
    refuses(() => given.streams(['a', '']), /^streams\[1\] should be a string with something in it/);
  });

  it('take options of a publish', () => {
    assert.deepEqual(given.options(undefined), {});
    given.options({ check: 'strict', batch: false });
    refuses(() => given.options(null), /^options should be an object, but is null/);
    refuses(() => given.options('strict'), /^options should be an object/);
    refuses(
      () => given.options({ check: 'Strict' }),
      /^options\.check should be one of "off", "types", "strict"/,
    );
    refuses(() => given.options({ batch: 1 }), /^options\.batch should be true or false/);
  });

  it('take a delivery, and of it only what counts', () => {
    const odd = { type: 'group', group: 'alarms', more: 1 };
    assert.deepEqual(given.delivery(odd), { type: 'group', group: 'alarms' });
    refuses(() => given.delivery(undefined), /^delivery should be an object, but is missing/);
    refuses(
      () => given.delivery({ type: 'all' }),
      /^delivery\.type should be one of "every", "shared", "group"/,
    );
    for (const group of ['', undefined, 5]) {
      refuses(() => given.delivery({ type: 'group', group }), /^delivery\.group should be a string/);
    }
  });

  it('take listeners that can be called', () => {
    const nothing = (): void => {};
    given.listener({ message: nothing, error: nothing });
    for (const [listener, text] of [
      [undefined, /^listener should be an object/],
      [{ error: nothing }, /^listener\.message should be a function, but is missing/],
      [{ message: nothing }, /^listener\.error should be a function/],
      [{ message: nothing, error: nothing, ready: 1 }, /^listener\.ready should be a function/],
    ] as const) {
      // @ts-expect-error as plain JavaScript may call it
      refuses(() => given.listener(listener), text);
    }
    // @ts-expect-error likewise
    refuses(() => given.publication({}), /^publication\.ended should be a function/);
  });

  it('take a definition, and stumble over nothing that hides in it', () => {
    assert.equal(given.definition({ version: 1, fields: [] }, 's').name, 's');
    refuses(() => given.definition({ version: 1, fields: [] }, 5), /^stream should be a string/);
    const thrower = {
      get version() {
        throw new Error('no version');
      },
    };
    assert.throws(() => given.definition(thrower, 's'), { name: 'SchemaError', message: /no version/ });
    assert.throws(() => given.definition(undefined, 's'), { name: 'SchemaError' });
  });

  it('take an operation of the protocol, with its parameter', () => {
    given.operation(operations.deleteClient, 'gauge');
    given.operation(operations.versions, undefined);
    refuses(() => given.operation(operations.deleteClient, undefined), /^parameter should be a string/);
    // @ts-expect-error as plain JavaScript may call it
    refuses(() => given.operation('publish'), /^operation should be an operation of the protocol/);
  });
});

describe("a client's methods", () => {
  const url = 'http://127.0.0.1:9';
  const credentials = { type: 'basic', clientId: 'gauge', clientSecret: 'hush' } as const;
  let client: Client;
  const options: ClientOptions = { url, credentials, autoConnect: false };

  beforeEach(() => {
    client = new Client(options);
  });

  afterEach(() => client.close());

  // biome-ignore lint/suspicious/noExplicitAny: what no type allows is what plain JavaScript does
  const odd = undefined as any;
  // biome-ignore lint/suspicious/noExplicitAny: the same
  const [oddText, oddNumber]: any[] = ['Types', 5];

  const calls: Record<string, () => unknown> = {
    publish: () => client.publish(odd, {}),
    'publish with odd options': () => client.publish('s', {}, { check: oddText }),
    publishAll: () => client.publishAll('s', odd),
    describe: () => client.describe(odd),
    versions: () => client.versions(odd),
    'define for an odd stream': () => client.define({ version: 1, fields: [] }, { stream: oddNumber }),
    request: () => client.request(odd),
    'request without a parameter': () => client.request(operations.describe),
  };

  for (const [name, call] of Object.entries(calls)) {
    it(`reject at once: ${name}`, async () => {
      await assert.rejects(async () => {
        const called = call();
        assert.ok(called instanceof Promise, 'it throws no error of its own');
        await called;
      }, SettingError);
      assert.equal(client.queued, 0);
    });
  }

  it('throw at once where they give no promise', () => {
    const listener = { message() {}, error() {} };
    for (const call of [
      () => client.offer(odd, {}, { ended() {} }),
      () => client.offer('s', {}, odd),
      () => client.subscribe(odd, { type: 'every' }, listener),
      () => client.subscribe('s', 5 as never, listener),
      () => client.subscribe('s', { type: 'every' }, { message: odd, error() {} }),
      () => client.subscribe('s', { type: 'every' }, { buffer: 0 }),
      () => client.subscribe('s', { type: 'every' }, { signal: 5 as never }),
      () => client.off('state', odd),
      () => client.on(odd, () => {}),
      () => client.on('state', odd),
      () => new Client(odd),
    ]) {
      assert.throws(call, SettingError);
    }
  });
});
