/**
 * Those who share one server subscription. Each listener has a slot; a slot whose listener has gone keeps what arrives
 * for a grace time, so that a node re-created by a deploy takes over without losing or doubling any.
 */
import { reasonOf, SettingError, type StreamSeaError } from '../../errors';
import { quoted, say, type Words } from '../../sentences';
import type { Clock } from '../common/clock';
import { copyOf } from '../common/copy';
import type { Delivery } from './delivery';
import { type ChannelStatus, nothing, Slot, type SubscriptionListener } from './subscription';
import { full, KEPT_MESSAGES, type Remainder } from './unclaimed';

export interface AudienceOptions {
  readonly clock: Clock;
  /** Milliseconds that a slot is kept for its successor. */
  readonly grace: number;
  problem(error: StreamSeaError): void;
  /** What may be told of another's words. */
  fitToTell(words: Words): Words;
  /** A subscription was given back. */
  release(): void;
}

const NONE: readonly Slot[] = [];

function isOne(slots: Slot | readonly Slot[]): slots is Slot {
  return !Array.isArray(slots);
}

/** A class above the channel's, not a part of it: where there are ten thousand of them, each object counts. */
export abstract class Audience<Options extends AudienceOptions> {
  readonly stream: string;
  readonly delivery: Delivery;
  protected readonly options: Options;
  /**
   * The slot itself where there is just one, as a list of one took as much as the slot. Lists are replaced, never
   * changed: listeners may come and go while one is walked.
   */
  #slots: Slot | readonly Slot[] = NONE;

  constructor(stream: string, delivery: Delivery, options: Options) {
    this.stream = stream;
    this.delivery = delivery;
    this.options = options;
  }

  abstract get status(): ChannelStatus;

  /** Says to who has just come how things stand. */
  protected abstract greet(slot: Slot): void;

  /** Nobody has it any more. */
  protected abstract vacated(): void;

  /** A message for nobody; or for that owner, which has gone, and for which nothing is kept here. */
  protected abstract ignored(message: unknown, owner?: string): void;

  /** Whether nobody has it, nor had it until just now. */
  get vacant(): boolean {
    return this.#slots === NONE;
  }

  /** Whether anybody listens. */
  get heard(): boolean {
    return this.slots.some((slot) => slot.listener !== undefined);
  }

  /** Whether somebody is to come and have it again. */
  protected get awaited(): boolean {
    return this.slots.some(({ isFree }) => isFree);
  }

  protected get slots(): readonly Slot[] {
    return isOne(this.#slots) ? [this.#slots] : this.#slots;
  }

  /** A listener comes; it takes over the slot of its owner's, or that has been free longest, with what is kept there. */
  join(listener: SubscriptionListener): Slot {
    const free = this.#freeFor(listener.owner);
    const slot = new Slot(this, listener, free?.kept);
    if (free === undefined) this.#add(slot);
    else this.#succeed(free, slot);
    // Later, as the caller does not even hold its subscription yet.
    queueMicrotask(() => this.#welcome(slot, listener));
    return slot;
  }

  leave(slot: Slot, unread: readonly unknown[] = []): void {
    const owner = slot.listener?.owner;
    slot.listener = undefined;
    if (!this.slots.includes(slot)) return;
    slot.kept ??= [];
    if (unread.length > 0) slot.kept.splice(0, 0, ...unread);
    this.#spare(slot, owner);
  }

  /**
   * Its owner subscribes at another client now: what is kept for it is taken away, and what still comes is {@link ignored}.
   * Nothing: it has left nothing here, or somebody has come in its slot.
   */
  bequeath(owner: string): readonly unknown[] | undefined {
    const left = this.slots.filter((slot) => slot.isGone && slot.owner === owner);
    return left.length === 0 ? undefined : left.flatMap((slot) => slot.bequeath());
  }

  /** The owner comes back, perhaps: until its slot is given up, what comes is kept there again. */
  reclaim(owner: string): void {
    for (const slot of this.slots) if (slot.isGone && slot.owner === owner) slot.kept ??= [];
  }

  /** The same, at the other client: for who has come, or is about to. */
  inherit({ owner, messages }: Remainder): void {
    const slot = this.slots.find((each) => each.owner === owner);
    if (owner === undefined || slot === undefined) this.keepForSuccessor({ owner, messages });
    else for (const message of messages) this.#give(slot, message);
  }

  /** For a subscription, which need not keep the function itself. */
  release(): void {
    this.options.release();
  }

  /** Keeps a slot for a successor, with what its predecessor was not told any more. */
  keepForSuccessor({ owner, messages }: Remainder): void {
    const slot = new Slot(this, undefined, [...messages]);
    this.#add(slot);
    this.#spare(slot, owner);
  }

  /**
   * Lets go of everybody, without a word. What still comes is kept until {@link close}. The slots of those who are
   * there come first, as they will: who has left before may not come back.
   */
  mute(): void {
    const free = this.slots.filter(({ listener }) => listener === undefined);
    if (free.length > 0)
      this.#replace([...this.slots.filter(({ listener }) => listener !== undefined), ...free]);
    for (const slot of this.slots) {
      slot.absence?.endGrace();
      if (slot.listener === undefined) continue;
      slot.absence = { owner: slot.owner, endGrace: nothing };
      slot.listener = undefined;
      slot.kept ??= [];
    }
  }

  /** For good; what was kept is for {@link keepForSuccessor} of another channel: a list for each slot. */
  close(): readonly Remainder[] {
    this.mute();
    const kept = this.slots
      .filter(({ isFree }) => isFree)
      .map((slot) => ({ owner: slot.owner, messages: slot.kept ?? [] }));
    for (const slot of this.slots) slot.kept = undefined;
    this.#slots = NONE;
    return kept;
  }

  delivered(message: unknown): void {
    const slots = this.#slots;
    if (isOne(slots)) {
      this.#give(slots, message);
      return;
    }
    if (slots === NONE) this.ignored(message);
    const last = slots.length - 1;
    // The original goes to the last: it must be whole until all others have their copies of it.
    for (let at = 0; at <= last; at += 1) {
      const slot = slots[at];
      if (slot !== undefined) this.#give(slot, at === last ? message : copyOf(message));
    }
  }

  /** Once for each reason: a stream that stays undefined is no news every ten minutes. */
  protected tellError(slot: Slot, error: StreamSeaError): void {
    const { listener } = slot;
    if (listener === undefined || slot.lastSaid === error.message) return;
    slot.lastSaid = error.message;
    this.#call(() => listener.error(error));
  }

  protected tellReady({ listener }: Slot): void {
    if (listener !== undefined) this.#call(() => listener.ready?.({ stream: this.stream }));
  }

  #replace(slots: readonly Slot[]): void {
    const [first, second] = slots;
    if (first === undefined) this.#slots = NONE;
    else this.#slots = second === undefined ? first : slots;
  }

  #add(slot: Slot): void {
    this.#replace([...this.slots, slot]);
  }

  /** Both share what is kept: a message on its way round at this moment knows the old one only. */
  #succeed(free: Slot, slot: Slot): void {
    free.absence?.endGrace();
    this.#replace(this.slots.map((other) => (other === free ? slot : other)));
  }

  #freeFor(owner: string | undefined): Slot | undefined {
    let first: Slot | undefined;
    for (const slot of this.slots) {
      if (!slot.isFree) continue;
      if (owner === undefined || slot.owner === owner) return slot;
      first ??= slot;
    }
    return first;
  }

  #spare(slot: Slot, owner: string | undefined): void {
    const endGrace = this.options.clock.setTimeout(() => this.#remove(slot), this.options.grace);
    slot.absence = { owner, endGrace };
  }

  #remove(slot: Slot): void {
    slot.kept = undefined;
    this.#replace(this.slots.filter((other) => other !== slot));
    if (this.vacant) this.vacated();
  }

  #give(slot: Slot, message: unknown): void {
    const { listener, kept } = slot;
    if (kept === undefined) {
      if (listener === undefined) this.ignored(message, slot.owner);
      else
        try {
          listener.message(message, this.stream);
        } catch (thrown) {
          this.#threw(thrown);
        }
    } else if (kept.length < KEPT_MESSAGES) {
      kept.push(message);
      if (kept.length === KEPT_MESSAGES) this.options.problem(full(this.stream));
    }
  }

  #welcome(slot: Slot, listener: SubscriptionListener): void {
    if (slot.listener !== listener) return;
    this.greet(slot);
    const kept = slot.kept ?? [];
    let given = 0;
    // One by one, as the listener may leave halfway: the rest is its successor's.
    while (given < kept.length && slot.listener === listener) {
      const message = kept[given];
      given += 1;
      this.#call(() => listener.message(message, this.stream));
    }
    kept.splice(0, given);
    if (slot.listener === listener) slot.kept = undefined;
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
    const sentence = say('subscription.listener', {
      stream,
      reason: this.options.fitToTell(reasonOf(thrown)),
    });
    this.options.problem(new SettingError(sentence, { cause: thrown }));
  }
}
