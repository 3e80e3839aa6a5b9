import assert from 'node:assert/strict';
import { type ClientOptions, parseOptions } from '../../src/client/options';
import { SettingError } from '../../src/errors';

const good: ClientOptions = {
  url: 'https://sea.example:8443/plant',
  credentials: { type: 'basic', clientId: 'gauge', clientSecret: 'hush' },
};

function refused(options: Partial<ClientOptions>, text: RegExp): void {
  assert.throws(
    () => parseOptions({ ...good, ...options }),
    (error) => error instanceof SettingError && text.test(error.message) && !error.message.includes('hush'),
  );
}

describe('client/options', () => {
  it('fills in the defaults', () => {
    const settings = parseOptions(good);
    assert.equal(settings.url.href, 'https://sea.example:8443/plant');
    assert.deepEqual(
      [
        settings.connectTimeout,
        settings.authenticateTimeout,
        settings.requestTimeout,
        settings.silenceTimeout,
      ],
      [15_000, 15_000, 15_000, 75_000],
    );
    assert.deepEqual(settings.retry, {
      backoff: { first: 1_000, max: 60_000 },
      stableAfter: 30_000,
      refusedFor: 300_000,
    });
    assert.deepEqual(settings.batch, { messages: 500, bytes: 1_000_000 });
    assert.deepEqual(
      [settings.autoConnect, settings.offline, settings.queueLimit, settings.grace],
      [true, 'memory', 10_000, 1_000],
    );
    assert.equal(settings.outbox.durable, false);
  });

  it('names a wrong address, and how one looks', () => {
    for (const url of ['', 'sea.example', 'ftp://sea.example', 'http://', 'http://sea.example:0'])
      refused({ url }, /^url should be like/);
    for (const proxy of ['proxy', 'socks://proxy:1080', 'http://proxy:0'])
      refused({ proxy }, /^proxy should be like/);
    refused({ url: 'https://sea.example?x=1' }, /without a query/);
  });

  it('never repeats a password that was put into an address', () => {
    refused({ url: 'https://gauge:hush@sea.example' }, /user name or password/);
    refused({ url: 'gauge:hush@sea.example' }, /^url should be/);
    refused({ proxy: 'socks://me:hush@proxy:1080' }, /^proxy should be like/);
  });

  it('names missing credentials', () => {
    refused({ credentials: { type: 'basic', clientId: '', clientSecret: 's' } }, /clientId is missing/);
    refused({ credentials: { type: 'basic', clientId: 'a:b', clientSecret: 's' } }, /colon/);
    refused({ credentials: { type: 'basic', clientId: 'a', clientSecret: '' } }, /clientSecret is missing/);
    refused({ credentials: { type: 'jwt', clientId: 'a', jwt: '' } }, /jwt is missing/);
  });

  it('names what is of another kind altogether, and never shows a secret (G16)', () => {
    // biome-ignore lint/suspicious/noExplicitAny: what no type allows is what plain JavaScript does
    const odd = (options: any, text: RegExp) => refused(options, text);
    odd({ url: undefined }, /^url should be like .* but is missing/);
    odd({ url: 5 }, /^url should be like/);
    odd({ credentials: undefined }, /^credentials should be an object, but is missing/);
    odd({ credentials: null }, /^credentials should be an object/);
    odd(
      { credentials: { type: 'Basic', clientId: 'a', clientSecret: 'hush' } },
      /^credentials\.type should be one of/,
    );
    odd(
      { credentials: { type: 'basic', clientId: 5, clientSecret: 'hush' } },
      /^clientId should be a string$/,
    );
    odd({ credentials: { type: 'basic', clientId: 'a' } }, /^clientSecret is missing/);
    odd(
      { credentials: { type: 'basic', clientId: 'a', clientSecret: ['hush'] } },
      /^clientSecret should be a string$/,
    );
    odd({ credentials: { type: 'jwt', clientId: 'a', jwt: { token: 'hush' } } }, /^jwt should be a string$/);
    odd({ offline: 'disk' }, /^offline should be one of "memory", "fail", but is the string "disk"/);
    odd({ autoConnect: 'no' }, /^autoConnect should be true or false/);
    odd({ tls: true }, /^tls should be an object/);
    odd({ proxy: 8080 }, /^proxy should be like/);
    odd({ agent: {} }, /^agent\.addRequest should be a function/);
    odd({ batch: null, backoff: 5 }, /^backoff should be an object/);
    odd({ queueLimit: '5' }, /^queueLimit should be a number/);
    odd({ outbox: { durable: true } }, /^outbox\.open should be a function/);
    odd({ random: 5 }, /^random should be a function/);
    for (const options of [undefined, null, 'http://host']) {
      // @ts-expect-error likewise
      assert.throws(() => parseOptions(options), SettingError);
    }
  });

  it('names a number that is none, or too small', () => {
    refused({ queueLimit: 0 }, /^queueLimit should be a number, 1 or more, but is the number 0/);
    refused({ requestTimeout: Number.NaN }, /^requestTimeout/);
    refused({ grace: -1 }, /^grace/);
    refused({ batch: { messages: 0 } }, /^batch.messages/);
    refused({ backoff: { first: Number.POSITIVE_INFINITY } }, /^backoff.first/);
  });
});
