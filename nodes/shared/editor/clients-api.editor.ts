/** What the dialogs ask the runtime about a server's clients and jails. */

import { isRecord } from '../../../src/protocol/json';
import type { ActionRequest, AdminAction, ClientList } from '../wire/clients-api';
import { ask, unexpected } from './api.editor';
import { forEver } from './lifetime.editor';

/** @param server the id of a server node that runs. */
export async function getClients(server: string, signal: AbortSignal): Promise<ClientList> {
  const reply = await ask('GET', ['stream-sea', server, 'clients'], signal);
  if (!isClientList(reply)) throw unexpected('clients');
  return reply;
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

function isClientList(reply: unknown): reply is ClientList {
  return isRecord(reply) && Array.isArray(reply.clients);
}
