/** What a node shows beneath itself: a total function of the connection's state, reason included. */

import type { Node, NodeStatus, NodeStatusFill } from 'node-red';
import type { Client, ConnectionState } from '../../src/index';
import type { Translate } from './catalogue';
import type { ServerLease } from './lease';
import { wordsOf } from './sentence.config';

/** Node-RED shows a status on one line; a reason longer than this would run over the neighbouring nodes. */
const LONGEST_TEXT = 100;

/** Editors draw each status: a queue that counts a thousand times a second must not send a thousand. */
const QUEUE_INTERVAL = 1_000;

/** Texts that start with `node-red:` are the core's own and are translated in the viewer's browser. */
export function statusOf(state: ConnectionState, t: Translate, now: number): NodeStatus {
  switch (state.name) {
    case 'idle':
      return { fill: 'grey', shape: 'ring', text: 'node-red:common.status.not-connected' };
    case 'connecting':
      return { fill: 'yellow', shape: 'ring', text: 'node-red:common.status.connecting' };
    case 'authenticating':
      return { fill: 'yellow', shape: 'ring', text: t('status.authenticating') };
    case 'ready':
      return { fill: 'green', shape: 'dot', text: 'node-red:common.status.connected' };
    case 'waiting': {
      const seconds = Math.max(1, Math.round((state.until - now) / 1000));
      return {
        fill: 'red',
        shape: 'ring',
        text: t('status.waiting', { reason: short(wordsOf(state.why, t)), seconds }),
      };
    }
    case 'refused':
      return {
        fill: 'red',
        shape: 'dot',
        text: t('status.refused', { reason: short(wordsOf(state.why, t)) }),
      };
    case 'closed':
      return { fill: 'grey', shape: 'ring', text: 'node-red:common.status.disconnected' };
  }
}

/** A failure of the node's own, such as no server chosen or a subscription refused. */
export function failure(reason: string): NodeStatus {
  return { fill: 'red', shape: 'dot', text: short(reason) };
}

export function progress(fill: NodeStatusFill, text: string): NodeStatus {
  return { fill, shape: 'ring', text };
}

export interface StatusOptions {
  t: Translate;
  /** What to show instead while connected; nothing for the plain `connected`. */
  whenReady?: () => NodeStatus | undefined;
  /** Whether messages that wait for the network are counted. */
  queue?: boolean;
}

/** Keeps a node's status equal to its server's state until closed. */
export class StatusLine {
  readonly #node: Node;
  readonly #options: StatusOptions;
  readonly #client: Client | undefined;
  readonly #stop: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #shown = '';

  constructor(node: Node, lease: ServerLease, options: StatusOptions) {
    this.#node = node;
    this.#options = options;
    if (lease.problem !== undefined) {
      node.status(failure(wordsOf(lease.problem, options.t)));
      return;
    }
    this.#client = lease.client;
    this.#stop.push(this.#client.on('state', () => this.update()));
    if (options.queue) this.#stop.push(this.#client.on('queue', () => this.#updateSoon()));
    this.update();
  }

  /** Shows what holds now; does nothing when that is shown already. */
  update(): void {
    if (this.#client === undefined) return;
    const status = this.#current(this.#client);
    const shown = JSON.stringify(status);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#node.status(status);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const stop of this.#stop) stop();
  }

  #current(client: Client): NodeStatus {
    const { t, whenReady, queue } = this.#options;
    const state = client.state;
    const base = statusOf(state, t, Date.now());
    const queued = queue === true ? client.queued : 0;
    if (queued > 0 && state.name !== 'ready') {
      const text = base.text?.startsWith('node-red:') ? '' : ` · ${base.text}`;
      return { ...base, text: short(`${t('status.queued', { count: queued })}${text}`) };
    }
    if (state.name !== 'ready') return base;
    if (queued > 0) return { fill: 'blue', shape: 'dot', text: t('status.queued', { count: queued }) };
    return whenReady?.() ?? base;
  }

  #updateSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.update();
    }, QUEUE_INTERVAL);
  }
}

function short(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}
