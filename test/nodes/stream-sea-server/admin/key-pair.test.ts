import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { makeKeyPair } from '../../../../nodes/stream-sea-server/admin/key-pair';
import { publicKeyOf } from '../../../../src/index';

describe('a key pair', () => {
  it('is RSA, as long as tokens ask for, and its halves belong together', async () => {
    const { privateKey, publicKey } = await makeKeyPair();
    assert.equal(createPublicKey(publicKey).asymmetricKeyDetails?.modulusLength, 2_048);
    assert.match(privateKey, /^-----BEGIN PRIVATE KEY-----/);
    assert.equal(publicKeyOf(privateKey), publicKey);
    // As it comes out of a field of one line.
    assert.equal(publicKeyOf(privateKey.replaceAll('\n', ' ')), publicKey);
  });
});
