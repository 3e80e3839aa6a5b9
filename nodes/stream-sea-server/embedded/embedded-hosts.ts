/**
 * The embedded servers of this Node-RED. One that a deploy leaves as it is goes on running, from its node to that
 * node's successor: other programs stay connected, and notice nothing.
 */

import type { Mount } from '../../../src/index';
import type { DeployListener, Deploys } from '../../shared/deploys';
import type { EmbeddedSettings } from '../settings';
import { EmbeddedHost, type HostEvents, mountFor } from './embedded-host';

/** Milliseconds after which no successor comes: the flows could not be started. Node-RED gives nodes 15 s to close. */
const KEPT_FOR = 30_000;

interface Kept {
  readonly host: EmbeddedHost;
  readonly timer: NodeJS.Timeout;
}

export class EmbeddedHosts {
  readonly #deploys: Deploys;
  /** By the ids of their nodes, which are closed. */
  readonly #kept = new Map<string, Kept>();
  readonly #open = new Set<EmbeddedHost>();
  /** Of nodes whose servers have ended and are to come again, by their ids. */
  readonly #mounts = new Map<string, Mount>();
  #unlisten: () => void = () => {};
  /** Resolves when nothing of before the deploy is left that nobody has taken. */
  #tidied: Promise<void> = Promise.resolve();
  #tidy: () => void = () => {};

  constructor(deploys: Deploys) {
    this.#deploys = deploys;
  }

  /** The one that the node's predecessor has left, if it was to be the same; else a new one. */
  open(id: string, settings: EmbeddedSettings, events: HostEvents): EmbeddedHost {
    const kept = this.#take(id);
    if (kept !== undefined && identityOf(kept.settings) === identityOf(settings)) {
      kept.events = events;
      return kept;
    }
    if (this.#open.size === 0) this.#unlisten = this.#deploys.on(this.#listener);
    const first = kept && this.#close(kept);
    const host = new EmbeddedHost(settings, events, {
      first,
      ...(this.#deploys.deploying && { free: this.#tidied }),
    });
    this.#open.add(host);
    return host;
  }

  /** The node closes, and another of its id is to come after it, or none. @returns when all is closed that is to be. */
  async leave(id: string, host: EmbeddedHost, succeeded: boolean): Promise<void> {
    // One that does not listen: whoever deploys wants it tried again at once.
    if (!succeeded || !this.#deploys.deploying || !host.listens) {
      const mount = succeeded && this.#deploys.deploying ? mountFor(host.settings) : undefined;
      if (mount !== undefined) this.#mounts.set(id, mount);
      await this.#close(host);
      return;
    }
    const timer = setTimeout(() => void this.discard(id), KEPT_FOR);
    this.#kept.set(id, { host, timer });
  }

  /** The node has become one that needs no embedded server. */
  async discard(id: string): Promise<void> {
    const host = this.#take(id);
    if (host !== undefined) await this.#close(host);
  }

  #take(id: string): EmbeddedHost | undefined {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    // Nobody can come in between: whoever is next has it in this very turn.
    this.#mounts.get(id)?.giveUp();
    this.#mounts.delete(id);
    clearTimeout(kept?.timer);
    return kept?.host;
  }

  async #close(host: EmbeddedHost): Promise<void> {
    await host.close();
    this.#open.delete(host);
    if (this.#open.size === 0) this.#unlisten();
  }

  #discardAll(): Promise<unknown> {
    const ids = [...this.#kept.keys(), ...this.#mounts.keys()];
    return Promise.all(ids.map((id) => this.discard(id)));
  }

  readonly #listener: DeployListener = {
    stopping: () => {
      // Of a start that was cut short by this: nobody waits for its end.
      this.#tidy();
      if (!this.#deploys.deploying) {
        void this.#discardAll();
        return;
      }
      this.#tidied = new Promise((resolve) => {
        this.#tidy = resolve;
      });
    },
    started: () => void this.#discardAll().then(this.#tidy),
  };
}

/** What two servers have in common that are the same to other programs. */
function identityOf({
  host,
  port,
  jail: { clientId, clientSecret },
  drawn,
  store,
  mountPoint,
}: EmbeddedSettings): string {
  return JSON.stringify([host, port, clientId, drawn || clientSecret, store?.folder, mountPoint?.path]);
}
