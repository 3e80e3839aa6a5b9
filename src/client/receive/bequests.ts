/**
 * What owners leave at a client and take over at their next one: that which comes in the place of the first, or another of
 * the same target, to which a deploy has moved them while the first goes on.
 */
import type { StreamSeaError } from '../../errors';
import type { Clock } from '../common/clock';
import { copyOf } from '../common/copy';
import type { Channel } from './channel';
import { type Channels, keyFor, type Place } from './channels';
import { Heirs } from './heirs';
import type { Seeds } from './seeds';
import { addTo, full, KEPT_MESSAGES, type OwnRemainder, Unclaimed, type Undelivered } from './unclaimed';

export interface BequestsOptions {
  readonly clock: Clock;
  /** Milliseconds that an owner has to come. */
  readonly grace: number;
  problem(error: StreamSeaError): void;
  readonly channels: Channels<Channel>;
  readonly seeds: Seeds;
}

type Take = (message: unknown, seed: Buffer) => boolean;

export class Bequests {
  readonly #channels: Channels<Channel>;
  readonly #seeds: Seeds;
  readonly #unclaimed: Unclaimed;
  readonly #heirs = new Heirs();
  readonly #problem: BequestsOptions['problem'];
  #over = false;

  constructor(options: BequestsOptions) {
    this.#channels = options.channels;
    this.#seeds = options.seeds;
    this.#unclaimed = new Unclaimed(options);
    this.#problem = options.problem;
  }

  /** What the server had sent to a predecessor, and nobody was told any more: the first to subscribe get it first. */
  adopt(undelivered: Undelivered): void {
    const unclaimed = new Map(undelivered);
    for (const channel of undelivered.size > 0 ? this.#channels.list : []) {
      for (const remainder of unclaimed.get(keyFor(channel)) ?? []) channel.inherit(remainder);
      unclaimed.delete(keyFor(channel));
    }
    this.#unclaimed.add(unclaimed);
  }

  /**
   * An owner that is about to subscribe here has left `predecessor`, another client's: what is kept for it there comes here,
   * and what still comes there as long as it may, each message once. That of one that is to get every message joins its
   * group, where nobody else is in that; else the one serves it until the other does.
   */
  succeed(predecessor: Bequests, place: Place, owner: string): void {
    this.#reclaim(place, owner);
    const isEvery = place.delivery.type === 'every';
    const left = predecessor.#channels.find(place);
    const joins = isEvery && this.#channels.find(place) === undefined && left?.isLeftBy(owner) === true;
    const messages = predecessor.#bequeath(place, owner, (message, seed) => {
      const channel = isEvery ? this.#channels.find(place) : undefined;
      // Of the group that it has here: who shares that with it lost what the other client still got for it.
      const isOurs = channel !== undefined && this.#seeds.of(place.stream) === seed;
      if (isOurs) channel.delivered(message);
      const isServed = isOurs || channel?.status === 'active';
      return isServed || this.inherit(place, { owner, messages: [message] });
    });
    if (joins) this.#seeds.take(place.stream, predecessor.#giveGroup(left));
    if (messages !== undefined) this.inherit(place, { owner, messages });
  }

  /** What was delivered elsewhere for an owner that subscribes here, or is about to. Returns false when all is over. */
  inherit(place: Place, remainder: OwnRemainder): boolean {
    if (this.#over) return false;
    const channel = this.#channels.find(place);
    if (channel !== undefined) channel.inherit(remainder);
    else this.#handOn(place, remainder);
    return true;
  }

  /** There is a channel: for those who are about to have it. */
  open(channel: Channel): void {
    if (this.#unclaimed.isEmpty) return;
    for (const remainder of this.#unclaimed.take(keyFor(channel))) channel.keepForSuccessor(remainder);
  }

  /** Somebody is about to have it here again. */
  claimed(channel: Channel, owner: string | undefined): void {
    if (channel.vacant) this.#heirs.delete(channel);
    else if (owner !== undefined) this.#recall(channel, owner);
  }

  /** The owner does not have it here, or nobody: perhaps somebody elsewhere, several who shared it, too. */
  delivered(channel: Channel, message: unknown, owner?: string): void {
    const owners = owner === undefined ? [...this.#heirs.at(channel).keys()] : [owner];
    for (const [at, each] of owners.entries()) {
      // The original goes to the last, as in an audience.
      const own = at === owners.length - 1 ? message : copyOf(message);
      if (this.#heirs.at(channel).get(each)?.heir?.(own) === true) continue;
      // Where it went, all is over: whoever comes next is to find it.
      if (this.#recall(channel, each)) this.inherit(channel, { owner: each, messages: [own] });
    }
  }

  /** Of all channels that a connection may carry, those too that nobody can have here any more. */
  get channels(): readonly Channel[] {
    const { list } = this.#channels;
    return this.#heirs.any ? [...new Set([...list, ...this.#heirs.channels])] : list;
  }

  /** No old connection is left. */
  alone(): void {
    for (const channel of this.#heirs.channels) {
      if (channel.onWire || this.#channels.find(channel) === channel) continue;
      this.#heirs.delete(channel);
      channel.close();
    }
  }

  /** What is there is kept until {@link close}. */
  mute(): void {
    this.#unclaimed.close();
  }

  close(): Undelivered {
    this.mute();
    this.#over = true;
    const undelivered = this.#unclaimed.all;
    for (const channel of this.channels) {
      const kept = channel.close();
      // Empty slots, too: who takes the second one has heard what is in the first.
      if (kept.some(({ messages }) => messages.length > 0))
        addTo(undelivered, new Map([[keyFor(channel), kept]]));
    }
    this.#heirs.clear();
    return undelivered;
  }

  /**
   * Where it has been here before, and has left that to another: two that wait for each other would never end, and by way of
   * the other, what comes might find that gone.
   */
  #reclaim(place: Place, owner: string): void {
    for (const channel of this.#heirs.channelsAt(place)) {
      if (!this.#recall(channel, owner) || channel === this.#channels.find(place)) continue;
      const messages = channel.bequeath(owner) ?? [];
      if (messages.length > 0) this.inherit(place, { owner, messages });
    }
  }

  /**
   * What comes for the owner goes nowhere else any more: on the channel that is here it is kept, while its slot is there. On
   * one that is here no more, it is for whoever has, or will have, the one that is. Returns whether it had been left.
   */
  #recall(channel: Channel, owner: string): boolean {
    const bequest = this.#heirs.at(channel).get(owner);
    if (bequest === undefined) return false;
    if (channel === this.#channels.find(channel)) {
      this.#heirs.remove(channel, owner);
      channel.reclaim(owner);
    } else this.#heirs.set(channel, owner, { ...bequest, heir: undefined });
    return true;
  }

  /**
   * All that the owner has left here, whoever has had it meanwhile: by way of that one, what comes was lost once it had closed,
   * or had given its slot up.
   *
   * @param take is told what the group is derived from by which a message has come, too.
   */
  #bequeath(place: Place, owner: string, take: Take): readonly unknown[] | undefined {
    const unclaimed = this.#unclaimed.takeOf(keyFor(place), owner);
    const all = [...(unclaimed ?? [])];
    let isLeft = unclaimed !== undefined;
    const present = this.#channels.find(place);
    for (const channel of new Set([...this.#heirs.channelsAt(place), ...(present ? [present] : [])])) {
      const known = this.#heirs.at(channel).get(owner);
      const seed = (channel === present ? undefined : known?.seed) ?? this.#seeds.of(place.stream);
      const heir = (message: unknown): boolean => take(message, seed);
      const kept = channel.bequeath(owner);
      if (kept === undefined && known === undefined) continue;
      isLeft = true;
      this.#heirs.set(channel, owner, { seed, heir });
      all.push(...(kept ?? []));
    }
    return isLeft ? all : undefined;
  }

  /** For a member of it elsewhere. Whoever subscribes here next is in a group of its own, and this one is to be given up. */
  #giveGroup(channel: Channel): Buffer {
    this.#channels.delete(channel);
    return this.#seeds.give(channel.stream);
  }

  /** There is no channel: the owner has gone on, perhaps, or is about to come. */
  #handOn(place: Place, { owner, messages }: OwnRemainder): void {
    const heir = this.#heirs.of(place, owner);
    const left = messages.filter((message) => heir?.(message) !== true);
    if (left.length === 0 && messages.length > 0) return;
    const key = keyFor(place);
    const room = KEPT_MESSAGES - this.#unclaimed.countOf(key, owner);
    this.#unclaimed.add(new Map([[key, [{ owner, messages: left.slice(0, room) }]]]));
    if (room > 0 && left.length >= room) this.#problem(full(place.stream));
  }
}
