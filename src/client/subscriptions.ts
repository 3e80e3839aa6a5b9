/**
 * What is wanted of the server, whether or not there is a connection. Subscriptions to the same stream in the same
 * manner share one server subscription, a {@link Channel}.
 */
import { Channel, type ChannelOptions, type Wire } from './channel';
import type { Cancel } from './clock';
import { type Delivery, keyOf } from './delivery';
import type { Subscription, SubscriptionListener } from './subscription';

export type { Delivery } from './delivery';
export type { Subscription, SubscriptionAnswer, SubscriptionListener } from './subscription';

/**
 * What the server had sent when a client closed, and nobody was told any more: for the options of its successor,
 * whose subscribers then miss nothing. Lists of messages, by what was subscribed to.
 */
export type Undelivered = ReadonlyMap<string, readonly (readonly unknown[])[]>;

export interface SubscriptionsOptions extends Omit<ChannelOptions, 'vacated'> {
  readonly undelivered?: Undelivered;
  /** Exchange the connection: the only way to give up a share (P29). */
  reopen(): void;
}

const EVERY: Delivery = { type: 'every' };

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #channelOptions: ChannelOptions;
  /** Those that get every message by their streams, the others by their keys: ten thousand keys count. */
  readonly #every = new Map<string, Channel>();
  readonly #others = new Map<string, Channel>();
  #wire: Wire | undefined;
  /** Not asked for yet. */
  readonly #undelivered: Map<string, readonly (readonly unknown[])[]>;
  readonly #endGrace: Cancel;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#channelOptions = { ...options, vacated: (channel) => this.#vacated(channel) };
    this.#undelivered = new Map(options.undelivered);
    this.#endGrace =
      this.#undelivered.size === 0
        ? () => {}
        : options.clock.setTimeout(() => this.#undelivered.clear(), options.grace);
  }

  subscribe(stream: string, delivery: Delivery, listener: SubscriptionListener): Subscription {
    // Ten thousand that are all the same need not be kept.
    const kept = delivery.type === 'every' ? EVERY : delivery;
    return this.#channel(stream, kept).join(listener);
  }

  /** There is a new connection: everything wanted is subscribed on it. */
  attach(wire: Wire): void {
    this.#wire = wire;
    for (const channel of this.#channels()) channel.attach(wire);
  }

  /** The connection is gone, or going. */
  detach(): void {
    this.#wire = undefined;
    for (const channel of this.#channels()) {
      channel.detach();
      if (channel.vacant) this.#forget(channel);
    }
  }

  /** Asks again for the refused subscriptions to a stream, which has just come to be. */
  retry(stream: string): void {
    for (const channel of this.#channels()) if (channel.stream === stream) channel.retry();
  }

  /** Nobody is told anything any more; what still comes is kept until {@link close}. */
  mute(): void {
    this.#endGrace();
    for (const channel of this.#channels()) channel.mute();
  }

  /** For good. */
  close(): Undelivered {
    this.mute();
    const undelivered = new Map(this.#undelivered);
    for (const channel of this.#channels()) {
      const held = channel.close().filter((messages) => messages.length > 0);
      if (held.length > 0) undelivered.set(keyFor(channel), held);
    }
    this.#every.clear();
    this.#others.clear();
    return undelivered;
  }

  #channels(): readonly Channel[] {
    return [...this.#every.values(), ...this.#others.values()];
  }

  #channel(stream: string, delivery: Delivery): Channel {
    const every = delivery.type === 'every';
    const channels = every ? this.#every : this.#others;
    const place = every ? stream : keyFor({ stream, delivery });
    const known = channels.get(place);
    if (known !== undefined) return known;
    const channel = new Channel(stream, delivery, this.#channelOptions);
    channels.set(place, channel);
    if (this.#undelivered.size > 0) this.#handOn(channel);
    if (this.#wire !== undefined) channel.attach(this.#wire);
    return channel;
  }

  #handOn(channel: Channel): void {
    const key = keyFor(channel);
    for (const messages of this.#undelivered.get(key) ?? []) channel.hold(messages);
    this.#undelivered.delete(key);
  }

  #forget(channel: Channel): void {
    if (channel.delivery.type === 'every') this.#every.delete(channel.stream);
    else this.#others.delete(keyFor(channel));
  }

  #vacated(channel: Channel): void {
    // Nobody else loses by it, so what still comes is ignored; kept, so that whoever asks for the same stream again
    // on this connection revives it instead of having the server deliver twice.
    if (channel.onWire && channel.delivery.type === 'every') return;
    const takesShare = channel.onWire;
    this.#forget(channel);
    channel.close();
    if (takesShare) this.#options.reopen();
  }
}

/** Unique among a client's channels. */
function keyFor({ stream, delivery }: Pick<Channel, 'stream' | 'delivery'>): string {
  return `${keyOf(delivery)} ${stream}`;
}
