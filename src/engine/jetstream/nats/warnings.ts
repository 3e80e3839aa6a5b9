/** What whoever runs the server is told of NATS: the same only so often, as each request would say it. */

import { inEnglish, type Words } from '../../../sentences';

/** Milliseconds before the same is told again. */
const INTERVAL = 60_000;
/** Texts that are remembered: some say what NATS says. */
const MOST = 100;

export class Warnings {
  readonly #warn: (words: Words) => void;
  readonly #now: () => number;
  readonly #lastSaid = new Map<string, number>();

  /** @param now milliseconds, of any clock */
  constructor(warn: (words: Words) => void, now: () => number) {
    this.#warn = warn;
    this.#now = now;
  }

  /** @returns whether it was told. */
  tell(words: Words): boolean {
    const text = inEnglish(words);
    const now = this.#now();
    if (now - (this.#lastSaid.get(text) ?? Number.NEGATIVE_INFINITY) < INTERVAL) return false;
    if (this.#lastSaid.size >= MOST) this.#lastSaid.clear();
    this.#lastSaid.set(text, now);
    this.#warn(words);
    return true;
  }
}
