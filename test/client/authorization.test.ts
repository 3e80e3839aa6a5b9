import assert from 'node:assert/strict';
import { authenticationOf, headerOf } from '../../src/client/authorization';
import { Secrets } from '../../src/client/secrets';
import { CredentialsError, NetworkError, SettingError } from '../../src/errors';

const secrets = new Secrets({ clientId: 'gauge' });

describe('client/authorization', () => {
  it('makes a Basic header of id and secret, in UTF-8 (P2)', () => {
    const header = headerOf({ type: 'basic', clientId: 'gauge', clientSecret: 'pä:ss' })();
    assert.equal(header, `Basic ${Buffer.from('gauge:pä:ss').toString('base64')}`);
  });

  it('uses the secret that comes with a token for HTTP', () => {
    const header = headerOf({ type: 'jwt', clientId: 'gauge', jwt: 'a.b.c', clientSecret: 's' })();
    assert.equal(header, `Basic ${Buffer.from('gauge:s').toString('base64')}`);
  });

  it('says that a token alone is not enough for HTTP', () => {
    const header = headerOf({ type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' });
    assert.throws(header, (error) => error instanceof SettingError && !error.message.includes('a.b.c'));
  });

  it('shows id and secret, or a token', async () => {
    const basic = { type: 'basic', clientId: 'gauge', clientSecret: 's' } as const;
    assert.deepEqual(await authenticationOf(basic, secrets), basic);
    const jwt = { type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' } as const;
    assert.deepEqual(await authenticationOf({ ...jwt, clientSecret: 's' }, secrets), jwt);
  });

  it('fetches a token anew each time', async () => {
    let count = 0;
    const jwt = async (): Promise<string> => {
      count += 1;
      return `token-${count}`;
    };
    const credentials = { type: 'jwt', clientId: 'gauge', jwt } as const;
    assert.deepEqual(await authenticationOf(credentials, secrets), {
      type: 'jwt',
      clientId: 'gauge',
      jwt: 'token-1',
    });
    assert.deepEqual(await authenticationOf(credentials, secrets), {
      type: 'jwt',
      clientId: 'gauge',
      jwt: 'token-2',
    });
  });

  it('takes a token that cannot be had for a failing network, which may come back', async () => {
    const jwt = (): string => {
      throw new Error('vault sealed');
    };
    await assert.rejects(authenticationOf({ type: 'jwt', clientId: 'gauge', jwt }, secrets), (error) => {
      return error instanceof NetworkError && error.message.includes('vault sealed');
    });
  });

  it('passes on an error of the family as it is', async () => {
    const error = new CredentialsError('expired for good');
    const jwt = (): Promise<string> => Promise.reject(error);
    await assert.rejects(authenticationOf({ type: 'jwt', clientId: 'gauge', jwt }, secrets), error);
  });
});
