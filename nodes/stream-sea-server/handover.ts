/**
 * What a server node that closes leaves to the one that a deploy puts in its place: messages that were on their way
 * as the connection was given up. The server holds them to be delivered, so nobody else would ever get them.
 */

import type { ServerSettings } from './settings';

export type Undelivered = NonNullable<ServerSettings['client']['undelivered']>;

/** Longer than Node-RED waits for nodes to close; what is not taken by then belongs to a node that is gone. */
const KEPT_FOR = 20_000;

interface Legacy {
  readonly from: string;
  readonly undelivered: Undelivered;
  readonly timer: NodeJS.Timeout;
}

export class Handover {
  readonly #legacies = new Map<string, Legacy>();

  /** For the successor of the same id, if it has the same server. */
  leave(id: string, settings: ServerSettings, undelivered: Undelivered): void {
    if (undelivered.size === 0) return;
    // Nothing hangs on it: a runtime that ends need not wait.
    const timer = setTimeout(() => this.#legacies.delete(id), KEPT_FOR).unref();
    this.#legacies.set(id, { from: sourceOf(settings), undelivered, timer });
  }

  take(id: string, settings: ServerSettings): Undelivered {
    const legacy = this.#legacies.get(id);
    this.#legacies.delete(id);
    clearTimeout(legacy?.timer);
    return legacy?.from === sourceOf(settings) ? legacy.undelivered : new Map();
  }
}

/** Whose messages they are. */
function sourceOf({ client: { url, credentials } }: ServerSettings): string {
  return JSON.stringify([url, credentials.clientId]);
}
