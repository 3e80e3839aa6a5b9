/** The server's certificate and key, from their files; checked before they are used, as a bad pair must change nothing. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** When it ends, as the certificate says it. */
  readonly validTo: string;
}

/** A certificate or its key cannot be read or used; the message says which, and holds nothing of the key. */
export class CertificateError extends Error {}

/** @throws (rejects with) CertificateError */
export async function readCertificate({ certFile, keyFile }: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([read(certFile), read(keyFile)]);
  const certificate = attempt(`${certFile} holds no certificate`, () => new X509Certificate(cert));
  const privateKey = attempt(`${keyFile} holds no private key that can be used`, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CertificateError(`The key in ${keyFile} is not that of the certificate in ${certFile}`);
  }
  // The rest of the chain, too.
  attempt(`${certFile} and ${keyFile} cannot be used for TLS`, () => createSecureContext({ cert, key }));
  return { cert, key, validTo: certificate.validTo };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CertificateError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function attempt<Result>(fault: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    throw new CertificateError(`${fault}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
