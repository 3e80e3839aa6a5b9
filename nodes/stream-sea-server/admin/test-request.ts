/** The request of a connection test: what the dialog holds, completed with the secrets that never left the runtime. */

import type { Node } from 'node-red';
import type { Servers } from '../servers';
import { CREDENTIALS, type ServerCredentials } from '../stream-sea-server.config';
import { AdminError } from './admin';

export interface ParsedTest {
  /** Stands in for the node that a deploy would make: with its credentials, and the environment of its flow. */
  node: Node<ServerCredentials>;
  saved: Readonly<Record<string, unknown>>;
}

/** @throws AdminError (400) for what no dialog sends. */
export function parseTest(servers: Servers, body: unknown): ParsedTest {
  const { id, settings, credentials } = record(body, 'The body');
  if (typeof id !== 'string') throw new AdminError(400, { message: 'id should be a string' });
  const given = record(credentials, 'credentials');
  const deployed: Node<object> | undefined = servers.find(id);
  const known = record(deployed?.credentials ?? {}, 'credentials');
  const merged: ServerCredentials = {};
  for (const name of CREDENTIALS) {
    const value = given[name] ?? known[name];
    if (value !== undefined && typeof value !== 'string')
      throw new AdminError(400, { message: `${name} should be a string` });
    // Left blank in the dialog it is left out: what is saved may be a variable that is set to nothing, which is a mistake.
    if (value !== undefined && given[name] !== '') merged[name] = value;
  }
  const node: Node<ServerCredentials> = Object.create(deployed ?? null, {
    id: { value: id },
    credentials: { value: merged },
  });
  return { node, saved: record(settings, 'settings') };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new AdminError(400, { message: `${name} should be an object` });
}
