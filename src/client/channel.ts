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
  /** Nobody has it any more. */
  vacated(channel: Channel): void;
}

// A stream may be defined at any time, and nobody tells: a refused subscribe is tried again, at leisure.
const REFUSED_RETRY: Backoff = { first: 30_000, max: 600_000 };

/** Messages that a slot keeps for its successor, at the most. */
export const HELD_MESSAGES = 10_000;

const NONE: readonly Slot[] = [];

function isOne(slots: Slot | readonly Slot[]): slots is Slot {
  return !Array.isArray(slots);
}

/** Where there are ten thousand of them, each field counts. */
export class Channel implements ServerSubscription {
  readonly stream: string;
  readonly delivery: Delivery;
  readonly #options: ChannelOptions;
  /**
   * The slot itself where there is just one, as a list of one took as much as the slot. Lists are replaced, never
   * changed: listeners may come and go while one is walked.
   */
  #slots: Slot | readonly Slot[] = NONE;
  #wire: Wire | undefined;
  /** The subscribe on that wire whose answers count. What any other delivers is taken nevertheless. */
  #current: number | undefined;
  #status: ChannelStatus = 'pending';
  #version: unknown;
  /** In a row, and the last one. */
  #refused: { readonly times: number; readonly error: StreamSeaError } | undefined;
  /** Ends the wait for an answer, or for the next try. */
  #stopTimer = nothing;

  constructor(stream: string, delivery: Delivery, options: ChannelOptions) {
    this.stream = stream;
    this.delivery = delivery;
    this.#options = options;
  }

  get status(): ChannelStatus {
    return this.#status;
  }

  /** Whether nobody has it, nor had it until just now. */
  get vacant(): boolean {
    return this.#slots === NONE;
  }

  /** Whether the server delivers to it, or soon will. */
  get onWire(): boolean {
    return this.#current !== undefined && this.#status !== 'failed';
  }

  /** A listener comes; it takes over the slot that has been free longest, with what is kept there. */
  join(listener: SubscriptionListener): Slot {
    const free = this.#all().find((slot) => slot.listener === undefined);
    const slot = new Slot(this, listener, free?.held);
    if (free === undefined) this.#add(slot);
    else this.#succeed(free, slot);
    // Later, as the caller does not even hold its subscription yet.
    queueMicrotask(() => this.#welcome(slot, listener));
    if (this.#wire !== undefined && (this.#current === undefined || this.#status === 'failed')) {
      this.#subscribe(this.#wire);
    }
    return slot;
  }

  leave(slot: Slot): void {
    slot.listener = undefined;
    if (!this.#all().includes(slot)) return;
    slot.held ??= [];
    slot.endGrace = this.#options.clock.setTimeout(() => this.#remove(slot), this.#options.grace);
  }

  /** For a subscription, which need not keep the function itself. */
  release(): void {
    this.#options.release();
  }

  /** There is a connection: subscribes, if anybody listens. */
  attach(wire: Wire): void {
    this.#wire = wire;
    if (this.#all().some((slot) => slot.listener !== undefined)) this.#subscribe(wire);
  }

  /** The connection is gone, or going: what it still delivers is taken, what it still answers is not. */
  detach(): void {
    this.#endWait();
    this.#wire = undefined;
    this.#current = undefined;
    this.#status = 'pending';
    this.#refused = undefined;
    for (const slot of this.#all()) slot.told = undefined;
  }

  /** Asks again now, if it was refused. */
  retry(): void {
    if (this.#wire !== undefined && this.#status === 'failed') this.#subscribe(this.#wire);
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

  #subscribe(wire: Wire): void {
    this.#status = 'pending';
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.setTimeout(() => this.#unanswered(), this.#options.answerTimeout);
    this.#current = wire.subscribe(this, groupIdFor(this.delivery));
  }

  answered(version: unknown, id: number, connection: object): void {
    if (id !== this.#current || connection !== this.#wire) return;
    this.#endWait();
    this.#status = 'active';
    this.#version = version;
    this.#refused = undefined;
    this.#options.heard(this.stream, version);
    for (const slot of this.#all()) {
      slot.told = undefined;
      // Those who have just come are told when they are welcomed.
      if (slot.held === undefined) this.#tellReady(slot);
    }
  }

  refused(error: SubscriptionError, id: number, connection: object): void {
    if (id !== this.#current || connection !== this.#wire) return;
    const { clock, random, vacated } = this.#options;
    this.#status = 'failed';
    if (this.vacant) {
      vacated(this);
      return;
    }
    const times = (this.#refused?.times ?? 0) + 1;
    this.#refused = { times, error };
    this.#stopTimer();
    this.#stopTimer = clock.setTimeout(
      () => this.retry(),
      REFUSED_RETRY.first + backoffDelay(times, REFUSED_RETRY, random()),
    );
    for (const slot of this.#all()) this.#tellError(slot, error);
  }

  /** Lets go of the timer too: that of an answered subscribe took more memory than all the rest of its channel. */
  #endWait(): void {
    this.#stopTimer();
    this.#stopTimer = nothing;
  }

  #unanswered(): void {
    const seconds = this.#options.answerTimeout / 1000;
    const error = new TimeoutError(say('timeout.subscription', { stream: quoted(this.stream), seconds }));
    for (const slot of this.#all()) this.#tellError(slot, error);
  }

  delivered(message: unknown): void {
    const slots = this.#slots;
    if (isOne(slots)) {
      this.#give(slots, message);
      return;
    }
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
        this.#options.problem(new SubscriptionError(say('subscription.dropped', { stream })));
      }
    }
  }

  #welcome(slot: Slot, listener: SubscriptionListener): void {
    if (slot.listener !== listener) return;
    if (this.#status === 'active') this.#tellReady(slot);
    else if (this.#status === 'failed' && this.#refused) this.#tellError(slot, this.#refused.error);
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
    this.#options.problem(new SettingError(sentence, { cause: thrown }));
  }

  #remove(slot: Slot): void {
    slot.held = undefined;
    this.#replace(this.#all().filter((other) => other !== slot));
    if (this.vacant) this.#options.vacated(this);
  }
}
