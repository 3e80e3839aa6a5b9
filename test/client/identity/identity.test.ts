import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import type { Credentials } from '../../../src/client/identity/credentials';
import { Identity } from '../../../src/client/identity/identity';
import { Secrets } from '../../../src/client/identity/secrets';
import { CredentialsError, NetworkError, SettingError } from '../../../src/errors';
import { FakeClock } from '../../support/clock';
import { KEYS, signToken } from '../../support/sea/tokens';

const basic = { type: 'basic', clientId: 'gauge', clientSecret: 'pä:ss' } as const;
const token = { type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' } as const;
const key = { type: 'key', clientId: 'gauge', privateKey: KEYS.privateKey } as const;

const basicHeader = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('client/identity', () => {
  let clock: FakeClock;
  let secrets: Secrets;

  beforeEach(() => {
    clock = new FakeClock(1_700_000_000_000);
  });

  function identityOf(credentials: Credentials): Identity {
    secrets = new Secrets(credentials);
    return new Identity({ credentials, secrets, clock });
  }

  it('makes a Basic header of id and secret, in UTF-8 (P2)', () => {
    assert.equal(identityOf(basic).header(), basicHeader('gauge:pä:ss'));
  });

  it('uses the secret that comes with a token or a key for HTTP', () => {
    for (const credentials of [token, key]) {
      assert.equal(identityOf({ ...credentials, clientSecret: 's' }).header(), basicHeader('gauge:s'));
    }
  });

  it('says that a token alone is not enough for HTTP', () => {
    const identity = identityOf(token);
    assert.throws(
      () => identity.header(),
      (error) => error instanceof SettingError && !error.message.includes('a.b.c'),
    );
  });

  it('shows id and secret, or a token, which is not renewed by itself', async () => {
    assert.deepEqual(await identityOf(basic).show(), { authentication: basic });
    assert.deepEqual(await identityOf({ ...token, clientSecret: 's' }).show(), { authentication: token });
  });

  it('fetches a token anew each time, and knows how long it is valid', async () => {
    let count = 0;
    const jwt = async (): Promise<string> => {
      count += 1;
      return signToken({ exp: 1_700_000_000 + count * 3600 });
    };
    const identity = identityOf({ type: 'jwt', clientId: 'gauge', jwt });
    for (const hours of [1, 2]) {
      const { authentication, left } = await identity.show();
      assert.equal(authentication.type, 'jwt');
      // A minute less, as it is not known what time it is there.
      assert.equal(left, hours * 3_600_000 - 60_000);
    }
    identity.serverTime.heard({ date: new Date(clock.now() + 30_000).toUTCString() }, clock.elapsed());
    const { left = 0 } = await identity.show();
    assert.ok(left > 3 * 3_600_000 - 32_000 && left <= 3 * 3_600_000 - 30_000, `${left}`);
  });

  it('counts on half of a fetched token that is short beside what is not known of the clocks', async () => {
    const jwt = (): Promise<string> => signToken({ exp: 1_700_000_030 });
    assert.equal((await identityOf({ type: 'jwt', clientId: 'gauge', jwt }).show()).left, 15_000);
  });

  it('makes tokens by the time of the server, once that is known', async () => {
    const identity = identityOf({ ...key, tokenLifetime: 5_000 });
    assert.equal(identity.isMadeLate, true);
    identity.serverTime.heard({ date: 'Sun, 01 Jan 2040 00:00:00 GMT' }, clock.elapsed());
    const { authentication, left } = await identity.show();
    assert.ok(authentication.type === 'jwt');
    assert.equal(decodeJwt(authentication.jwt).exp, Date.UTC(2040, 0, 1) / 1000 + 6);
    assert.equal(left, 5_000);
  });

  it('takes a token that cannot be had for a failing network, which may come back', async () => {
    const jwt = (): string => {
      throw new Error('vault sealed');
    };
    await assert.rejects(identityOf({ type: 'jwt', clientId: 'gauge', jwt }).show(), (error) => {
      return error instanceof NetworkError && error.message.includes('vault sealed');
    });
  });

  it('takes anything else than a token for none, and shows the server nothing of it', async () => {
    for (const given of [undefined, null, '', 4711, Buffer.from('a.b.c'), { jwt: 'a.b.c' }]) {
      const jwt = (): string => given as unknown as string;
      await assert.rejects(identityOf({ type: 'jwt', clientId: 'gauge', jwt }).show(), {
        name: 'NetworkError',
        message: 'No token (JWT) could be had: jwt should be a string',
      });
    }
  });

  it('passes on an error of the family as it is', async () => {
    const error = new CredentialsError('expired for good');
    const jwt = (): Promise<string> => Promise.reject(error);
    await assert.rejects(identityOf({ type: 'jwt', clientId: 'gauge', jwt }).show(), error);
  });

  it('shows others once they are given, and hides those before as well', async () => {
    const identity = identityOf(basic);
    assert.deepEqual(
      [identity.version, identity.isShared, identity.header()],
      [0, true, basicHeader('gauge:pä:ss')],
    );
    identity.replace({ ...key, clientSecret: 'another' });
    assert.deepEqual([identity.version, identity.isShared, identity.isMadeLate], [1, false, true]);
    assert.equal(identity.header(), basicHeader('gauge:another'));
    const { authentication } = await identity.show();
    assert.equal(authentication.type, 'jwt');
    const [, line = ''] = KEYS.privateKey.split('\n');
    assert.equal(secrets.hide(`pä:ss another ${line}`), '*** *** ***');
    identity.replace(token);
    assert.deepEqual([identity.givenToken, identity.isMadeLate], ['a.b.c', false]);
  });

  it('stays as it is for those of another client', () => {
    const identity = identityOf(basic);
    assert.throws(
      () => identity.replace({ ...basic, clientId: 'meter', clientSecret: 'hush' }),
      (error) =>
        error instanceof SettingError && /meter.*gauge/.test(error.message) && !/hush/.test(error.message),
    );
    assert.deepEqual([identity.version, identity.header()], [0, basicHeader('gauge:pä:ss')]);
  });
});
