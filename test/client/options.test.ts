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
    for (const url of ['', 'sea.example', 'ftp://sea.example', 'http://'])
      refused({ url }, /^url should be like/);
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

  it('names a number that is none, or too small', () => {
    refused({ queueLimit: 0 }, /^queueLimit should be a number, 1 or more, but is the number 0/);
    refused({ requestTimeout: Number.NaN }, /^requestTimeout/);
    refused({ grace: -1 }, /^grace/);
    refused({ batch: { messages: 0 } }, /^batch.messages/);
    refused({ backoff: { first: Number.POSITIVE_INFINITY } }, /^backoff.first/);
  });
});
