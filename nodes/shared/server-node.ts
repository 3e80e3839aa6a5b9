/** What the other nodes see of a `stream-sea-server` node. */

import type { Node } from 'node-red';
import type { Client, EmbeddedServer, Secret, StreamSeaError, Subscription } from '../../src/index';
import type { ConnectionHistory } from './connection-history';
import type { Peeks } from './looks/peeks';
import type { Traffic } from './looks/traffic';

export const SERVER_TYPE = 'stream-sea-server';

/** What is subscribed to. */
export type Place = Pick<Subscription, 'stream' | 'delivery'>;

/** Told of a stream that has a schema from now on; of none: it may be any. */
export type SchemaListener = (stream?: string) => void;

/** Which of a server's streams have a schema, as far as it is known here. */
export interface KnownSchemas {
  /** Undefined while nobody can say. */
  hasSchema(stream: string): boolean | undefined;
  /**
   * Tells `listener` of what {@link hasSchema} says from now on, until the result is called.
   *
   * @param used the streams that it is about now: a server elsewhere is asked for these.
   */
  onSchema(listener: SchemaListener, used: () => Iterable<string>): () => void;
  /** The server's own client has defined it. Where the server tells of it, it need not be told. */
  defined?(stream: string): void;
}

export interface RunningSea {
  /** The server's one client. */
  readonly client: Client;
  /**
   * To be called before a node subscribes: what it has left at other server nodes of the same target, from which a deploy
   * has moved it, comes to it here. `owner`: its id.
   */
  claim(place: Place, owner: string): void;
  /** What passes through the client. */
  readonly traffic: Traffic;
  readonly history: ConnectionHistory;
  /** Of dialogs that are open now. */
  readonly peeks: Peeks;
  /** The same, for whoever builds a filter. */
  readonly filterPeeks: Peeks;
  /** The embedded server, where it is one. */
  readonly host?: {
    url(): Promise<string>;
    /** Rejects with the reason while it does not listen. */
    server(): Promise<EmbeddedServer>;
  };
  readonly schemas: KnownSchemas;
}

/** When the node is filled in wrongly, what is wrong. */
export type SeaOrProblem = RunningSea | { readonly problem: StreamSeaError };

export interface ServerNode extends Node {
  readonly sea: SeaOrProblem;
  /** Calls `listener` whenever the sea is another, until the result is called. */
  follow(listener: () => void): () => void;
  /**
   * Credentials that came by message: used from now on, in front of what is filled in, and kept in memory only.
   *
   * @throws StreamSeaError that says what is wrong with them; then all stays as it is.
   */
  signIn(credentials: unknown): void;
  /** The server has drawn this secret for its client: the same credentials go on with it. */
  secretDrawn(drawn: Secret): void;
}

export function isServerNode(node: Node | null | undefined): node is ServerNode {
  return node?.type === SERVER_TYPE && 'sea' in node;
}
