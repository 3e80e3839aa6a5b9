/** What the other nodes see of a `stream-sea-server` node. */

import type { Node } from 'node-red';
import type { Client, EmbeddedServer, Secret, StreamSeaError, Subscription } from '../../src/index';
import type { ConnectionHistory } from './connection-history';
import type { Peeks } from './looks/peeks';
import type { Traffic } from './looks/traffic';

export const SERVER_TYPE = 'stream-sea-server';

/** What is subscribed to. */
export type Place = Pick<Subscription, 'stream' | 'delivery'>;

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
    /** Whether a stream has a schema; undefined while nobody can say. */
    hasSchema(stream: string): boolean | undefined;
    /** Tells of a stream that has a schema from now on, or that it may be any, until the result is called. */
    onSchema(listener: (stream?: string) => void): () => void;
  };
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
