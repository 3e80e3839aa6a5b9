/** The client that is there from the start: from the environment, perhaps by a file. */

import type { FirstClient } from './settings/settings';
import { readText } from './settings/text-file';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** @throws (rejects with) FileError */
export async function readFirstClient(client: FirstClient): Promise<Credentials> {
  if ('clientSecret' in client) return client;
  const { clientId, secretFile } = client;
  const text = await readText(secretFile, 'secret');
  // Editors and `echo` end a file with a line end, which nobody means.
  return { clientId, clientSecret: text.replace(/\r?\n$/, '') };
}
