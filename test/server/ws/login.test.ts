import assert from 'node:assert/strict';
import { limitsOf } from '../../../src/server/limits';
import { Refusal } from '../../../src/server/refusal';
import { proveBySecret, proveByToken } from '../../../src/server/ws/login';
import { openSea } from '../../support/sea/sea';
import { drawKeyPair, inOneHour, KEYS, signToken } from '../../support/sea/tokens';

describe('a login (P21, P22)', () => {
  const limits = limitsOf();
  const now = Date.now;

  const refused = (proof: Promise<unknown>) =>
    assert.rejects(
      proof,
      (error) => error instanceof Refusal && error.status === 401 && error.message === 'Invalid credentials',
    );

  it('with a secret proves the client that has it', async () => {
    const { sea, gauge: client } = await openSea();
    const basic = async (clientId: string, clientSecret: string) =>
      proveBySecret({ type: 'basic', clientId, clientSecret }, { sea, limits, now });
    assert.deepEqual(await basic('gauge', 's'), { client, grant: undefined });
    await refused(basic('gauge', 'wrong'));
    await refused(basic('nobody', 's'));
  });

  it('with a token proves the client whose key has signed it', async () => {
    const { sea, gauge: client } = await openSea();
    const bearer = async (clientId: string, keys = KEYS) =>
      proveByToken(
        { type: 'jwt', clientId, jwt: await signToken({ exp: inOneHour() }, keys) },
        { sea, limits, now },
      );
    await refused(bearer('gauge'));
    await sea.administration.setJwtPublicKey(client, 'gauge', KEYS.publicKey);
    const proof = await bearer('gauge');
    assert.equal(proof.client, client);
    assert(proof.grant !== undefined && proof.grant.expiresAt > Date.now());
    await refused(bearer('gauge', drawKeyPair()));
    await refused(bearer('nobody'));
  });

  it('proves nothing with a key that was changed while it was looked at', async () => {
    const { sea, gauge: client } = await openSea();
    await sea.administration.setJwtPublicKey(client, 'gauge', KEYS.publicKey);
    const jwt = await signToken({ exp: inOneHour() });
    const changing = proveByToken({ type: 'jwt', clientId: 'gauge', jwt }, { sea, limits, now });
    client.jwtPublicKey = null;
    await refused(changing);
  });
});
