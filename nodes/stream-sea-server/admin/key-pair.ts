/** A key pair, drawn for tokens that are made here. */

import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** PEM. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

const BITS = 2_048;

/** Takes its time, beside the event loop. */
export function makeKeyPair(): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}
