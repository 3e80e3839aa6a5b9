/** One action on a server's clients or jails, as a message or a dialog asks for it. */

import type { Secret } from '../../src/index';
import { settingError, type Translate } from './catalogue';
import type { RunningSea } from './server-node';
import type { AdminAction } from './wire/clients-api';

/** For whom it is done. */
export interface AdminParts {
  readonly sea: RunningSea;
  readonly t: Translate;
  /** Tells the server node of the secret that its own client has from now on. */
  drawn(secret: Secret): void;
}

/**
 * @param subject the id of the client or jail.
 * @param body what else it takes, if it takes anything: anybody may have put anything there.
 * @returns the protocol's answer. A secret that is in it is nowhere else.
 * @throws (rejects with) what the client's `administration` does; SettingError for the embedded server's own client.
 */
export async function administer(
  { sea, t, drawn }: AdminParts,
  action: AdminAction,
  subject: string,
  body: unknown,
): Promise<object> {
  const { administration } = sea.client;
  const given = fieldsOf(body);
  const isOwn = subject === sea.client.clientId;
  // The embedded server's own client has the id and secret that its node is given, at every start: changed elsewhere,
  // the node would be locked out of its own server.
  if (isOwn && sea.host !== undefined && (action === 'deleteClient' || action === 'rotateSecret')) {
    throw settingError(t, 'error.ownClient', { client: subject });
  }
  switch (action) {
    case 'createClient':
      return administration.createClient(subject, { description: given.description });
    case 'deleteClient':
      return administration.deleteClient(subject);
    case 'rotateSecret':
      return rotated(await administration.rotateSecret(subject), isOwn, drawn);
    case 'setPublicKey':
      return administration.setPublicKey(subject, typeof body === 'string' ? body : given.jwtPublicKey);
    case 'createJail': {
      const { newJailName, newClientId } = given;
      return administration.createJail({ newJailId: subject, newJailName, newClientId });
    }
    case 'deleteJail':
      return administration.deleteJail(subject);
  }
}

/** All of it is checked where it is handed over: its types are what it should be. */
interface Given {
  readonly description?: string;
  readonly jwtPublicKey: string | null;
  readonly newJailName?: string;
  readonly newClientId: string;
}

function fieldsOf(body: unknown): Given {
  return (typeof body === 'object' && body !== null ? body : {}) as Given;
}

/** The old one ends at once: the server node goes on with the new one, until it starts anew. */
function rotated(reply: Secret, isOwn: boolean, drawn: AdminParts['drawn']): Secret {
  if (!isOwn) return reply;
  try {
    drawn(reply);
  } catch {
    // It will be refused, and says so. The secret is there this once, and must not be lost with this.
  }
  return reply;
}
