/**
 * How many of a node's own messages wait to be sent: those that have been out for more than a second. On a healthy
 * line a message is on its way for some milliseconds, which is no waiting, and nothing to show.
 */

import { CountPace } from '../shared/count-pace';

/** Milliseconds. */
const INTERVAL = 1_000;

export class WaitingCount {
  readonly #changed: () => void;
  /** Counts intervals. */
  #now = 0;
  /** Messages not ended yet that came in this interval, in the one before, and earlier. */
  #fresh = 0;
  #recent = 0;
  #waiting = 0;
  readonly #pace = new CountPace();
  #timer: NodeJS.Timeout | undefined;

  /** @param changed told at the {@link CountPace}. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get waiting(): number {
    return this.#pace.told;
  }

  /** @returns when: to be told to {@link end} as they end. */
  begin(count: number): number {
    this.#fresh += count;
    this.#timer ??= setInterval(() => this.#tick(), INTERVAL);
    return this.#now;
  }

  end(count: number, when: number): void {
    if (when === this.#now) this.#fresh -= count;
    else if (when === this.#now - 1) this.#recent -= count;
    else this.#waiting -= count;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#now += 1;
    this.#waiting += this.#recent;
    this.#recent = this.#fresh;
    this.#fresh = 0;
    if (this.#recent + this.#waiting === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (this.#pace.isDue(this.#waiting)) this.#changed();
  }
}
