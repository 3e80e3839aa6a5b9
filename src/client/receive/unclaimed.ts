/** What was delivered for listeners who are gone, and whose successors have not come yet; for a grace time. */
import { SubscriptionError } from '../../errors';
import { quoted, say } from '../../sentences';
import type { Cancel, Clock } from '../common/clock';
import { nothing } from './subscription';

/** Messages that are kept for one successor, at the most. */
export const KEPT_MESSAGES = 10_000;

/** No more than {@link KEPT_MESSAGES} are kept. */
export function full(stream: string): SubscriptionError {
  return new SubscriptionError(say('subscription.dropped', { stream: quoted(stream) }));
}

/** What one listener was not told any more. */
export interface Remainder {
  /** Whose it was, and whose it is to be: see `SubscriptionListener.owner`. */
  readonly owner: string | undefined;
  readonly messages: readonly unknown[];
}

/** The same of a client that has closed, for its successor, whose subscribers then miss nothing; by what was subscribed to. */
export type Undelivered = ReadonlyMap<string, readonly Remainder[]>;

/** The same, as it is being gathered and given away. */
export type Remainders = Map<string, (Remainder & { readonly messages: unknown[] })[]>;

/**
 * Of two that have left something for the same place, neither is to be lost. An owner has one slot there, and takes over
 * one remainder: of what came one by one while it was away, it was given the first alone. Returns `all`.
 */
export function addTo(all: Remainders, more: Undelivered): Remainders {
  for (const [key, remainders] of more) {
    const held = all.get(key) ?? [];
    all.set(key, held);
    for (const { owner, messages } of remainders) {
      const theirs = owner === undefined ? undefined : held.find((each) => each.owner === owner);
      if (theirs === undefined) held.push({ owner, messages: [...messages] });
      // Into the list that is there: to copy that for each message took seconds of ten thousands.
      else for (const message of messages) theirs.messages.push(message);
    }
  }
  return all;
}

/** What is of one owner at a place, once. Nothing: there was none. */
export function takeOf(all: Remainders, key: string, owner: string): readonly unknown[] | undefined {
  const remainders = all.get(key) ?? [];
  const theirs = remainders.filter((remainder) => remainder.owner === owner);
  if (theirs.length === 0) return undefined;
  const others = remainders.filter((remainder) => remainder.owner !== owner);
  if (others.length > 0) all.set(key, others);
  else all.delete(key);
  return theirs.flatMap(({ messages }) => messages);
}

export class Unclaimed {
  readonly #clock: Clock;
  readonly #grace: number;
  readonly #remainders: Remainders = new Map();
  #endGrace: Cancel = nothing;

  constructor({ clock, grace }: { readonly clock: Clock; readonly grace: number }) {
    this.#clock = clock;
    this.#grace = grace;
  }

  get isEmpty(): boolean {
    return this.#remainders.size === 0;
  }

  add(undelivered: Undelivered): void {
    if (undelivered.size === 0) return;
    this.#endGrace();
    addTo(this.#remainders, undelivered);
    this.#endGrace = this.#clock.setTimeout(() => this.#remainders.clear(), this.#grace);
  }

  /** What is of a place, once. */
  take(key: string): readonly Remainder[] {
    const remainders = this.#remainders.get(key) ?? [];
    this.#remainders.delete(key);
    return remainders;
  }

  /** See {@link takeOf}. */
  takeOf(key: string, owner: string): readonly unknown[] | undefined {
    return takeOf(this.#remainders, key, owner);
  }

  /** Messages that are kept there for an owner. */
  countOf(key: string, owner: string | undefined): number {
    return this.#remainders.get(key)?.find((each) => each.owner === owner)?.messages.length ?? 0;
  }

  /** No grace any more, but {@link all}. */
  close(): void {
    this.#endGrace();
  }

  get all(): Remainders {
    return addTo(new Map(), this.#remainders);
  }
}
