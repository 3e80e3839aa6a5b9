/** What each lasting group has seen of publishers here, also while nobody reads it: until it is forgotten. */

import { Missed } from '../missed';

/** Groups that are remembered: of one that NATS has dropped, or another engine, nobody is told. */
const MOST = 10_000;

export class MissedByGroup {
  readonly #most: number;
  /** By jail and consumer; last what was asked for last. */
  readonly #missed = new Map<string, Missed>();

  constructor(most = MOST) {
    this.#most = most;
  }

  of(jail: string, consumer: string): Missed {
    const key = consumerKey(jail, consumer);
    const missed = this.#missed.get(key) ?? new Missed();
    this.#missed.delete(key);
    this.#missed.set(key, missed);
    for (const oldest of this.#missed.keys()) {
      if (this.#missed.size <= this.#most) break;
      this.#missed.delete(oldest);
    }
    return missed;
  }

  /** @param prefix of the consumers meant; '': all of the jail */
  forget(jail: string, prefix: string): void {
    for (const key of this.#missed.keys()) {
      if (key.startsWith(prefix) && jailIn(key) === jail) this.#missed.delete(key);
    }
  }
}

/** A consumer among those of all jails. None has a space in its name; a jail may. */
export function consumerKey(jail: string, consumer: string): string {
  return `${consumer} ${jail}`;
}

function jailIn(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}
