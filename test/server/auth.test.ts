import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { checkPublicKey, drawSecret, hashSecret, secretMatches, verifyJwt } from '../../src/server/auth';
import { Refusal } from '../../src/server/refusal';
import { drawKeyPair, inOneHour, KEYS, signToken } from '../support/tokens';

describe('secrets', () => {
  it('are drawn anew each time, long, and without letters that need escaping', () => {
    assert.match(drawSecret(), /^[\w-]{43}$/);
    assert.notEqual(drawSecret(), drawSecret());
  });

  it('match their own hash and no other', () => {
    for (const secret of ['s', '', 'with:colon', 'gehéimß 鍵', ' ']) {
      assert.equal(secretMatches(secret, hashSecret(secret)), true);
      assert.equal(secretMatches(`${secret}x`, hashSecret(secret)), false);
    }
  });

  it('match nothing where nothing is stored', () => assert.equal(secretMatches('', undefined), false));

  it('are kept as a salted hash: the same secret twice looks different', () => {
    const [one, two] = [hashSecret('same'), hashSecret('same')];
    assert.notEqual(one.hash, two.hash);
    assert.notEqual(one.salt, two.salt);
    assert.doesNotMatch(JSON.stringify(one), /same/);
  });
});

describe('checkPublicKey', () => {
  const refused = (pem: string, reason: RegExp) =>
    assert.throws(
      () => checkPublicKey(pem),
      (error) => error instanceof Refusal && error.status === 400 && reason.test(error.message),
    );

  it('takes an RSA public key, SPKI or PKCS#1', () => {
    checkPublicKey(KEYS.publicKey);
    const { publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    checkPublicKey(publicKey);
  });

  it('refuses what is no key', () => refused('abc', /not a public key in PEM form/));
  it('refuses a private key, and says to replace it', () => refused(KEYS.privateKey, /replace this pair/));
  it('refuses a short key', () => refused(drawKeyPair(1024).publicKey, /at least 2048 bits/));
  it('refuses a key that is not RSA', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    refused(publicKey.export({ type: 'spki', format: 'pem' }).toString(), /should be an RSA key/);
  });
});

describe('verifyJwt', () => {
  const now = 1_700_000_000_000;
  const exp = now / 1000 + 60;

  const refused = (jwt: string, message: string | RegExp, publicKey: string | null = KEYS.publicKey) =>
    assert.rejects(verifyJwt(jwt, publicKey, now), (error) => {
      assert(error instanceof Refusal);
      assert.equal(error.status, 401);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });

  it('reads exp, mustFanout and filter (P31, P32, P33)', async () => {
    const filter = { t: 'bool', e: true };
    const grant = await verifyJwt(await signToken({ exp, mustFanout: true, filter }), KEYS.publicKey, now);
    assert.deepEqual(grant, { expiresAt: exp * 1000, mustFanout: true, filter });
  });

  it('allows everything without claims other than exp', async () => {
    const grant = await verifyJwt(await signToken({ exp }), KEYS.publicKey, now);
    assert.deepEqual(grant, { expiresAt: exp * 1000, mustFanout: false, filter: undefined });
  });

  it('refuses a token at the moment it expires (P31)', async () => {
    await refused(await signToken({ exp: now / 1000 }), 'The token has expired.');
  });

  it('refuses a token without exp (P31)', async () => {
    await refused(await signToken({}), 'The token has no exp claim.');
  });

  it('refuses a token signed by another key, and says no more than that (P30)', async () => {
    await refused(await signToken({ exp: 1 }, drawKeyPair()), 'Invalid credentials');
  });

  it('refuses every algorithm but RS512: another RSA one, none, HMAC keyed by the public key (P30)', async () => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    await refused(await signToken({ exp }, KEYS, 'RS256'), 'Invalid credentials');
    await refused(`${encode({ alg: 'none' })}.${encode({ exp })}.`, 'Invalid credentials');
    const signed = `${encode({ alg: 'HS512' })}.${encode({ exp })}`;
    const mac = createHmac('sha512', KEYS.publicKey).update(signed).digest('base64url');
    await refused(`${signed}.${mac}`, 'Invalid credentials');
  });

  it('refuses what is no token, and any token where there is no key', async () => {
    await refused('', 'Invalid credentials');
    await refused('a.b.c', 'Invalid credentials');
    await refused(await signToken({ exp: inOneHour() }), 'Invalid credentials', null);
  });

  it('refuses claims it cannot read, rather than allow more than was meant', async () => {
    await refused(await signToken({ exp, mustFanout: 'yes' }), /mustFanout should be true or false/);
    await refused(await signToken({ exp, filter: { t: 'equals' } }), /filter: t should be/);
    await refused(await signToken({ exp, filter: null }), /filter: an expression should be/);
    await refused(await signToken({ exp: 'soon' }), /exp claim/);
  });

  it('refuses a token that is not valid yet', async () => {
    await refused(await signToken({ exp, nbf: exp }), "The token's nbf claim does not hold.");
  });
});
