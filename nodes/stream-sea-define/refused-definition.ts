/** Why a server refused a definition, in the words of the dialog: a server has its own, in English, and each another's. */

import { type Client, compareVersions, parseDefinition, ReplyError, sameFields } from '../../src/index';
import { settingError, type Translate } from '../shared/catalogue';

/** Milliseconds: later, nobody looks at that refusal any more. */
const PATIENCE = 5_000;

/** The error itself, where what is stored does not explain it. */
export async function refusalOf(
  error: unknown,
  client: Client,
  stream: string,
  definition: unknown,
  t: Translate,
): Promise<unknown> {
  if (!(error instanceof ReplyError) || error.status !== 400) return error;
  try {
    const stored = await client.describe(stream, { timeout: PATIENCE });
    if (stored === null) return error;
    const next = parseDefinition(definition, stream);
    const order = compareVersions(next.version, stored.version);
    const values = { stored: String(stored.version), next: String(next.version) };
    if (order < 0) return settingError(t, 'error.lowerVersion', values);
    if (order === 0 && !sameFields(next.fields, stored.fields)) {
      return settingError(t, 'error.sameVersion', values);
    }
  } catch {
    // The server's own words have to do.
  }
  return error;
}
