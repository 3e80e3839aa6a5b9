import assert from 'node:assert/strict';
import { withoutToken } from '../../../nodes/stream-sea-server/without-token';

describe('a client without its token', () => {
  it('is itself by its secret, or stays what it is', () => {
    const basic = { type: 'basic', clientId: 'gauge', clientSecret: 's' } as const;
    assert.deepEqual(withoutToken(basic), basic);
    const key = { type: 'key', clientId: 'gauge', privateKey: 'k', filter: {} } as const;
    assert.deepEqual(withoutToken({ ...key, clientSecret: 's' }), basic);
    assert.equal(withoutToken(key), key);
    const jwt = { type: 'jwt', clientId: 'gauge', jwt: 't' } as const;
    assert.deepEqual(withoutToken({ ...jwt, clientSecret: 's' }), basic);
    assert.equal(withoutToken(jwt), jwt);
  });
});
