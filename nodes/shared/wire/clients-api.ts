/** Clients and jails of a server: what can be done to them, and the words between its runtime and the dialogs. */

import type { ListedClient, ListedJail } from '../../../src/protocol/http/bodies';
import type { Said } from './sentence';

export const ADMIN_ACTIONS = [
  'createClient',
  'deleteClient',
  'rotateSecret',
  'setPublicKey',
  'createJail',
  'deleteJail',
] as const;

export type AdminAction = (typeof ADMIN_ACTIONS)[number];

export function isAdminAction(value: unknown): value is AdminAction {
  return ADMIN_ACTIONS.some((action) => action === value);
}

/** Whether it is about a jail; else about a client. */
export function isAboutJail(action: AdminAction): boolean {
  return action === 'createJail' || action === 'deleteJail';
}

/** `GET stream-sea/:server/clients`: as many as the server tells. */
export interface ClientList {
  /** The client that the server node itself is. */
  self?: string;
  clients: ListedClient[];
  clientsTotal: number;
  /** None: it may not make or delete any. */
  jails?: ListedJail[];
  jailsTotal: number;
  /** The server runs in this Node-RED. */
  embedded: boolean;
  /** Why there is no list. */
  problem?: Said;
}

/** `POST stream-sea/:server/administration/:action`, which is answered as the protocol has it. */
export interface ActionRequest {
  /** The id of the client or jail. */
  subject: string;
  /** What else the action takes. */
  body?: object;
}
