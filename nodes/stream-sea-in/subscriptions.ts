/** The subscriptions of one `stream-sea-in` node: the configured stream, and those asked for by message. */

import type { Delivery, StreamSeaError, Subscription, SubscriptionListener } from '../../src/index';
import { saidOf } from '../shared/sentence.config';
import type { RunningSea } from '../shared/server-node';
import type { StreamMeter } from '../shared/stream-meter';
import type { NodeSubscription } from '../shared/traffic';

/** What is subscribed with, and where what comes is counted. */
export type Source = Pick<RunningSea, 'client' | 'traffic'>;

export interface SubscriptionReport {
  stream: string;
  delivery: Delivery['type'];
  group?: string;
  status: Subscription['status'];
}

export interface SubscriptionEvents {
  message(message: unknown, stream: string): void;
  failed(error: StreamSeaError, stream: string): void;
  changed(): void;
}

/** A listener that is one object: three closures for each subscription took 280 bytes more. */
class Entry implements SubscriptionListener {
  readonly delivery: Delivery;
  readonly subscription: Subscription;
  readonly #source: Source;
  readonly #events: SubscriptionEvents;
  failure: StreamSeaError | undefined;
  received = 0;
  /** Had with the first message: most of very many streams are silent. */
  #meter: StreamMeter | undefined;

  constructor(source: Source, stream: string, delivery: Delivery, events: SubscriptionEvents) {
    this.delivery = delivery;
    this.#source = source;
    this.#events = events;
    this.subscription = source.client.subscribe(stream, delivery, this);
  }

  message(message: unknown, stream: string): void {
    this.received += 1;
    this.#meter ??= this.#source.traffic.meter(stream);
    this.#meter.received(message);
    this.#events.message(message, stream);
  }

  error(error: StreamSeaError): void {
    this.failure = error;
    this.#events.failed(error, this.subscription.stream);
    this.#events.changed();
  }

  ready(): void {
    this.failure = undefined;
    this.#events.changed();
  }
}

export class NodeSubscriptions {
  readonly #source: Source;
  readonly #events: SubscriptionEvents;
  readonly #entries = new Map<string, Entry>();

  constructor(source: Source, events: SubscriptionEvents) {
    this.#source = source;
    this.#events = events;
  }

  /** Subscribing again to the same stream replaces the subscription, so that nothing arrives twice. */
  add(stream: string, delivery: Delivery): void {
    this.remove(stream);
    this.#entries.set(stream, new Entry(this.#source, stream, delivery, this.#events));
    this.#events.changed();
  }

  /** Whether there was one. */
  remove(stream: string): boolean {
    const entry = this.#entries.get(stream);
    if (entry === undefined) return false;
    this.#entries.delete(stream);
    entry.subscription.unsubscribe();
    this.#events.changed();
    return true;
  }

  clear(): void {
    for (const stream of [...this.#entries.keys()]) this.remove(stream);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The first subscription that the server refused. */
  get failure(): StreamSeaError | undefined {
    return [...this.#entries.values()].find((entry) => entry.failure !== undefined)?.failure;
  }

  get pending(): boolean {
    return [...this.#entries.values()].some((entry) => entry.subscription.status === 'pending');
  }

  /** For the editor: as the report, with how each one does. */
  progress(node: string): NodeSubscription[] {
    return [...this.#entries].map(([stream, { delivery, subscription, failure, received }]) => ({
      node,
      stream,
      delivery: delivery.type,
      ...(delivery.type === 'group' && { group: delivery.group }),
      status: subscription.status,
      received,
      ...(failure && { problem: saidOf(failure) }),
    }));
  }

  report(): SubscriptionReport[] {
    return [...this.#entries].map(([stream, { delivery, subscription }]) => ({
      stream,
      delivery: delivery.type,
      ...(delivery.type === 'group' && { group: delivery.group }),
      status: subscription.status,
    }));
  }
}
