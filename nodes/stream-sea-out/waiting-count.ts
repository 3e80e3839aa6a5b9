/**
 * How many of a node's own messages wait to be sent: those that have been out for more than a second. On a healthy
 * line a message is on its way for some milliseconds, which is no waiting, and nothing to show. And why there is no
 * place for them to wait.
 */

import { StoreError, type StreamSeaError } from '../../src/index';
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
  #unkept: StoreError | undefined;
  readonly #pace = new CountPace();
  #timer: NodeJS.Timeout | undefined;

  /** @param changed told at the {@link CountPace}; and of a fault at once. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get waiting(): number {
    return this.#pace.told;
  }

  /** Why the last message could not be kept where it was to wait; gone with the next one that can. */
  get unkept(): StoreError | undefined {
    return this.#unkept;
  }

  /** @returns when: to be told to {@link end} as they end. */
  begin(count: number): number {
    this.#fresh += count;
    this.#timer ??= setInterval(() => this.#tick(), INTERVAL);
    return this.#now;
  }

  end(count: number, when: number, error?: StreamSeaError): void {
    // Most end well, after others that did: that is asked for each message, and the rest of none of these.
    if (error !== this.#unkept) this.#heard(error instanceof StoreError ? error : undefined);
    if (when === this.#now) this.#fresh -= count;
    else if (when === this.#now - 1) this.#recent -= count;
    else this.#waiting -= count;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #heard(unkept: StoreError | undefined): void {
    const isNews = unkept?.message !== this.#unkept?.message;
    this.#unkept = unkept;
    if (isNews) this.#changed();
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
