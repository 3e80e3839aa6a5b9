/** The subscriptions of one `stream-sea-in` node: the configured stream, and those asked for by message. */

import type { Node } from 'node-red';
import { type Delivery, StreamSeaError, type Subscription, type SubscriptionListener } from '../../src/index';
import type { StreamMeter } from '../shared/looks/stream-meter';
import type { RunningSea } from '../shared/server-node';
import type { Names } from '../shared/status';
import { subflowPathOf } from '../shared/subflow-path';
import type { SubscriptionReport } from '../shared/wire/api';
import { saidOf } from '../shared/wire/sentence';
import type { Wanted } from './control';

/** What is subscribed with, and where what comes is counted. */
export type Source = Pick<RunningSea, 'client' | 'traffic' | 'claim'>;

export interface ListedSubscription {
  stream: string;
  delivery: Delivery['type'];
  group?: string;
  status: Subscription['status'];
}

export interface SubscriptionEvents {
  /** The node's id, by which the node that comes in its place finds what it leaves. */
  readonly owner: string;
  /** @param at milliseconds since 1970. */
  message(message: unknown, stream: string, at: number): void;
  failed(error: StreamSeaError, stream: string): void;
  /** Told a moment later, of all that has changed by then: whoever looks goes through ten thousand, perhaps. */
  changed(): void;
}

/** A listener that is one object: with very many subscriptions, three closures for each of them are much. */
class Entry implements SubscriptionListener {
  readonly stream: string;
  readonly delivery: Delivery;
  readonly #events: SubscriptionEvents;
  #source: Source | undefined;
  #subscription: Subscription | undefined;
  failure: StreamSeaError | undefined;
  received = 0;
  /** Had with the first message: most of very many streams are silent. */
  #meter: StreamMeter | undefined;

  constructor(stream: string, delivery: Delivery, events: SubscriptionEvents) {
    this.stream = stream;
    this.delivery = delivery;
    this.#events = events;
  }

  get owner(): string {
    return this.#events.owner;
  }

  get status(): Subscription['status'] {
    return this.#subscription?.status ?? 'closed';
  }

  /** Subscribes there, and no longer where it was. @throws SettingError for what no server would take, as a name too long. */
  move(source: Source | undefined): void {
    this.#subscription?.unsubscribe();
    this.#source = source;
    this.#meter?.release();
    this.#meter = undefined;
    this.failure = undefined;
    this.#subscription = undefined;
    source?.claim(this, this.owner);
    this.#subscription = source?.client.subscribe(this.stream, this.delivery, this);
  }

  message(message: unknown, stream: string): void {
    this.received += 1;
    if (this.#meter === undefined) {
      this.#meter = this.#source?.traffic.meter(stream);
      this.#meter?.hold();
    }
    this.#meter?.received(message);
    this.#events.message(message, stream, this.#source?.traffic.now() ?? Date.now());
  }

  error(error: StreamSeaError): void {
    this.failure = error;
    this.#events.failed(error, this.stream);
    this.#events.changed();
  }

  ready(): void {
    this.failure = undefined;
    this.#events.changed();
  }
}

export class NodeSubscriptions {
  readonly #events: SubscriptionEvents;
  readonly #entries = new Map<string, Entry>();
  #source: Source | undefined;
  #toldSoon = false;

  constructor(events: SubscriptionEvents) {
    const changed = (): void => {
      if (this.#toldSoon) return;
      this.#toldSoon = true;
      queueMicrotask(() => {
        this.#toldSoon = false;
        events.changed();
      });
    };
    this.#events = { ...events, changed };
  }

  /** Subscribes to all of them there, now and from now on; without a source they wait for one. */
  move(source: Source | undefined): void {
    this.#source = source;
    for (const entry of this.#entries.values()) {
      try {
        entry.move(source);
      } catch (error) {
        // Thrown on, it would end the start of all flows.
        if (!(error instanceof StreamSeaError)) throw error;
        entry.error(error);
      }
    }
    this.#events.changed();
  }

  /**
   * Subscribing again to the same stream replaces the subscription, so that nothing arrives twice. What one of them is
   * refused for leaves all as it was: a group with too long a name took away the subscription that was there.
   *
   * @throws SettingError
   */
  add(wanted: readonly Wanted[]): void {
    const before = new Map<string, Entry | undefined>();
    try {
      for (const { stream, delivery } of wanted) {
        if (!before.has(stream)) before.set(stream, this.#entries.get(stream));
        this.remove(stream);
        const entry = new Entry(stream, delivery, this.#events);
        entry.move(this.#source);
        this.#entries.set(stream, entry);
      }
    } catch (error) {
      for (const [stream, entry] of before) {
        this.remove(stream);
        if (entry === undefined) continue;
        this.#entries.set(stream, entry);
        entry.move(this.#source);
      }
      throw error;
    }
    this.#events.changed();
  }

  /** Whether there was one. */
  remove(stream: string): boolean {
    const entry = this.#entries.get(stream);
    if (entry === undefined) return false;
    this.#entries.delete(stream);
    entry.move(undefined);
    this.#events.changed();
    return true;
  }

  clear(): void {
    for (const stream of [...this.#entries.keys()]) this.remove(stream);
  }

  get streams(): Names {
    return this.#entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The first subscription that the server refused. */
  get failure(): StreamSeaError | undefined {
    return [...this.#entries.values()].find((entry) => entry.failure !== undefined)?.failure;
  }

  get pending(): boolean {
    return [...this.#entries.values()].some((entry) => entry.status === 'pending');
  }

  /** For the editor: as the list, with how each one does. */
  progress(node: Node): SubscriptionReport[] {
    const place = subflowPathOf(node);
    return [...this.#entries.values()].map((entry) => ({
      node: node.id,
      ...(place && { place }),
      ...listed(entry),
      received: entry.received,
      ...(entry.failure && { problem: saidOf(entry.failure) }),
    }));
  }

  list(): ListedSubscription[] {
    return [...this.#entries.values()].map(listed);
  }
}

function listed({ stream, delivery, status }: Entry): ListedSubscription {
  return {
    stream,
    delivery: delivery.type,
    ...(delivery.type === 'group' && { group: delivery.group }),
    status,
  };
}
