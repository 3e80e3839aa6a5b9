/** Connects a client to the embedded server, wherever that listens by the time it is asked. */

import { Agent, type ClientRequestArgs } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The client is made before the server has a port, and a server that could not listen may get one later. So the
 * address is asked for at each connection; while there is none, the reason is the connection's failure, and ends
 * up in the nodes' statuses as any other.
 */
export class EmbeddedAgent extends Agent {
  readonly #url: () => Promise<string>;

  /** @param url where the server listens; rejects with the reason while it does not. */
  constructor(url: () => Promise<string>) {
    super({ keepAlive: true });
    this.#url = url;
  }

  override createConnection(
    _options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#url().then(
      (url) => callback?.(null, connect({ host: hostOf(url), port: Number(new URL(url).port) })),
      // Node ignores the stream of a connection that failed, but its types ask for one.
      (error: Error) => (callback as ((error: Error) => void) | undefined)?.(error),
    );
  }
}

/** Node's `host` takes an IPv6 address without the brackets that a URL needs. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}
