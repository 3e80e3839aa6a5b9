/** What was delivered for listeners who are gone, and whose successors have not come yet; for a grace time. */
import type { Cancel, Clock } from '../common/clock';
import { nothing } from './subscription';

/** What one listener was not told any more. */
export interface Share {
  /** Whose it was, and whose it is to be: see `SubscriptionListener.owner`. */
  readonly owner: string | undefined;
  readonly messages: readonly unknown[];
}

/** The same of a client that has closed, for its successor, whose subscribers then miss nothing; by what was subscribed to. */
export type Undelivered = ReadonlyMap<string, readonly Share[]>;

/** The same, as it is being gathered and given away. */
export type Shares = Map<string, readonly Share[]>;

/** Of two that have left something for the same place, neither is to be lost. Returns `all`. */
export function addTo(all: Shares, more: Undelivered): Shares {
  for (const [key, shares] of more) all.set(key, [...(all.get(key) ?? []), ...shares]);
  return all;
}

/** What is of one owner at a place, once. Nothing: there was none. */
export function takeOf(all: Shares, key: string, owner: string): readonly unknown[] | undefined {
  const shares = all.get(key) ?? [];
  const theirs = shares.filter((share) => share.owner === owner);
  if (theirs.length === 0) return undefined;
  const others = shares.filter((share) => share.owner !== owner);
  if (others.length > 0) all.set(key, others);
  else all.delete(key);
  return theirs.flatMap(({ messages }) => messages);
}

export class Unclaimed {
  readonly #clock: Clock;
  readonly #grace: number;
  readonly #shares: Shares = new Map();
  #endGrace: Cancel = nothing;

  constructor({ clock, grace }: { readonly clock: Clock; readonly grace: number }) {
    this.#clock = clock;
    this.#grace = grace;
  }

  get isEmpty(): boolean {
    return this.#shares.size === 0;
  }

  add(undelivered: Undelivered): void {
    if (undelivered.size === 0) return;
    this.#endGrace();
    addTo(this.#shares, undelivered);
    this.#endGrace = this.#clock.setTimeout(() => this.#shares.clear(), this.#grace);
  }

  /** What is of a place, once. */
  take(key: string): readonly Share[] {
    const shares = this.#shares.get(key) ?? [];
    this.#shares.delete(key);
    return shares;
  }

  /** See {@link takeOf}. */
  takeOf(key: string, owner: string): readonly unknown[] | undefined {
    return takeOf(this.#shares, key, owner);
  }

  /** No grace any more, but {@link all}. */
  close(): void {
    this.#endGrace();
  }

  get all(): Shares {
    return new Map(this.#shares);
  }
}
