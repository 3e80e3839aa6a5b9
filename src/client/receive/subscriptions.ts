/**
 * What is wanted of the server, whether or not there is a connection. Subscriptions to the same stream in the same
 * manner share one server subscription, a {@link Channel}.
 *
 * While the connection is exchanged for another (see `connection/exchange`), all that is wanted is subscribed on both, in
 * the same groups: the server gives each message to one of the two, and so it comes once. What nobody wants any more
 * is left behind with the old one; there is no other way to give a subscription up (P29).
 */
import type { StreamSeaError } from '../../errors';
import type { Cancel } from '../common/clock';
import { watch } from '../connection/watchdog';
import { Channel, type ChannelOptions, type Side, type Surroundings, type Wire } from './channel';
import { Channels, keyFor } from './channels';
import { type Delivery, drawSeed } from './delivery';
import { nothing, type Slot, type SubscriptionListener } from './subscription';

/**
 * What the server had sent when a client closed, and nobody was told any more: for the options of its successor,
 * whose subscribers then miss nothing. Lists of messages, by what was subscribed to.
 */
export type Undelivered = ReadonlyMap<string, readonly (readonly unknown[])[]>;

export interface SubscriptionsOptions extends ChannelOptions {
  /** All that is wanted has been answered; see {@link Subscriptions.answered}. */
  answered?(): void;
  /** Exchange the connection. `insist`: it takes from others what nobody wants here. */
  exchange(insist: boolean): void;
  /** Everything is subscribed on the other connection, or cannot be, and why: see {@link Subscriptions.prepare}. */
  joined(why?: StreamSeaError): void;
}

const EVERY: Delivery = { type: 'every' };

/** Milliseconds that what has waited is held for who has not said what it subscribes to. */
const EXPECTED_FOR = 10_000;

/** What an exchange costs, in messages that are received for nothing; and in each subscription made anew. */
const EXCHANGE_COST = 1_000;
const SUBSCRIBE_COST = 2;
/** A subscription that nobody wants is held at both ends, though nothing may ever come for it. */
const DROPPED_COST = 16;

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  /** What the channels see: this, which changes. */
  readonly #around: { -readonly [Name in keyof Surroundings]: Surroundings[Name] };
  readonly #channels = new Channels<Channel>();
  /** What the groups of one that nobody wants have cost on the present connection. */
  #waste = 0;
  #toldAnswered = false;
  /** Calls that end what {@link expect} began. */
  readonly #expected = new Set<Cancel>();
  #stopWatch = nothing;
  /** Not asked for yet. */
  #undelivered: Map<string, readonly (readonly unknown[])[]> = new Map();
  #endGrace: Cancel = nothing;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#around = {
      ...options,
      present: undefined,
      other: undefined,
      seed: drawSeed(),
      answered: (channel, side) => this.#answered(channel, side),
      vacated: (channel) => this.#vacated(channel),
      revived: (channel) => this.#revived(channel),
      ignored: (channel) => this.#ignored(channel),
    };
  }

  /** What the server had sent to a predecessor, and nobody was told any more: the first to subscribe get it first. */
  adopt(undelivered: Undelivered): void {
    if (undelivered.size === 0) return;
    this.#endGrace();
    this.#undelivered = new Map([...this.#undelivered, ...undelivered]);
    this.#endGrace = this.#options.clock.setTimeout(() => this.#undelivered.clear(), this.#options.grace);
  }

  /**
   * Whether there is a connection, and the server has answered all that is wanted on it, with yes or no; and nobody is
   * expected to want more.
   */
  get answered(): boolean {
    return this.#around.present?.unanswered.size === 0 && !this.expecting;
  }

  get expecting(): boolean {
    return this.#expected.size > 0;
  }

  /** Somebody will subscribe, and cannot yet: until the result is called, or for ten seconds. @param ended told then. */
  expect(ended: () => void): Cancel {
    const end = (): void => {
      if (!this.#expected.delete(end)) return;
      cancel();
      ended();
      this.#tellAnswered();
    };
    const cancel = this.#options.clock.setTimeout(end, EXPECTED_FOR);
    this.#expected.add(end);
    this.#tellAnswered();
    return end;
  }

  subscribe(stream: string, delivery: Delivery, listener: SubscriptionListener): Slot {
    // Ten thousand that are all the same need not be kept.
    const kept = delivery.type === 'every' ? EVERY : delivery;
    const subscription = this.#channel(stream, kept).join(listener);
    this.#tellAnswered();
    return subscription;
  }

  /** There is a new connection, and was none: everything wanted is subscribed on it. */
  attach(wire: Wire): void {
    // The server may still hold the groups of an old connection that was lost, and give their messages to it.
    this.#around.seed = drawSeed();
    const side = sideOf(wire);
    this.#around.present = side;
    for (const channel of this.#channels.list) channel.attach(side);
    this.#tellAnswered();
  }

  /** The connection is gone, or going. */
  detach(): void {
    this.#endOther();
    this.#around.present = undefined;
    this.#waste = 0;
    this.#tellAnswered();
    for (const channel of this.#channels.list) {
      channel.detach();
      if (channel.vacant) this.#forget(channel);
    }
  }

  /** There is to be another connection: everything wanted is subscribed on it too, until {@link move} or stay. */
  prepare(wire: Wire): void {
    const side = sideOf(wire);
    this.#around.other = side;
    for (const channel of this.#channels.list) channel.prepare(side);
    this.#stopWatch = watch({
      clock: this.#options.clock,
      timeout: this.#options.answerTimeout,
      progress: () => side.unanswered.size,
      silent: () => this.#stalled(side),
    });
    if (side.unanswered.size === 0) this.#options.joined();
  }

  /** The other connection is the present one; the one before may go on delivering until {@link alone}. */
  move(): void {
    const side = this.#around.other;
    this.#endOther();
    this.#around.present = side;
    for (const channel of this.#channels.list) channel.move();
    this.#tidy();
    this.#tellAnswered();
  }

  /** There will be no other connection. */
  stay(): void {
    this.#endOther();
    for (const channel of this.#channels.list) channel.stay();
    this.#tidy();
  }

  /** What an old connection delivered to nobody is of no more use. */
  alone(): void {
    for (const channel of this.#channels.list) if (channel.vacant && !channel.onWire) this.#forget(channel);
  }

  /** Asks again for the refused subscriptions to a stream, which has just come to be. */
  retry(stream: string): void {
    for (const channel of this.#channels.list) if (channel.stream === stream) channel.retry();
  }

  /** Nobody is told anything any more; what still comes is kept until {@link close}. */
  mute(): void {
    this.#endGrace();
    this.#endOther();
    this.#around.present = undefined;
    for (const end of [...this.#expected]) end();
    for (const channel of this.#channels.list) channel.mute();
  }

  /** For good. */
  close(): Undelivered {
    this.mute();
    const undelivered = new Map(this.#undelivered);
    for (const channel of this.#channels.list) {
      const kept = channel.close();
      // Empty places, too: who takes the second one has heard what is in the first.
      if (kept.some((messages) => messages.length > 0)) undelivered.set(keyFor(channel), kept);
    }
    this.#channels.clear();
    return undelivered;
  }

  #channel(stream: string, delivery: Delivery): Channel {
    const known = this.#channels.find({ stream, delivery });
    if (known !== undefined) return known;
    const channel = new Channel(stream, delivery, this.#around);
    this.#channels.add(channel);
    if (this.#undelivered.size > 0) this.#handOn(channel);
    return channel;
  }

  #handOn(channel: Channel): void {
    const key = keyFor(channel);
    for (const messages of this.#undelivered.get(key) ?? []) channel.keepForSuccessor(messages);
    this.#undelivered.delete(key);
  }

  #forget(channel: Channel): void {
    this.#channels.delete(channel);
    channel.close();
  }

  #tellAnswered(): void {
    const { answered } = this;
    const isNews = answered && !this.#toldAnswered;
    this.#toldAnswered = answered;
    if (isNews) this.#options.answered?.();
  }

  #answered(channel: Channel, side: Side): void {
    side.unanswered.delete(channel);
    if (channel.vacant && !channel.onWire) this.#forget(channel);
    if (side === this.#around.other && side.unanswered.size === 0) this.#options.joined();
    this.#tellAnswered();
  }

  /** Kept while a connection carries it: whoever asks for the same again revives it, instead of having two. */
  #vacated(channel: Channel): void {
    const { present, other } = this.#around;
    for (const side of [present, other]) if (side !== undefined) this.#answered(channel, side);
    if (!channel.onWire) this.#forget(channel);
    // Else what becomes of the other connection says whether it is left behind anyway: see #tidy.
    else if (other === undefined) this.#dropped(channel);
  }

  #dropped({ delivery }: Channel): void {
    if (delivery.type === 'every') this.#wasted(DROPPED_COST);
    else this.#options.exchange(true);
  }

  #revived({ delivery }: Channel): void {
    if (delivery.type === 'every') this.#waste -= DROPPED_COST;
  }

  #ignored({ delivery, onPresent }: Channel): void {
    if (delivery.type === 'every' && onPresent) this.#wasted(1);
  }

  /** Nobody else loses by a group of one, so it is given up only once that costs no more than keeping it has. */
  #wasted(cost: number): void {
    this.#waste += cost;
    const exchange = EXCHANGE_COST + SUBSCRIBE_COST * this.#channels.size;
    if (this.#waste >= exchange && this.#around.other === undefined) this.#options.exchange(false);
  }

  #endOther(): void {
    this.#stopWatch();
    this.#stopWatch = nothing;
    this.#around.other = undefined;
  }

  /** Those that do not deliver on the present connection either are not waited for. */
  #stalled(side: Side): void {
    this.#options.joined([...side.unanswered].find(({ served }) => served)?.late());
  }

  /** What was dropped while the other connection was being prepared may still be on the present one. */
  #tidy(): void {
    this.#waste = 0;
    for (const channel of this.#channels.list)
      if (channel.vacant && channel.onPresent) this.#dropped(channel);
  }
}

function sideOf(wire: Wire): Side {
  return { wire, unanswered: new Set() };
}
