import assert from 'node:assert/strict';
import { parseCredentials } from '../../../src/client/identity/credentials';
import { SettingError } from '../../../src/errors';
import { KEYS } from '../../support/sea/tokens';

const key = { type: 'key', clientId: 'gauge', privateKey: KEYS.privateKey };

describe('client/credentials', () => {
  it('are an id with a secret, a token, what gives one, or a key', () => {
    const good = [
      { type: 'basic', clientId: 'gauge', clientSecret: 's' },
      { type: 'jwt', clientId: 'gauge', jwt: 'a.b.c' },
      { type: 'jwt', clientId: 'gauge', jwt: () => 'a.b.c', clientSecret: 's' },
      key,
      { ...key, clientSecret: 's', tokenLifetime: 5_000, mustFanout: true, filter: { t: 'bool', e: true } },
      { ...key, filter: null },
    ];
    for (const credentials of good) assert.deepEqual(parseCredentials(credentials), credentials);
  });

  it('are refused with what is wrong, and without a secret', () => {
    const odd: [unknown, RegExp][] = [
      [undefined, /^credentials should be an object/],
      [{ type: 'cookie' }, /^credentials\.type should be/],
      [{ type: 'basic', clientId: 'gauge', clientSecret: '' }, /^clientSecret is missing$/],
      [{ type: 'basic', clientId: 'gau:ge', clientSecret: 's' }, /^clientId should not hold a colon$/],
      [
        { type: 'basic', clientId: 'ga\ud83d', clientSecret: 's' },
        /^clientId should not hold half of a letter/,
      ],
      [{ type: 'basic', clientId: 'g', clientSecret: 'hush\ud83d' }, /^clientSecret should not hold half/],
      [{ type: 'jwt', clientId: 'gauge', jwt: { hush: 1 } }, /^jwt should be a string$/],
      [{ ...key, privateKey: undefined }, /^privateKey is missing$/],
      [{ ...key, clientSecret: 7 }, /^clientSecret should be a string$/],
      [
        { ...key, tokenLifetime: 999 },
        /^tokenLifetime should be a number, 1000 or more, but is the number 999$/,
      ],
      [{ ...key, tokenLifetime: '5000' }, /^tokenLifetime should be a number/],
      [{ ...key, mustFanout: 'yes' }, /^mustFanout should be true or false/],
      [{ ...key, filter: 'x' }, /^filter is no filter expression/],
    ];
    for (const [credentials, message] of odd) {
      assert.throws(
        () => parseCredentials(credentials),
        (error) => error instanceof SettingError && message.test(error.message),
        String(message),
      );
    }
  });
});
