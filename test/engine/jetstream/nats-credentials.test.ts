import assert from 'node:assert/strict';
import { optionsOf } from '../../../src/engine/jetstream/nats-credentials';
import { loadNatsPackages } from '../../../src/engine/jetstream/nats-packages';

describe('engine/jetstream/nats-credentials', () => {
  const packages = loadNatsPackages();

  it('become options of the client, only those that are given', () => {
    assert.deepEqual(optionsOf({}, packages), {});
    assert.deepEqual(optionsOf({ user: 'a', password: 'b' }, packages), { user: 'a', pass: 'b' });
    assert.deepEqual(optionsOf({ token: 't', tls: { ca: 'PEM' } }, packages), {
      token: 't',
      tls: { ca: 'PEM' },
    });
    assert.equal(typeof optionsOf({ creds: 'x' }, packages).authenticator, 'function');
  });
});
