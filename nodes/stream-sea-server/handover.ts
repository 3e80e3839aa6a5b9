/**
 * What a server node that closes leaves to the one that a deploy puts in its place: messages that wait to be sent, and
 * messages that were on their way as the connection was given up. The server holds these to be delivered, so nobody
 * else would ever get them.
 */

import { abandon, type Legacy } from '../../src/index';
import type { ServerSettings } from './settings';

/** Longer than Node-RED waits for nodes to close; what is not taken by then belongs to a node that is gone. */
const KEPT_FOR = 20_000;

interface Kept {
  readonly from: string;
  readonly legacy: Legacy;
  readonly timer: NodeJS.Timeout;
}

export class Handover {
  readonly #kept = new Map<string, Kept>();

  /** For the successor of the same id, if it has the same server. */
  leave(id: string, settings: ServerSettings, legacy: Legacy): void {
    const { undelivered, unsent, kept } = legacy;
    if (undelivered.size + unsent.length + kept.size === 0) return;
    const expire = (): void => {
      this.#kept.delete(id);
      abandon(legacy);
    };
    // Nothing hangs on it: a runtime that ends need not wait.
    const timer = setTimeout(expire, KEPT_FOR).unref();
    this.#kept.set(id, { from: sourceOf(settings), legacy, timer });
  }

  take(id: string, settings: ServerSettings): Legacy | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    this.#kept.delete(id);
    clearTimeout(kept.timer);
    if (kept.from === sourceOf(settings)) return kept.legacy;
    abandon(kept.legacy);
    return undefined;
  }
}

/** Whose messages they are. */
function sourceOf({ client: { url, credentials } }: ServerSettings): string {
  return JSON.stringify([url, credentials.clientId]);
}
