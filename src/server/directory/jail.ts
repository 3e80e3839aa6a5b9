/** A jail, its clients and its streams, as the directory holds them. */

import type { SecretHash } from '../auth/auth';
import type { Stream } from './stream';

/** A tenant, with its own clients and its own streams; it never sees another's. */
export interface Jail {
  readonly id: string;
  name: string;
  /** False for one that only its leftovers speak of: nobody gets in. */
  exists: boolean;
  readonly clients: Map<string, Client>;
  readonly streams: Map<string, Stream>;
}

/** A client: who is asking. */
export interface Client {
  readonly id: string;
  readonly description: string;
  readonly jail: Jail;
  secret: SecretHash;
  /** PEM; null while there is none, and then no token of this client is taken. */
  jwtPublicKey: string | null;
  /** Its authenticated WebSockets. */
  readonly connections: Set<LiveConnection>;
}

/** A subscriber's connection, as its client sees it. */
export interface LiveConnection {
  readonly method: 'basic' | 'jwt';
  end(reason: string): void;
}

/** The configured jail and its client: they are there whatever the catalogue says. */
export interface FirstJail {
  readonly id: string;
  readonly client: { readonly id: string; readonly secret: SecretHash };
}

/** @param method of the connections that end; absent: all. */
export function endConnections(client: Client, why: string, method?: LiveConnection['method']): void {
  // A copy: each connection takes itself out of the set as it ends.
  for (const connection of [...client.connections]) {
    if (method === undefined || connection.method === method) connection.end(why);
  }
}

/** Characters of all definitions but one, each as its JSON text. */
export function definitionsLength(jail: Jail, except: string): number {
  let length = 0;
  for (const stream of jail.streams.values()) if (stream.name !== except) length += stream.length;
  return length;
}
