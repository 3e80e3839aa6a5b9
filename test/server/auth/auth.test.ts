import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  checkPublicKey,
  checkSecret,
  drawSecret,
  hashSecret,
  secretMatches,
  verifyJwt,
} from '../../../src/server/auth/auth';
import { limitsOf } from '../../../src/server/limits';
import { Refusal } from '../../../src/server/refusal';
import { drawKeyPair, inOneHour, KEYS, signToken } from '../../support/sea/tokens';

const limits = limitsOf({ maxKeyBits: 4096, maxTokenLength: 2_000, maxFilterTerms: 10, maxFilterDepth: 4 });

describe('secrets', () => {
  it('without letters are refused', () => {
    checkSecret(' s ');
    for (const secret of ['', ' ', '\t\n']) assert.throws(() => checkSecret(secret), Refusal);
  });

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
      () => checkPublicKey(pem, limits),
      (error) => error instanceof Refusal && error.status === 400 && reason.test(error.message),
    );

  it('takes an RSA public key, SPKI or PKCS#1', () => {
    checkPublicKey(KEYS.publicKey, limits);
    const { publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    checkPublicKey(publicKey, limits);
  });

  it('refuses what is no key', () => refused('abc', /not a public key in PEM form/));
  it('refuses a private key, and says to replace it', () => refused(KEYS.privateKey, /replace this pair/));
  it('refuses a short key', () => refused(drawKeyPair(1024).publicKey, /at least 2048 bits/));
  /** With another modulus or exponent: none that anybody could sign with, but that is not asked. */
  const altered = (change: { n?: string; e?: string }): string => {
    const { n = '', e = '' } = createPublicKey(KEYS.publicKey).export({ format: 'jwk' });
    const key = createPublicKey({ key: { kty: 'RSA', n, e, ...change }, format: 'jwk' });
    return key.export({ type: 'spki', format: 'pem' }).toString();
  };
  it('refuses one that is long to verify with, or to read', () => {
    const n = Buffer.alloc(513, 0xff).toString('base64url');
    refused(altered({ n }), /may have 4096 bits, not 4104/);
    refused(`${KEYS.publicKey}${'\n'.repeat(8_192)}`, /may have 8192 characters, not/);
  });
  it('refuses an exponent that lets anybody sign, or that takes as long as signing', () => {
    for (const e of ['AQ', Buffer.alloc(256, 0xfe).toString('base64url')])
      refused(altered({ e }), /a usual exponent/);
  });
  it('refuses a key that is not RSA', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    refused(publicKey.export({ type: 'spki', format: 'pem' }).toString(), /should be an RSA key/);
  });
});

describe('verifyJwt', () => {
  const now = 1_700_000_000_000;
  const exp = now / 1000 + 60;

  const refused = (jwt: string, message: string | RegExp, publicKey: string | null = KEYS.publicKey) =>
    assert.rejects(verifyJwt(jwt, publicKey, now, limits), (error) => {
      assert(error instanceof Refusal);
      assert.equal(error.status, 401);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });

  it('reads exp, mustFanout and filter (P31, P32, P33)', async () => {
    const filter = { t: 'bool', e: true };
    const grant = await verifyJwt(
      await signToken({ exp, mustFanout: true, filter }),
      KEYS.publicKey,
      now,
      limits,
    );
    assert.deepEqual(grant, { expiresAt: exp * 1000, mustFanout: true, filter });
  });

  it('allows everything without claims other than exp', async () => {
    const grant = await verifyJwt(await signToken({ exp }), KEYS.publicKey, now, limits);
    assert.deepEqual(grant, { expiresAt: exp * 1000, mustFanout: false, filter: undefined });
  });

  it('takes null for absent (P32, P33)', async () => {
    const jwt = await signToken({ exp, mustFanout: null, filter: null });
    const grant = await verifyJwt(jwt, KEYS.publicKey, now, limits);
    assert.deepEqual(grant, { expiresAt: exp * 1000, mustFanout: false, filter: undefined });
  });

  it('refuses a filter that costs too much at every message, and a token too long to read', async () => {
    const yes = { t: 'bool', e: true };
    const or = (count: number) => ({ t: 'or', e: Array(count).fill(yes) });
    await verifyJwt(await signToken({ exp, filter: or(9) }), KEYS.publicKey, now, limits);
    await refused(await signToken({ exp, filter: or(10) }), /should have 10 terms at the most, but has 11/);
    const path = { t: 'path', e: Array(10).fill('a').join('.') };
    await refused(await signToken({ exp, filter: path }), /should have 10 terms at the most, but has 11/);
    const not = (depth: number): object => (depth === 1 ? yes : { t: 'not', e: not(depth - 1) });
    await verifyJwt(await signToken({ exp, filter: not(4) }), KEYS.publicKey, now, limits);
    await refused(await signToken({ exp, filter: not(5) }), /should nest 4 levels deep at the most/);
    await refused(await signToken({ exp, padding: 'x'.repeat(2_000) }), /may have 2000 characters/);
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
    await refused(await signToken({ exp: 'soon' }), /exp claim/);
  });

  it('refuses a token that is not valid yet', async () => {
    await refused(await signToken({ exp, nbf: exp }), "The token's nbf claim does not hold.");
  });
});
