/** Proof of who is asking: secrets drawn, hashed and compared, and tokens (JWT) verified. */

import { createHash, createPublicKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '../../errors';
import { type Filter, measureFilter, parseFilter } from '../../protocol/filter';
import type { ServerLimits } from '../limits';
import { Refusal } from '../refusal';

/** A secret as the server keeps it; base64, so that it can be saved as JSON. */
export interface SecretHash {
  readonly salt: string;
  readonly hash: string;
}

/** What a verified token allows. */
export interface Grant {
  /** Milliseconds since 1970; no connection outlives it. */
  readonly expiresAt: number;
  /** Every subscription must carry a groupId. */
  readonly mustFanout: boolean;
  /** Absent: all messages of the jail. */
  readonly filter: Filter | undefined;
}

/** 256 random bits, in letters that need no escaping anywhere. */
export function drawSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Salted SHA-256, and on purpose not a slow hash such as scrypt. A slow hash protects secrets that people think
 * up; those kept here are drawn at random with 256 bits, which nobody guesses at any speed, or set by whoever
 * runs this server and kept beside it. Every HTTP request carries its secret, so a slow hash would hold up
 * each publish, and let anyone without credentials keep the processor busy.
 */
export function hashSecret(secret: string): SecretHash {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64'), hash: digest(salt, secret).toString('base64') };
}

/** Stands in for the hash of a client there is none of: comparing then takes as long as with a wrong secret. */
const NOBODY: SecretHash = hashSecret(drawSecret());

/** Compares in constant time; nothing stored matches no secret. */
export function secretMatches(secret: string, stored: SecretHash | undefined): boolean {
  const { salt, hash } = stored ?? NOBODY;
  const same = timingSafeEqual(digest(Buffer.from(salt, 'base64'), secret), Buffer.from(hash, 'base64'));
  return same && stored !== undefined;
}

function digest(salt: Buffer, secret: string): Buffer {
  return createHash('sha256').update(salt).update(secret, 'utf8').digest();
}

/** @throws Refusal (400) for a secret that is none: whoever leaves it empty would get in. */
export function checkSecret(secret: string): void {
  if (secret.trim() === '') throw new Refusal(400, "A client's secret should have letters.");
}

const MIN_KEY_BITS = 2048;

/** With 1, anybody could sign; a long one makes verifying as slow as signing. */
const MIN_EXPONENT = 3n;
const MAX_EXPONENT = 2n ** 64n;

/** @throws Refusal (400) when a client's new public key could not verify RS512, or only slowly. */
export function checkPublicKey(pem: string, { maxKeyLength, maxKeyBits }: Readonly<ServerLimits>): void {
  if (pem.length > maxKeyLength) {
    throw new Refusal(400, `jwtPublicKey may have ${maxKeyLength} characters, not ${pem.length}.`);
  }
  // createPublicKey would take it, and derive the public key: its owner must learn that it has left the house.
  if (pem.includes('PRIVATE KEY')) {
    throw new Refusal(400, 'jwtPublicKey is a private key. Send the public one, and replace this pair.');
  }
  let key: ReturnType<typeof createPublicKey>;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new Refusal(400, 'jwtPublicKey is not a public key in PEM form.');
  }
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa' || bits < MIN_KEY_BITS) {
    throw new Refusal(400, `jwtPublicKey should be an RSA key of at least ${MIN_KEY_BITS} bits, for RS512.`);
  }
  if (bits > maxKeyBits) {
    throw new Refusal(400, `jwtPublicKey may have ${maxKeyBits} bits, not ${bits}.`);
  }
  if (publicExponent < MIN_EXPONENT || publicExponent > MAX_EXPONENT) {
    throw new Refusal(400, 'jwtPublicKey should have a usual exponent, as 65537.');
  }
}

/**
 * @param publicKey the client's; null when it has none, or when there is no such client.
 * @param now milliseconds since 1970.
 * @throws Refusal (401) whose text says more than "invalid" only to a bearer whose signature was right.
 */
export async function verifyJwt(
  jwt: string,
  publicKey: string | null,
  now: number,
  limits: Readonly<ServerLimits>,
): Promise<Grant> {
  if (publicKey === null) throw invalidCredentials();
  if (jwt.length > limits.maxTokenLength) {
    throw new Refusal(401, `The token may have ${limits.maxTokenLength} characters, not ${jwt.length}.`);
  }
  // Loaded with the first token: every start of Node-RED would wait for it, also where nobody uses tokens.
  const jose = require('jose') as typeof import('jose');
  try {
    const { payload } = await jose.jwtVerify(jwt, createPublicKey(publicKey), {
      // Named, so that a token cannot choose: with `none`, or HS512 keyed by the public key, anyone could sign.
      algorithms: ['RS512'],
      requiredClaims: ['exp'],
      currentDate: new Date(now),
    });
    return {
      expiresAt: Number(payload.exp) * 1000,
      mustFanout: parseMustFanout(payload.mustFanout),
      filter: boundedFilter(payload.filter, limits),
    };
  } catch (error) {
    throw new Refusal(401, jwtFault(error, jose.errors));
  }
}

export function invalidCredentials(): Refusal {
  return new Refusal(401, 'Invalid credentials');
}

function boundedFilter(value: unknown, limits: Readonly<ServerLimits>): Filter | undefined {
  if (value === undefined || value === null) return undefined;
  const filter = parseFilter(value);
  const { terms, depth } = measureFilter(filter);
  if (terms > limits.maxFilterTerms) {
    throw new ProtocolError(
      `filter: should have ${limits.maxFilterTerms} terms at the most, but has ${terms}`,
    );
  }
  if (depth > limits.maxFilterDepth) {
    throw new ProtocolError(`filter: should nest ${limits.maxFilterDepth} levels deep at the most`);
  }
  return filter;
}

/** A claim meant to restrict is never read as absent because it is odd. */
function parseMustFanout(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new ProtocolError('mustFanout should be true or false');
  return value;
}

/** jose verifies the signature first: an error about claims is about a token that its client did sign. */
function jwtFault(error: unknown, known: typeof import('jose')['errors']): string {
  if (error instanceof known.JWTExpired) return 'The token has expired.';
  if (error instanceof known.JWTClaimValidationFailed) {
    return error.reason === 'missing'
      ? `The token has no ${error.claim} claim.`
      : `The token's ${error.claim} claim does not hold.`;
  }
  if (error instanceof ProtocolError) return `The token is signed but not usable: ${error.message}.`;
  return invalidCredentials().message;
}
