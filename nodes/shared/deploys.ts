/** When flows stop and start, and whether that is a deploy: one listener of the runtime's for all who want to know. */

import type { NodeAPI } from 'node-red';

/** What Node-RED tells. */
interface FlowsEvent {
  readonly config?: { readonly flows: readonly { readonly id: string; readonly type: string }[] } | null;
  /** Ids of nodes; nothing where all is started. */
  readonly diff?: Readonly<Record<'added' | 'changed' | 'linked' | 'rewired', readonly string[]>> | null;
}

export interface Started {
  /** A Status node has been made, which has heard nothing yet of nodes that were there before. */
  readonly newListeners: boolean;
}

export interface DeployListener {
  /** Flows, or some nodes of them, are about to be stopped. */
  stopping?(): void;
  /** All nodes are there. */
  started?(started: Started): void;
}

export class Deploys {
  readonly #events: NodeAPI['events'];
  readonly #listeners = new Set<DeployListener>();
  #running = false;
  #deploying = false;
  #flows: unknown;

  constructor(RED: NodeAPI) {
    this.#events = RED.events;
  }

  /** Whether all nodes of the flows are there; Status nodes hear nothing before. */
  get running(): boolean {
    return this.#running;
  }

  /** What stops now is going to start again, perhaps changed. False where Node-RED, or all flows, come to an end. */
  get deploying(): boolean {
    return this.#deploying;
  }

  /** Until the result is called. The two above are known only while somebody listens. */
  on(listener: DeployListener): () => void {
    if (this.#listeners.size === 0) {
      // Nodes are made while flows are being started.
      this.#running = false;
      this.#deploying = false;
      this.#flows = undefined;
      this.#events.on('flows:stopping', this.#stopping);
      this.#events.on('flows:started', this.#started);
    }
    this.#listeners.add(listener);
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#events.off('flows:stopping', this.#stopping);
      this.#events.off('flows:started', this.#started);
    };
  }

  readonly #stopping = ({ config }: FlowsEvent): void => {
    this.#running = false;
    // Before a deploy stops anything, Node-RED has put the new flows, which are another object, in place of the old.
    this.#deploying = this.#flows !== undefined && config !== this.#flows;
    this.#flows = config;
    for (const listener of [...this.#listeners]) listener.stopping?.();
  };

  readonly #started = ({ config, diff }: FlowsEvent): void => {
    this.#running = true;
    this.#deploying = false;
    this.#flows = config;
    const made = new Set(diff ? [...diff.added, ...diff.changed, ...diff.linked, ...diff.rewired] : []);
    const newListeners = config?.flows.some(({ id, type }) => type === 'status' && made.has(id)) ?? false;
    for (const listener of [...this.#listeners]) listener.started?.({ newListeners });
  };
}
