/** Who gets what still comes on channels that were left to somebody elsewhere; found by the channel, and by what it is. */
import type { Channel } from './channel';
import { keyFor, type Place } from './channels';
import type { Heir } from './subscription';

export interface Bequest {
  readonly owner: string;
  /** None: the owner has come back, to another channel. */
  readonly heir: Heir | undefined;
}

export class Heirs {
  readonly #bequests = new Map<Channel, Bequest>();
  /** Ten thousand may have been left at once, and each is looked for as its owner comes back. */
  readonly #places = new Map<string, Set<Channel>>();

  get any(): boolean {
    return this.#bequests.size > 0;
  }

  get channels(): Iterable<Channel> {
    return this.#bequests.keys();
  }

  get(channel: Channel): Bequest | undefined {
    return this.#bequests.get(channel);
  }

  /** Of one owner: the heir of the first that has one. */
  of(place: Place, owner: string): Heir | undefined {
    for (const channel of this.#at(place)) {
      const bequest = this.#bequests.get(channel);
      if (bequest?.owner === owner && bequest.heir !== undefined) return bequest.heir;
    }
    return undefined;
  }

  set(channel: Channel, bequest: Bequest): void {
    this.#bequests.set(channel, bequest);
    const key = keyFor(channel);
    this.#places.set(key, (this.#places.get(key) ?? new Set()).add(channel));
  }

  /** The owner has come back: what comes is for whatever it has here. By the other client, it might find that gone. */
  reclaim(place: Place, owner: string, home: Heir): void {
    for (const channel of this.#at(place)) {
      channel.reclaim(owner, home);
      if (this.#bequests.get(channel)?.owner === owner)
        this.#bequests.set(channel, { owner, heir: undefined });
    }
  }

  delete(channel: Channel): void {
    if (!this.#bequests.delete(channel)) return;
    const key = keyFor(channel);
    const others = this.#places.get(key);
    others?.delete(channel);
    if (others?.size === 0) this.#places.delete(key);
  }

  clear(): void {
    this.#bequests.clear();
    this.#places.clear();
  }

  #at(place: Place): Iterable<Channel> {
    return this.any ? (this.#places.get(keyFor(place)) ?? []) : [];
  }
}
