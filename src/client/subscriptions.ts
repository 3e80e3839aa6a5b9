/**
 * What is wanted of the server, whether or not there is a connection. Subscriptions to the same stream in the same
 * manner share one server subscription, a {@link Channel}.
 */
import { randomUUID } from 'node:crypto';
import { groupIdOf } from '../protocol/groups';
import {
  Channel,
  type ChannelOptions,
  type ChannelStatus,
  type Slot,
  type SubscriptionListener,
  type Wire,
} from './channel';
import type { Cancel } from './clock';

export type { SubscriptionAnswer, SubscriptionListener } from './channel';

/** Who else gets a stream's messages (P27, P28). */
export type Delivery =
  /** Every message, whoever else listens. */
  | { readonly type: 'every' }
  /** Shared among all that use the same client id. */
  | { readonly type: 'shared' }
  /** Shared among all that name the same group: a UUID, or any other name. */
  | { readonly type: 'group'; readonly group: string };

export interface Subscription {
  readonly stream: string;
  readonly delivery: Delivery;
  /** `pending`: not answered by the server yet. `closed`: given back. */
  readonly status: ChannelStatus | 'closed';
  /** Ends it for this listener, at once. The server subscription lives on for a grace time. Idempotent. */
  unsubscribe(): void;
}

/**
 * What the server had sent when a client closed, and nobody was told any more: for the options of its successor,
 * whose subscribers then miss nothing. Lists of messages, by what was subscribed to.
 */
export type Undelivered = ReadonlyMap<string, readonly (readonly unknown[])[]>;

export interface SubscriptionsOptions extends ChannelOptions {
  readonly undelivered?: Undelivered;
  /** Exchange the connection: the only way to give up a share (P29). */
  reopen(): void;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #channels = new Map<string, Channel>();
  #wire: Wire | undefined;
  /** Not asked for yet. */
  readonly #undelivered: Map<string, readonly (readonly unknown[])[]>;
  readonly #endGrace: Cancel;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#undelivered = new Map(options.undelivered);
    this.#endGrace =
      this.#undelivered.size === 0
        ? () => {}
        : options.clock.setTimeout(() => this.#undelivered.clear(), options.grace);
  }

  /** `ended` is called once, when the subscription is given back. */
  subscribe(
    stream: string,
    delivery: Delivery,
    listener: SubscriptionListener,
    ended: () => void,
  ): Subscription {
    const channel = this.#channel(stream, delivery);
    let slot: Slot | undefined = channel.join(listener);
    return {
      stream,
      delivery,
      get status() {
        return slot === undefined ? 'closed' : channel.status;
      },
      unsubscribe() {
        if (slot === undefined) return;
        channel.leave(slot);
        slot = undefined;
        ended();
      },
    };
  }

  /** There is a new connection: everything wanted is subscribed on it. */
  attach(wire: Wire): void {
    this.#wire = wire;
    for (const channel of this.#channels.values()) channel.attach(wire);
  }

  /** The connection is gone, or going. */
  detach(): void {
    this.#wire = undefined;
    for (const [key, channel] of this.#channels) {
      channel.detach();
      if (channel.vacant) this.#channels.delete(key);
    }
  }

  /** Asks again for the refused subscriptions to a stream, which has just come to be. */
  retry(stream: string): void {
    for (const channel of this.#channels.values()) if (channel.stream === stream) channel.retry();
  }

  /** Nobody is told anything any more; what still comes is kept until {@link close}. */
  mute(): void {
    this.#endGrace();
    for (const channel of this.#channels.values()) channel.mute();
  }

  /** For good. */
  close(): Undelivered {
    this.mute();
    const undelivered = new Map(this.#undelivered);
    for (const [key, channel] of this.#channels) {
      const held = channel.close().filter((messages) => messages.length > 0);
      if (held.length > 0) undelivered.set(key, held);
    }
    this.#channels.clear();
    return undelivered;
  }

  #channel(stream: string, delivery: Delivery): Channel {
    const key = `${keyOf(delivery)} ${stream}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const channel = new Channel(stream, groupIdFor(delivery), this.#options, (vacated) => {
      this.#vacated(key, delivery, vacated);
    });
    this.#channels.set(key, channel);
    for (const messages of this.#undelivered.get(key) ?? []) channel.hold(messages);
    this.#undelivered.delete(key);
    if (this.#wire !== undefined) channel.attach(this.#wire);
    return channel;
  }

  #vacated(key: string, delivery: Delivery, channel: Channel): void {
    // Nobody else loses by it, so what still comes is ignored; kept, so that whoever asks for the same stream again
    // on this connection revives it instead of having the server deliver twice.
    if (channel.onWire && delivery.type === 'every') return;
    const takesShare = channel.onWire;
    this.#channels.delete(key);
    channel.close();
    if (takesShare) this.#options.reopen();
  }
}

function keyOf(delivery: Delivery): string {
  return delivery.type === 'group' ? groupIdOf(delivery.group) : delivery.type;
}

function groupIdFor(delivery: Delivery): () => string | undefined {
  switch (delivery.type) {
    case 'every':
      // Drawn at each subscribe: after a reconnect the server may still hold the group of the old connection.
      return randomUUID;
    case 'shared':
      return () => undefined;
    case 'group': {
      const groupId = groupIdOf(delivery.group);
      return () => groupId;
    }
  }
}
