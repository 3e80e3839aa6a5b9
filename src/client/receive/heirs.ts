/** Who gets what still comes on channels that were left to somebody elsewhere; found by the channel, and by what it is. */
import type { Channel } from './channel';
import { keyFor, type Place } from './channels';

/** Takes what still comes to where its owner subscribes now. Returns false where that is over. */
export type Heir = (message: unknown) => boolean;

/** What one owner has left. */
export interface Bequest {
  /** What the channel's group is derived from, where it is one of its own: see `Seeds`. */
  readonly seed: Buffer;
  /** None: the owner has come back, to another channel. */
  readonly heir: Heir | undefined;
}

/** By owners: several may have left the same channel. */
type OfChannel = ReadonlyMap<string, Bequest>;

const NONE: OfChannel = new Map();

export class Heirs {
  readonly #bequests = new Map<Channel, Map<string, Bequest>>();
  /** Ten thousand may have been left at once, and each is looked for as its owner comes back. */
  readonly #places = new Map<string, Set<Channel>>();

  get any(): boolean {
    return this.#bequests.size > 0;
  }

  get channels(): Iterable<Channel> {
    return this.#bequests.keys();
  }

  at(channel: Channel): OfChannel {
    return this.#bequests.get(channel) ?? NONE;
  }

  /** Of one owner: the heir at the first channel that has one. */
  of(place: Place, owner: string): Heir | undefined {
    for (const channel of this.channelsAt(place)) {
      const heir = this.at(channel).get(owner)?.heir;
      if (heir !== undefined) return heir;
    }
    return undefined;
  }

  channelsAt(place: Place): Iterable<Channel> {
    return this.any ? (this.#places.get(keyFor(place)) ?? []) : [];
  }

  set(channel: Channel, owner: string, bequest: Bequest): void {
    this.#bequests.set(channel, (this.#bequests.get(channel) ?? new Map()).set(owner, bequest));
    const key = keyFor(channel);
    this.#places.set(key, (this.#places.get(key) ?? new Set()).add(channel));
  }

  /** That of one owner. */
  remove(channel: Channel, owner: string): void {
    const bequests = this.#bequests.get(channel);
    bequests?.delete(owner);
    if (bequests?.size === 0) this.delete(channel);
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
}
