/** What was delivered for listeners who are gone, and whose successors have not come yet; for a grace time. */
import { SubscriptionError } from '../../errors';
import { quoted, say } from '../../sentences';
import type { Cancel, Clock } from '../common/clock';

/** Messages that are kept for one successor, at the most. */
export const KEPT_MESSAGES = 10_000;

/** No more than {@link KEPT_MESSAGES} are kept. */
export function full(stream: string): SubscriptionError {
  return new SubscriptionError(say('subscription.dropped', { stream: quoted(stream) }));
}

/** What one listener was not told any more. */
export interface Remainder {
  /**
   * Whose it was, and whose it is to be: see `SubscriptionListener.owner`. None: of one that subscribed without, as programs
   * do; whoever subscribes first at its place takes it over.
   */
  readonly owner: string | undefined;
  readonly messages: readonly unknown[];
}

/** What a node was not told any more. */
export interface OwnRemainder extends Remainder {
  readonly owner: string;
}

/** The same of a client that has closed, for its successor, whose subscribers then miss nothing; by what was subscribed to. */
export type Undelivered = ReadonlyMap<string, readonly Remainder[]>;

/** The same, as it is being gathered and given away. */
export type Remainders = Map<string, Gathered[]>;

interface Gathered extends Remainder {
  readonly messages: unknown[];
}

/** Of two that have left something for the same place, neither is to be lost. Returns `all`. */
export function addTo(all: Remainders, more: Undelivered): Remainders {
  for (const [key, remainders] of more) for (const remainder of remainders) addOne(all, key, remainder);
  return all;
}

/**
 * An owner has one slot at a place, and takes over one remainder: of what came one by one while it was away, it was given
 * the first alone. Returns the one that it is now.
 */
function addOne(all: Remainders, key: string, { owner, messages }: Remainder): Gathered {
  const held = all.get(key) ?? [];
  all.set(key, held);
  const known = owner === undefined ? undefined : held.find((each) => each.owner === owner);
  const theirs = known ?? { owner, messages: [] };
  if (known === undefined) held.push(theirs);
  // Into the list that is there: to copy that for each message takes the square of their number.
  for (const message of messages) theirs.messages.push(message);
  return theirs;
}

/** What is of one owner at a place, once. Nothing: there was none. */
export function takeOf(all: Remainders, key: string, owner: string): readonly unknown[] | undefined {
  return messagesOf(taken(all, key, (each) => each.owner === owner));
}

function messagesOf(remainders: readonly Remainder[]): readonly unknown[] | undefined {
  return remainders.length === 0 ? undefined : remainders.flatMap(({ messages }) => messages);
}

function taken(
  all: Remainders,
  key: string,
  isMeant: (remainder: Remainder) => boolean,
): readonly Remainder[] {
  const remainders = all.get(key) ?? [];
  const others = remainders.filter((each) => !isMeant(each));
  if (others.length > 0) all.set(key, others);
  else all.delete(key);
  return remainders.filter(isMeant);
}

export class Unclaimed {
  readonly #clock: Clock;
  readonly #grace: number;
  readonly #remainders: Remainders = new Map();
  /** Each has its own: what went on coming for one held what nobody came for. */
  readonly #endGrace = new Map<Remainder, Cancel>();

  constructor({ clock, grace }: { readonly clock: Clock; readonly grace: number }) {
    this.#clock = clock;
    this.#grace = grace;
  }

  get isEmpty(): boolean {
    return this.#remainders.size === 0;
  }

  add(undelivered: Undelivered): void {
    for (const [key, remainders] of undelivered) for (const each of remainders) this.#add(key, each);
  }

  /** What is of a place, once. */
  take(key: string): readonly Remainder[] {
    return this.#take(key, () => true);
  }

  /** See {@link takeOf}. */
  takeOf(key: string, owner: string): readonly unknown[] | undefined {
    return messagesOf(this.#take(key, (each) => each.owner === owner));
  }

  /** Messages that are kept there for an owner. */
  countOf(key: string, owner: string): number {
    return this.#remainders.get(key)?.find((each) => each.owner === owner)?.messages.length ?? 0;
  }

  /** No grace any more, but {@link all}. */
  close(): void {
    for (const end of this.#endGrace.values()) end();
    this.#endGrace.clear();
  }

  get all(): Remainders {
    return addTo(new Map(), this.#remainders);
  }

  #add(key: string, remainder: Remainder): void {
    const theirs = addOne(this.#remainders, key, remainder);
    this.#endGrace.get(theirs)?.();
    const end = this.#clock.setTimeout(() => this.#take(key, (each) => each === theirs), this.#grace);
    this.#endGrace.set(theirs, end);
  }

  #take(key: string, isMeant: (remainder: Remainder) => boolean): readonly Remainder[] {
    const theirs = taken(this.#remainders, key, isMeant);
    for (const remainder of theirs) {
      this.#endGrace.get(remainder)?.();
      this.#endGrace.delete(remainder);
    }
    return theirs;
  }
}
