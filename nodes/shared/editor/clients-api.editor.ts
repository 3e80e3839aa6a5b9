/** What the dialogs ask the runtime about a server's clients and jails. */

import { parseListedClient, parseListedJail, record } from '../../../src/protocol/http/bodies';
import { isRecord } from '../../../src/protocol/json';
import type { ActionRequest, AdminAction, ClientList } from '../wire/clients-api';
import { parseSaid } from '../wire/sentence';
import { ask, listIn, unexpected } from './api.editor';
import { forEver } from './lifetime.editor';

/** @param server the id of a server node that runs. */
export async function getClients(server: string, signal: AbortSignal): Promise<ClientList> {
  const reply = await ask('GET', ['stream-sea', server, 'clients'], signal);
  if (!isRecord(reply)) throw unexpected('clients');
  const problem = parseSaid(reply.problem);
  const clients = listIn(reply, 'clients').map((entry) => parseListedClient(record(entry)));
  const jails =
    reply.jails === undefined
      ? undefined
      : listIn(reply, 'jails').map((entry) => parseListedJail(record(entry)));
  return {
    clients,
    clientsTotal: Number(reply.clientsTotal ?? clients.length),
    jailsTotal: Number(reply.jailsTotal ?? 0),
    embedded: reply.embedded === true,
    ...(typeof reply.self === 'string' && { self: reply.self }),
    ...(jails && { jails }),
    ...(problem && { problem }),
  };
}

/** Done at once, without a deploy. Resolves with the server's answer: a secret is in it once, and nowhere again. */
export async function administer(
  server: string,
  action: AdminAction,
  subject: string,
  body?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const request: ActionRequest = { subject, ...(body && { body }) };
  const path = ['stream-sea', server, 'administration', action];
  const reply = await ask('POST', path, forEver, { body: request });
  if (!isRecord(reply)) throw unexpected(action);
  return reply;
}
