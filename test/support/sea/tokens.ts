/** RS512 tokens for tests, signed by a pair drawn once for the run. */

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export function drawKeyPair(modulusLength = 2048): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

export const KEYS = drawKeyPair();

/** `exp` is whatever the claims say: seconds since 1970. */
export function signToken(claims: Record<string, unknown>, keys = KEYS, alg = 'RS512'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(createPrivateKey(keys.privateKey));
}

export function inOneHour(): number {
  return Math.floor(Date.now() / 1000) + 3600;
}
