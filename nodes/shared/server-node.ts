/** What the other nodes see of a `stream-sea-server` node. */

import type { Node } from 'node-red';
import type { Client, EmbeddedServer, StreamSeaError } from '../../src/index';
import type { Traffic } from './traffic';

export const SERVER_TYPE = 'stream-sea-server';

/** The server's one client; or, when the node is filled in wrongly, what is wrong. */
export type Sea =
  | {
      client: Client;
      /** What passes through the client. */
      traffic: Traffic;
      /** The embedded server, where it is one. */
      host?: {
        url(): Promise<string>;
        /** Rejects with the reason while it does not listen. */
        server(): Promise<EmbeddedServer>;
      };
    }
  | { problem: StreamSeaError };

export interface ServerNode extends Node {
  readonly sea: Sea;
}

export function isServerNode(node: Node | null | undefined): node is ServerNode {
  return node?.type === SERVER_TYPE && 'sea' in node;
}
