/**
 * One server subscription and those who share it. Each listener has a slot; a slot whose listener has gone keeps
 * what arrives for a grace time, so that a node re-created by a deploy takes over without losing or doubling any.
 */
import { reasonOf, SettingError, type StreamSeaError, SubscriptionError, TimeoutError } from '../errors';
import { quoted, say } from '../sentences';
import { type Backoff, backoffDelay } from './backoff';
import type { Clock } from './clock';
import type { ServerSubscription } from './connection';
import { copyOf } from './copy';
import { type Delivery, groupIdFor } from './delivery';
import { type ChannelStatus, nothing, Slot, type SubscriptionListener } from './subscription';

/** A connection to subscribe on. */
export interface Wire {
  /** The id of the subscribe. */
  subscribe(subscription: ServerSubscription, groupId?: string): number;
}

/** A connection, as all channels see it. */
export interface Side {
  readonly wire: Wire;
  /** Subscribed on it, and never answered. */
  readonly unanswered: Set<Channel>;
}

export interface ChannelOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Milliseconds that a slot is kept for its successor. */
  readonly grace: number;
  /** Milliseconds after which a subscribe without an answer is reported. */
  readonly answerTimeout: number;
  problem(error: StreamSeaError): void;
  /** A schema version heard in passing. */
  heard(stream: string, version: unknown): void;
  /** A subscription was given back. */
  release(): void;
}

/** What all channels of a client have in common, as it is at the moment. */
export interface Surroundings extends ChannelOptions {
  /** The present connection, and the one that is to take its place. */
  readonly present: Side | undefined;
  readonly other: Side | undefined;
  /** See {@link groupIdFor}. */
  readonly seed: Buffer;
  /** The first answer to a subscribe. */
  answered(channel: Channel, side: Side): void;
  /** Nobody has it any more. */
  vacated(channel: Channel): void;
  /** Somebody has it again, and it had been on a connection all the time. */
  revived(channel: Channel): void;
  /** A message for nobody. */
  ignored(channel: Channel): void;
}

/** How a channel stands on one connection; `absent`: not subscribed there. */
type Standing = ChannelStatus | 'absent';

// A stream may be defined at any time, and nobody tells: a refused subscribe is tried again, at leisure.
const REFUSED_RETRY: Backoff = { first: 30_000, max: 600_000 };

/** Messages that a slot keeps for its successor, at the most. */
export const HELD_MESSAGES = 10_000;

const NONE: readonly Slot[] = [];

function isOn(standing: Standing): boolean {
  return standing === 'pending' || standing === 'active';
}

function isOne(slots: Slot | readonly Slot[]): slots is Slot {
  return !Array.isArray(slots);
}

/** Where there are ten thousand of them, each field counts. */
export class Channel implements ServerSubscription {
  readonly stream: string;
  readonly delivery: Delivery;
  readonly #around: Surroundings;
  /**
   * The slot itself where there is just one, as a list of one took as much as the slot. Lists are replaced, never
   * changed: listeners may come and go while one is walked.
   */
  #slots: Slot | readonly Slot[] = NONE;
  #present: Standing = 'absent';
  #other: Standing = 'absent';
  #version: unknown;
  /** In a row, and the last one. */
  #refused: { readonly times: number; readonly error: StreamSeaError } | undefined;
  /** Ends the wait for an answer, or for the next try. */
  #stopTimer = nothing;

  constructor(stream: string, delivery: Delivery, around: Surroundings) {
    this.stream = stream;
    this.delivery = delivery;
    this.#around = around;
  }

  /** What one connection has accepted needs no second word of the other. */
  get status(): ChannelStatus {
    if (this.#present === 'active' || this.#other === 'active') return 'active';
    return this.#present === 'failed' ? 'failed' : 'pending';
  }

  /** Whether nobody has it, nor had it until just now. */
  get vacant(): boolean {
    return this.#slots === NONE;
  }

  /** Whether the present connection delivers to it, or soon will. */
  get onPresent(): boolean {
    return isOn(this.#present);
  }

  get onOther(): boolean {
    return isOn(this.#other);
  }

  /** Whether any connection delivers to it, or soon will. */
  get onWire(): boolean {
    return this.onPresent || this.onOther;
  }

  /** Whether it would miss something without the present connection. */
  get served(): boolean {
    return this.#present === 'active';
  }

  /** A listener comes; it takes over the slot that has been free longest, with what is kept there. */
  join(listener: SubscriptionListener): Slot {
    if (this.vacant) this.#revive();
    const free = this.#all().find((slot) => slot.listener === undefined);
    const slot = new Slot(this, listener, free?.held);
    if (free === undefined) this.#add(slot);
    else this.#succeed(free, slot);
    // Later, as the caller does not even hold its subscription yet.
    queueMicrotask(() => this.#welcome(slot, listener));
    this.#subscribeAll();
    return slot;
  }

  leave(slot: Slot): void {
    slot.listener = undefined;
    if (!this.#all().includes(slot)) return;
    slot.held ??= [];
    slot.endGrace = this.#around.clock.setTimeout(() => this.#remove(slot), this.#around.grace);
  }

  /** For a subscription, which need not keep the function itself. */
  release(): void {
    this.#around.release();
  }

  /** There is a connection: subscribes, if anybody listens. */
  attach(side: Side): void {
    if (this.#isHeard) this.#subscribe(side);
  }

  /** There is to be another one: what comes for a successor is not to be lost on it either. */
  prepare(side: Side): void {
    if (this.#isHeard || (this.onPresent && !this.vacant)) this.#subscribe(side);
  }

  /** The other one is the present one. What the one before still delivers is taken, what it answers is not. */
  move(): void {
    this.#present = this.#other;
    this.#other = 'absent';
    if (this.#present === 'pending') this.#awaitAnswer();
    else if (this.#present === 'failed') this.#fail();
    else this.#rest();
  }

  /** There will be no other one. */
  stay(): void {
    const before = this.status;
    this.#other = 'absent';
    if (this.status === before) return;
    if (this.#present === 'pending') this.#awaitAnswer();
    else if (this.#present === 'failed') this.#fail();
  }

  /** There is no connection: what the last one still delivers is taken, what it still answers is not. */
  detach(): void {
    this.#rest();
    this.#present = 'absent';
    this.#other = 'absent';
    for (const slot of this.#all()) slot.told = undefined;
  }

  /** Asks again now, if it was refused. */
  retry(): void {
    if (this.status === 'failed') this.#subscribeAll();
  }

  /** Keeps a slot for a successor, with what its predecessor was not told any more. */
  hold(messages: readonly unknown[]): void {
    const slot = new Slot(this, undefined, [...messages]);
    this.#add(slot);
    this.leave(slot);
  }

  /** Lets go of everybody, without a word. What still comes is kept until {@link close}. */
  mute(): void {
    this.detach();
    for (const slot of this.#all()) {
      slot.endGrace();
      slot.listener = undefined;
      slot.held ??= [];
    }
  }

  /** For good; what was kept is for {@link hold} of another channel: a list for each slot. */
  close(): readonly (readonly unknown[])[] {
    this.mute();
    const held = this.#all().map((slot) => slot.held ?? []);
    for (const slot of this.#all()) slot.held = undefined;
    this.#slots = NONE;
    return held;
  }

  #all(): readonly Slot[] {
    return isOne(this.#slots) ? [this.#slots] : this.#slots;
  }

  #replace(slots: readonly Slot[]): void {
    const [first, second] = slots;
    if (first === undefined) this.#slots = NONE;
    else this.#slots = second === undefined ? first : slots;
  }

  #add(slot: Slot): void {
    this.#replace([...this.#all(), slot]);
  }

  /** Both share what is kept: a message on its way round at this moment knows the old one only. */
  #succeed(free: Slot, slot: Slot): void {
    free.endGrace();
    this.#replace(this.#all().map((other) => (other === free ? slot : other)));
  }

  get #isHeard(): boolean {
    return this.#all().some((slot) => slot.listener !== undefined);
  }

  #subscribe(side: Side): void {
    if (this.#on(side) === 'absent') side.unanswered.add(this);
    this.#stand(side, 'pending');
    if (side === this.#around.present) this.#awaitAnswer();
    side.wire.subscribe(this, groupIdFor(this.delivery, this.stream, this.#around.seed));
  }

  #revive(): void {
    for (const side of [this.#around.present, this.#around.other]) {
      if (side !== undefined && this.#on(side) === 'pending') side.unanswered.add(this);
    }
    if (this.onPresent) this.#around.revived(this);
  }

  /** On both: the one may go, or never come to be. They share a group, so each message comes once. */
  #subscribeAll(): void {
    for (const side of [this.#around.present, this.#around.other]) {
      if (side !== undefined && !isOn(this.#on(side))) this.#subscribe(side);
    }
  }

  answered(version: unknown, _id: number, connection: object): void {
    const side = this.#sideOf(connection);
    if (side === undefined || this.#on(side) !== 'pending') return;
    const isNews = this.status !== 'active';
    this.#stand(side, 'active');
    if (isNews) {
      this.#endWait();
      this.#version = version;
      this.#around.heard(this.stream, version);
      for (const slot of this.#all()) {
        slot.told = undefined;
        // Those who have just come are told when they are welcomed.
        if (slot.held === undefined) this.#tellReady(slot);
      }
    }
    this.#around.answered(this, side);
  }

  refused(error: SubscriptionError, _id: number, connection: object): void {
    const side = this.#sideOf(connection);
    if (side === undefined) return;
    this.#stand(side, 'failed');
    this.#refused = { times: (this.#refused?.times ?? 0) + 1, error };
    if (this.status === 'failed') this.#fail();
    this.#around.answered(this, side);
  }

  #sideOf(connection: object): Side | undefined {
    const { present, other } = this.#around;
    if (connection === present?.wire) return present;
    return connection === other?.wire ? other : undefined;
  }

  #on(side: Side): Standing {
    return side === this.#around.present ? this.#present : this.#other;
  }

  #stand(side: Side, standing: Standing): void {
    if (side === this.#around.present) this.#present = standing;
    else this.#other = standing;
  }

  /** Nobody delivers to it: who listens is told, and the server asked again later. */
  #fail(): void {
    if (this.vacant || this.#refused === undefined) return;
    const { clock, random } = this.#around;
    const { times, error } = this.#refused;
    this.#stopTimer();
    this.#stopTimer = clock.setTimeout(
      () => this.retry(),
      REFUSED_RETRY.first + backoffDelay(times, REFUSED_RETRY, random()),
    );
    for (const slot of this.#all()) this.#tellError(slot, error);
  }

  #awaitAnswer(): void {
    this.#stopTimer();
    this.#stopTimer = this.#around.clock.setTimeout(() => this.#unanswered(), this.#around.answerTimeout);
  }

  /** All is well, or nothing is asked for. */
  #rest(): void {
    this.#endWait();
    this.#refused = undefined;
  }

  /** Lets go of the timer too: that of an answered subscribe took more memory than all the rest of its channel. */
  #endWait(): void {
    this.#stopTimer();
    this.#stopTimer = nothing;
  }

  #unanswered(): void {
    const seconds = this.#around.answerTimeout / 1000;
    const error = new TimeoutError(say('timeout.subscription', { stream: quoted(this.stream), seconds }));
    for (const slot of this.#all()) this.#tellError(slot, error);
  }

  delivered(message: unknown): void {
    const slots = this.#slots;
    if (isOne(slots)) {
      this.#give(slots, message);
      return;
    }
    if (slots === NONE) this.#around.ignored(this);
    const last = slots.length - 1;
    // The original goes to the last: it must be whole until all others have their copies of it.
    for (let at = 0; at <= last; at += 1) {
      const slot = slots[at];
      if (slot !== undefined) this.#give(slot, at === last ? message : copyOf(message));
    }
  }

  #give(slot: Slot, message: unknown): void {
    const { listener, held } = slot;
    if (held === undefined) {
      try {
        listener?.message(message, this.stream);
      } catch (thrown) {
        this.#threw(thrown);
      }
    } else if (held.length < HELD_MESSAGES) {
      held.push(message);
      if (held.length === HELD_MESSAGES) {
        const stream = quoted(this.stream);
        this.#around.problem(new SubscriptionError(say('subscription.dropped', { stream })));
      }
    }
  }

  #welcome(slot: Slot, listener: SubscriptionListener): void {
    if (slot.listener !== listener) return;
    if (this.status === 'active') this.#tellReady(slot);
    else if (this.status === 'failed' && this.#refused) this.#tellError(slot, this.#refused.error);
    const held = slot.held ?? [];
    let given = 0;
    // One by one, as the listener may leave halfway: the rest is its successor's.
    while (given < held.length && slot.listener === listener) {
      const message = held[given];
      given += 1;
      this.#call(() => listener.message(message, this.stream));
    }
    held.splice(0, given);
    if (slot.listener === listener) slot.held = undefined;
  }

  #tellReady({ listener }: Slot): void {
    const answer = { stream: this.stream, version: this.#version };
    if (listener !== undefined) this.#call(() => listener.ready?.(answer));
  }

  /** Once for each reason: a stream that stays undefined is no news every ten minutes. */
  #tellError(slot: Slot, error: StreamSeaError): void {
    const { listener } = slot;
    if (listener === undefined || slot.told === error.message) return;
    slot.told = error.message;
    this.#call(() => listener.error(error));
  }

  #call(listener: () => void): void {
    try {
      listener();
    } catch (thrown) {
      this.#threw(thrown);
    }
  }

  #threw(thrown: unknown): void {
    const stream = quoted(this.stream);
    const sentence = say('subscription.listener', { stream, reason: reasonOf(thrown) });
    this.#around.problem(new SettingError(sentence, { cause: thrown }));
  }

  #remove(slot: Slot): void {
    slot.held = undefined;
    this.#replace(this.#all().filter((other) => other !== slot));
    if (this.vacant) this.#around.vacated(this);
  }
}
