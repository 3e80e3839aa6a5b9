/** A client for a server that has none yet, and whose owner has named none: somebody has to be able to get in. */

import type { Catalogue, CatalogueRecord } from '../../engine/catalogue';
import { Conflict } from '../../engine/faults';
import { isRecord, parseJson } from '../../protocol/json';
import { drawSecret, hashSecret } from '../auth/auth';

/** The jail that is there from the start. */
export const FIRST_JAIL = 'first';

/** Always the same: of several servers that start on one catalogue, only one draws. */
const CLIENT_ID = 'first';

/**
 * Draws a client of this jail, unless there is one.
 *
 * @returns what it signs in with, which nobody can tell again; undefined when the jail has a client.
 * @throws (rejects with) EngineAway, StoreError
 */
export async function drawFirstClient(
  catalogue: Catalogue,
  jailId = FIRST_JAIL,
): Promise<{ clientId: string; clientSecret: string } | undefined> {
  if (await hasClient(catalogue, jailId)) return undefined;
  const clientSecret = drawSecret();
  const record = { jail: jailId, description: '', secret: hashSecret(clientSecret), jwtPublicKey: null };
  try {
    await catalogue.put(['client', CLIENT_ID], JSON.stringify(record), undefined);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
  return { clientId: CLIENT_ID, clientSecret };
}

async function hasClient(catalogue: Catalogue, jailId: string): Promise<boolean> {
  const enough = new AbortController();
  try {
    for await (const change of catalogue.watch(enough.signal)) {
      if (change.type === 'current') return false;
      if (change.type === 'put' && isClientOf(jailId, change.record)) return true;
      if (change.type !== 'there') continue;
      for (const record of change.records.values()) if (isClientOf(jailId, record)) return true;
    }
    return false;
  } finally {
    enough.abort();
  }
}

function isClientOf(jailId: string, { key, value }: CatalogueRecord): boolean {
  if (key[0] !== 'client') return false;
  const client = parseJson(value);
  return isRecord(client) && client.jail === jailId;
}
