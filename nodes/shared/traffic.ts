/** What passes through one server node, for the editor: a meter for each stream, and what nodes are subscribed to. */

import type { Delivery, Subscription } from '../../src/index';
import type { Place } from './api.config';
import type { Said } from './sentence.config';
import { type PassedMessage, StreamMeter, type StreamTraffic } from './stream-meter';

/** What a node is subscribed to, now. */
export interface NodeSubscription {
  /** The id that the node runs under. */
  readonly node: string;
  readonly place?: Place;
  readonly stream: string;
  readonly delivery: Delivery['type'];
  readonly group?: string;
  readonly status: Subscription['status'];
  /** Messages handed to the node since it was deployed. */
  readonly received: number;
  /** Why the server refused it. */
  readonly problem?: Said;
}

/** Streams remembered; a flow that publishes to ever new ones must not fill the memory. */
const MAX_STREAMS = 10_000;

export class Traffic {
  readonly #meters = new Map<string, StreamMeter>();
  readonly #subscribers = new Set<() => readonly NodeSubscription[]>();

  /** A node that subscribes says so; the result takes its word back. */
  join(report: () => readonly NodeSubscription[]): () => void {
    this.#subscribers.add(report);
    return () => this.#subscribers.delete(report);
  }

  subscriptions(): NodeSubscription[] {
    return [...this.#subscribers].flatMap((report) => report());
  }

  /** To be kept by who needs it for each message: with 1,000 streams, looking it up cost a tenth of receiving. */
  meter(stream: string): StreamMeter {
    const known = this.#meters.get(stream);
    if (known !== undefined) return known;
    if (this.#meters.size >= MAX_STREAMS) {
      const [oldest] = this.#meters.keys();
      if (oldest !== undefined) this.#meters.delete(oldest);
    }
    const meter = new StreamMeter(stream, this.#meters);
    this.#meters.set(stream, meter);
    return meter;
  }

  streams(): StreamTraffic[] {
    return [...this.#meters.values()].map((meter) => meter.report());
  }

  /** The last that passed, newest last; none of a stream that nobody has used. */
  messages(stream: string): PassedMessage[] {
    return this.#meters.get(stream)?.messages() ?? [];
  }
}
