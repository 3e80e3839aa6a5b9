import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { ServerTime } from '../../../src/client/identity/server-time';
import { renewalAfter } from '../../../src/client/identity/token';
import { publicKeyOf, TokenMaker, type TokenTerms } from '../../../src/client/identity/token-maker';
import { SettingError } from '../../../src/errors';
import { verifyJwt } from '../../../src/server/auth/auth';
import { limitsOf } from '../../../src/server/limits';
import { FakeClock } from '../../support/clock';
import { drawKeyPair, KEYS } from '../../support/sea/tokens';

const terms: TokenTerms = {
  privateKey: KEYS.privateKey,
  tokenLifetime: 60_000,
  mustFanout: false,
  filter: undefined,
};
const now = { earliest: 1_700_000_000_000, latest: 1_700_000_001_000 };

describe('client/token-maker', () => {
  it('makes what the server takes: RS512, with its end, and nothing that is not asked for (P30, P31)', async () => {
    const { jwt, left } = await new TokenMaker(terms).make(now);
    assert.deepEqual(decodeProtectedHeader(jwt), { alg: 'RS512', typ: 'JWT' });
    assert.deepEqual(decodeJwt(jwt), { exp: 1_700_000_061 });
    assert.equal(left, 60_000);
    const grant = await verifyJwt(jwt, KEYS.publicKey, now.latest, limitsOf({}));
    assert.deepEqual(grant, { expiresAt: 1_700_000_061_000, mustFanout: false, filter: undefined });
  });

  it('writes what a token allows into it (P32, P33)', async () => {
    const filter = {
      t: 'eq',
      e: [
        { t: 'path', e: '$.site' },
        { t: 'string', e: 'north' },
      ],
    };
    const { jwt } = await new TokenMaker({ ...terms, mustFanout: true, filter }).make(now);
    assert.deepEqual(decodeJwt(jwt), { exp: 1_700_000_061, mustFanout: true, filter });
    const grant = await verifyJwt(jwt, KEYS.publicKey, now.latest, limitsOf({}));
    assert.equal(grant.mustFanout, true);
  });

  it('takes a key as PKCS #8 and as PKCS #1, also in one line', async () => {
    const key = createPrivateKey(KEYS.privateKey);
    const old = key.export({ type: 'pkcs1', format: 'pem' }).toString();
    for (const privateKey of [old, old.replaceAll('\n', '\\n'), KEYS.privateKey.replaceAll('\n', ' ')]) {
      const { jwt } = await new TokenMaker({ ...terms, privateKey }).make(now);
      await jwtVerify(jwt, createPublicKey(KEYS.publicKey), { currentDate: new Date(now.earliest) });
    }
  });

  it('knows the public half that the server has to have', () => {
    assert.equal(publicKeyOf(KEYS.privateKey), KEYS.publicKey);
    assert.throws(() => publicKeyOf(KEYS.publicKey), SettingError);
  });

  describe('refuses, without a word of the key,', () => {
    const { privateKey: small } = drawKeyPair(1024);
    const { privateKey: curve } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const locked = createPrivateKey(KEYS.privateKey).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'hush',
    });
    const wrong: Readonly<Record<string, [unknown, RegExp]>> = {
      'no key': ['', /^privateKey is missing$/],
      'what is no text': [{ key: KEYS.privateKey }, /^privateKey should be a string$/],
      'what is no PEM': ['abc'.repeat(99), /^privateKey should be a private key in PEM form/],
      'half of one': [KEYS.privateKey.replace(/\n.*\n/, '\n'), /should be a private key in PEM form/],
      'one with a password': [String(locked), /should be a private key in PEM form.*, without a password$/],
      'the public half': [KEYS.publicKey, /^privateKey is a public key: its private half is needed$/],
      'one that is too short': [small, /^privateKey should be an RSA key of 2048 bits or more$/],
      'one of another kind': [curve, /^privateKey should be an RSA key of 2048 bits or more$/],
    };
    for (const [what, [key, message]] of Object.entries(wrong)) {
      it(what, () => {
        const make = () => new TokenMaker({ ...terms, privateKey: key as string });
        assert.throws(make, (error) => {
          assert.ok(error instanceof SettingError);
          assert.match(error.message, message);
          const lines = String(key)
            .split(/\s+/)
            .filter(({ length }) => length > 20);
          assert.deepEqual(
            lines.filter((line) => String(error.stack).includes(line)),
            [],
          );
          return error.cause === undefined;
        });
      });
    }

    it('what is no filter', () => {
      const make = () => new TokenMaker({ ...terms, filter: { t: 'eq', e: 1 } });
      assert.throws(
        make,
        (error) => error instanceof SettingError && /^filter is no filter/.test(error.message),
      );
    });
  });

  it('is valid at the server for as long as is said, and until it is renewed, whatever the clocks say', async () => {
    const maker = (tokenLifetime: number) => new TokenMaker({ ...terms, tokenLifetime });
    const ahead = fc.integer({ min: -60_000, max: 60_000 });
    const lifetime = fc.integer({ min: 1_000, max: 7_200_000 });
    const pause = fc.integer({ min: 0, max: 5_000 });
    await fc.assert(
      fc.asyncProperty(ahead, lifetime, pause, fc.boolean(), async (offset, tokenLifetime, rest, says) => {
        const clock = new FakeClock(1_700_000_000_000);
        const server = (): number => clock.now() + offset;
        const time = new ServerTime(clock);
        if (says) time.heard({ date: new Date(server()).toUTCString() }, clock.elapsed());
        await clock.advance(rest);
        const { jwt, left } = await maker(tokenLifetime).make(time.now());
        const end = Number(decodeJwt(jwt).exp) * 1000;
        assert.ok(left >= tokenLifetime && end - server() >= left);
        await clock.advance(renewalAfter(left));
        // With a third of its life left, or 5 minutes, for the exchange.
        assert.ok(end - server() >= Math.min(300_000, tokenLifetime / 3) - 1, `${end - server()}`);
        if (says) assert.ok(end - server() < tokenLifetime + 2_000);
      }),
      { numRuns: 200 },
    );
  }).timeout(120_000);
});
