/** The server's certificate and key, from their files; checked before they are used, as a bad pair must change nothing. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Certificate as ServerCertificate } from '../src/index';
import { FileError, readText } from './settings/text-file';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificate extends ServerCertificate {
  /** When it ends, as the certificate says it. */
  readonly validTo: string;
}

/** @throws (rejects with) FileError that says which of them cannot be read or used. */
export async function readCertificate({ certFile, keyFile }: CertificateFiles): Promise<Certificate> {
  // In turn, so that of two missing files the same one is named each time.
  const cert = await readText(certFile, 'certificate');
  const key = await readText(keyFile, 'private key');
  const certificate = attempt(`${certFile} holds no certificate`, () => new X509Certificate(cert));
  const privateKey = attempt(`${keyFile} holds no private key that can be used`, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new FileError(`The key in ${keyFile} is not that of the certificate in ${certFile}`);
  }
  // The rest of the chain, too.
  attempt(`${certFile} and ${keyFile} cannot be used for TLS`, () => createSecureContext({ cert, key }));
  return { cert, key, validTo: certificate.validTo };
}

function attempt<Result>(fault: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    throw new FileError(`${fault}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
