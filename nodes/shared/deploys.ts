/** When flows stop and start, and whether that is a deploy: one listener of the runtime's for all nodes of a type. */

import type { NodeAPI } from 'node-red';
import { tellAll } from './tell-all';

/** As in a flow file. */
interface FlowNode {
  readonly id: string;
  readonly type: string;
  /** Disabled. */
  readonly d?: boolean;
}

/** What Node-RED tells. */
interface FlowsEvent {
  readonly config?: { readonly flows: readonly FlowNode[] } | null;
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
  /** To the runtime. */
  #listening = false;
  #running = false;
  #deploying = false;
  #flows: FlowsEvent['config'];

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

  /** Whether a node of that id is to be there after the deploy that is under way; one inside a subflow: whether that is. */
  makes(id: string): boolean {
    const flows = (this.#deploying && this.#flows?.flows) || [];
    return flows.some((node) => node.d !== true && (id === node.id || id.startsWith(`${node.id}-`)));
  }

  /** Until the result is called. What is above is known only while somebody listens. */
  on(listener: DeployListener): () => void {
    if (!this.#listening) {
      // Nodes are made while flows are being started.
      this.#running = false;
      this.#deploying = false;
      this.#flows = undefined;
      this.#listening = true;
      this.#events.on('flows:stopping', this.#stopping);
      this.#events.on('flows:started', this.#started);
    }
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener)) this.#unlisten();
    };
  }

  /**
   * Once nobody listens any more; but not between the old nodes of a deploy and the new ones. What that makes was forgotten
   * then by all but the first of these, and the second took what a third had left: messages went out of their order.
   */
  #unlisten(): void {
    if (this.#listeners.size > 0 || this.#deploying) return;
    this.#listening = false;
    this.#events.off('flows:stopping', this.#stopping);
    this.#events.off('flows:started', this.#started);
  }

  readonly #stopping = ({ config }: FlowsEvent): void => {
    this.#running = false;
    // Before a deploy stops anything, Node-RED has put the new flows, which are another object, in place of the old.
    this.#deploying = this.#flows !== undefined && config !== this.#flows;
    this.#flows = config;
    // Of a deploy that could not start its flows, none may be left.
    this.#unlisten();
    tellAll(this.#listeners, (listener) => listener.stopping?.());
  };

  readonly #started = ({ config, diff }: FlowsEvent): void => {
    this.#running = true;
    this.#deploying = false;
    this.#flows = config;
    this.#unlisten();
    const made = new Set(diff ? [...diff.added, ...diff.changed, ...diff.linked, ...diff.rewired] : []);
    const newListeners = config?.flows.some(({ id, type }) => type === 'status' && made.has(id)) ?? false;
    tellAll(this.#listeners, (listener) => listener.started?.({ newListeners }));
  };
}
