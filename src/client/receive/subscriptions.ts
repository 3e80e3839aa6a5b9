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
import { Bequests } from './bequests';
import { Channel, type ChannelOptions, type Side, type Surroundings, sideOf, type Wire } from './channel';
import { Channels } from './channels';
import type { Delivery } from './delivery';
import { Expected } from './expected';
import { Seeds } from './seeds';
import { nothing, type Slot, type SubscriptionListener } from './subscription';
import type { Undelivered } from './unclaimed';
import { Waste } from './waste';

export interface SubscriptionsOptions extends ChannelOptions {
  /** All that is wanted has been answered; see {@link Subscriptions.answered}. */
  answered?(): void;
  /** Exchange the connection. `insist`: it takes from others what nobody wants here. */
  exchange(insist: boolean): void;
  /** Everything is subscribed on the other connection, or cannot be, and why: see {@link Subscriptions.prepare}. */
  joined(why?: StreamSeaError): void;
}

const EVERY: Delivery = { type: 'every' };

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  /** What the channels see: this, which changes. */
  readonly #around: { -readonly [Name in keyof Surroundings]: Surroundings[Name] };
  readonly #channels = new Channels<Channel>();
  /** What the groups of one that nobody wants have cost on the present connection. */
  readonly #waste = new Waste();
  #toldAnswered = false;
  readonly #expected: Expected;
  #stopWatch = nothing;
  readonly bequests: Bequests;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#expected = new Expected(options.clock);
    const seeds = new Seeds();
    this.bequests = new Bequests({ ...options, channels: this.#channels, seeds });
    this.#around = {
      ...options,
      present: undefined,
      other: undefined,
      seeds,
      answered: (channel, side) => this.#answered(channel, side),
      vacated: (channel) => this.#vacated(channel),
      revived: (channel) => this.#revived(channel),
      ignored: (channel, message, owner) => this.#ignored(channel, message, owner),
    };
  }

  /**
   * Whether there is a connection, and the server has answered all that is wanted on it, with yes or no; and nobody is
   * expected to want more.
   */
  get answered(): boolean {
    return this.#around.present?.unanswered.size === 0 && !this.expecting;
  }

  get expecting(): boolean {
    return this.#expected.expecting;
  }

  /** Somebody will subscribe, and cannot yet: until the result is called, or for ten seconds. @param ended told then. */
  expect(ended: () => void): Cancel {
    const end = this.#expected.expect(() => {
      ended();
      this.#tellAnswered();
    });
    this.#tellAnswered();
    return end;
  }

  subscribe(stream: string, delivery: Delivery, listener: SubscriptionListener): Slot {
    // Ten thousand that are all the same need not be kept.
    const kept = delivery.type === 'every' ? EVERY : delivery;
    const channel = this.#channel(stream, kept);
    this.bequests.claimed(channel, listener.owner);
    const subscription = channel.join(listener);
    this.#tellAnswered();
    return subscription;
  }

  /** There is a new connection, and was none: everything wanted is subscribed on it. */
  attach(wire: Wire): void {
    const side = sideOf(wire);
    this.#around.present = side;
    for (const channel of this.#channels.list) channel.attach(side);
    this.#tellAnswered();
  }

  /** The connection is gone, or going. */
  detach(): void {
    this.#endOther();
    this.#around.present = undefined;
    this.#around.seeds.renew();
    this.#waste.reset();
    this.#tellAnswered();
    for (const channel of this.bequests.channels) {
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
    for (const channel of this.bequests.channels) channel.move();
    this.#tidy();
    this.#tellAnswered();
  }

  /** There will be no other connection. */
  stay(): void {
    this.#endOther();
    for (const channel of this.bequests.channels) channel.stay();
    this.#tidy();
  }

  /** What an old connection delivered to nobody is of no more use. */
  alone(): void {
    for (const channel of this.bequests.channels)
      if (channel.vacant && !channel.onWire) this.#forget(channel);
    this.bequests.alone();
  }

  /** Asks again for the refused subscriptions to a stream, which has just come to be. */
  retry(stream: string): void {
    for (const channel of this.#channels.list) if (channel.stream === stream) channel.retry();
  }

  /** Nobody is told anything any more; what still comes is kept until {@link close}. */
  mute(): void {
    this.bequests.mute();
    this.#endOther();
    this.#around.present = undefined;
    this.#expected.endAll();
    for (const channel of this.bequests.channels) channel.mute();
  }

  /** For good. */
  close(): Undelivered {
    this.mute();
    const undelivered = this.bequests.close();
    this.#channels.clear();
    return undelivered;
  }

  #channel(stream: string, delivery: Delivery): Channel {
    const known = this.#channels.find({ stream, delivery });
    if (known !== undefined) return known;
    const channel = new Channel(stream, delivery, this.#around);
    this.#channels.add(channel);
    this.bequests.open(channel);
    return channel;
  }

  #forget(channel: Channel): void {
    if (this.#channels.find(channel) === channel) this.#channels.delete(channel);
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

  #dropped(channel: Channel): void {
    const isAlone = channel.delivery.type === 'every' && this.#channels.find(channel) === channel;
    if (!isAlone) this.#options.exchange(true);
    else {
      this.#waste.dropped();
      this.#endWaste();
    }
  }

  #revived({ delivery }: Channel): void {
    if (delivery.type === 'every') this.#waste.revived();
  }

  #ignored(channel: Channel, message: unknown, owner: string | undefined): void {
    const { delivery, onPresent, vacant } = channel;
    this.bequests.delivered(channel, message, owner);
    if (delivery.type !== 'every' || !onPresent || !vacant) return;
    this.#waste.received();
    this.#endWaste();
  }

  /** Nobody else loses by a group of one, so it is given up only once that costs no more than keeping it has. */
  #endWaste(): void {
    const isTooMuch = this.#waste.outweighsExchange(this.#channels.size);
    if (isTooMuch && this.#around.other === undefined) this.#options.exchange(false);
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
    this.#waste.reset();
    for (const channel of this.bequests.channels)
      if (channel.vacant && channel.onPresent) this.#dropped(channel);
  }
}
