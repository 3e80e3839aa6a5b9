/** Who gets what still comes on channels that were left to somebody elsewhere; found by the channel, and by what it is. */
import type { Channel } from './channel';
import { keyFor, type Place } from './channels';
import type { Heir } from './subscription';

/** By owners: several may have left the same channel. None: the owner has come back, to another channel. */
type OfChannel = ReadonlyMap<string, Heir | undefined>;

const NONE: OfChannel = new Map();

export class Heirs {
  readonly #heirs = new Map<Channel, Map<string, Heir | undefined>>();
  /** Ten thousand may have been left at once, and each is looked for as its owner comes back. */
  readonly #places = new Map<string, Set<Channel>>();

  get any(): boolean {
    return this.#heirs.size > 0;
  }

  get channels(): Iterable<Channel> {
    return this.#heirs.keys();
  }

  at(channel: Channel): OfChannel {
    return this.#heirs.get(channel) ?? NONE;
  }

  /** Of one owner: the heir at the first channel that has one. */
  of(place: Place, owner: string): Heir | undefined {
    for (const channel of this.#channelsAt(place)) {
      const heir = this.at(channel).get(owner);
      if (heir !== undefined) return heir;
    }
    return undefined;
  }

  set(channel: Channel, owner: string, heir: Heir | undefined): void {
    this.#heirs.set(channel, (this.#heirs.get(channel) ?? new Map()).set(owner, heir));
    const key = keyFor(channel);
    this.#places.set(key, (this.#places.get(key) ?? new Set()).add(channel));
  }

  /** The owner has come back: what comes is for whatever it has here. By the other client, it might find that gone. */
  reclaim(place: Place, owner: string, home: Heir): void {
    for (const channel of this.#channelsAt(place)) {
      channel.reclaim(owner, home);
      if (this.at(channel).has(owner)) this.set(channel, owner, undefined);
    }
  }

  delete(channel: Channel): void {
    if (!this.#heirs.delete(channel)) return;
    const key = keyFor(channel);
    const others = this.#places.get(key);
    others?.delete(channel);
    if (others?.size === 0) this.#places.delete(key);
  }

  clear(): void {
    this.#heirs.clear();
    this.#places.clear();
  }

  #channelsAt(place: Place): Iterable<Channel> {
    return this.any ? (this.#places.get(keyFor(place)) ?? []) : [];
  }
}
