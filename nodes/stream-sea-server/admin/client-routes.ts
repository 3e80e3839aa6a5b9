/** What the editor may ask of a server's clients and jails, under a permission of its own: it may give access away. */

import type { NodeAPI } from 'node-red';
import { ReplyError, type Secret } from '../../../src/index';
import { administer } from '../../shared/administer';
import { settingError, type Translate } from '../../shared/catalogue';
import type { RunningSea } from '../../shared/server-node';
import { type ClientList, isAdminAction } from '../../shared/wire/clients-api';
import { saidOf } from '../../shared/wire/sentence';
import type { Servers } from '../servers';
import { AdminError, adminRoutes, findRunningSea, findSea } from './admin';

export function addClientRoutes(RED: NodeAPI, servers: Servers, t: Translate): void {
  const admin = adminRoutes(RED, { read: ['stream-sea-admin.read'], write: ['stream-sea-admin.write'] });

  // Answered also when there is no list: a browser would write a refusal into its console as an error.
  admin.get(':server/clients', async (request): Promise<ClientList> => {
    const sea = findSea(servers, request.parameter('server'), t);
    const nothing = { clients: [], clientsTotal: 0, jailsTotal: 0, embedded: false };
    if ('problem' in sea) return { ...nothing, problem: saidOf(sea.problem) };
    try {
      return await listOf(sea, request.gone, t);
    } catch (error) {
      return { ...nothing, problem: saidOf(error) };
    }
  });

  admin.post(':server/administration/:action', (request): Promise<object> => {
    const server = request.parameter('server');
    const sea = findRunningSea(servers, server, t);
    const action = request.parameter('action');
    const { subject, body } = Object(request.body) as { subject?: unknown; body?: unknown };
    if (!isAdminAction(action) || typeof subject !== 'string') {
      throw new AdminError(400, { message: 'No such action, or subject is missing' });
    }
    const drawn = (secret: Secret): void => servers.find(server)?.secretDrawn(secret);
    return administer({ sea, t, drawn }, action, subject, body);
  });
}

/** @throws (rejects with) SettingError for a server that tells nobody. */
async function listOf(
  { client: { administration }, host }: RunningSea,
  signal: AbortSignal,
  t: Translate,
): Promise<ClientList> {
  const [clients, jails] = await Promise.all([
    administration.clients({ signal }),
    administration.jails({ signal }).catch(notAllowed),
  ]);
  if (clients === null) throw settingError(t, 'error.noClientList');
  return {
    self: clients.self,
    clients: clients.items,
    clientsTotal: clients.total,
    ...(jails && { jails: jails.items }),
    jailsTotal: jails?.total ?? 0,
    embedded: host !== undefined,
  };
}

/** Only clients of the first jail see the others. */
function notAllowed(thrown: unknown): null {
  if (thrown instanceof ReplyError && thrown.status === 403) return null;
  throw thrown;
}
