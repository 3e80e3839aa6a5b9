/** The client that is there from the start: from the environment, perhaps by a file. */

import { readFile } from 'node:fs/promises';
import type { FirstClient } from './settings';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The file of the secret cannot be read, or holds none. */
export class SecretFileError extends Error {}

/** @throws (rejects with) SecretFileError */
export async function readFirstClient(client: FirstClient): Promise<Credentials> {
  if ('clientSecret' in client) return client;
  const { clientId, secretFile } = client;
  const text = await readFile(secretFile, 'utf8').catch((error: Error) => {
    throw new SecretFileError(`${secretFile} cannot be read: ${error.message}`, { cause: error });
  });
  // Editors and `echo` end a file with a line end, which nobody means.
  const clientSecret = text.replace(/\r?\n$/, '');
  if (clientSecret === '') throw new SecretFileError(`${secretFile} holds no secret`);
  return { clientId, clientSecret };
}
