/**
 * How many of a node's messages were refused lately: the count stays in its status until a message gets through and
 * there was no other refusal for a while. With the next success alone, it would but blink where both come in turn. So it is with
 * why there is no place for messages to wait: a full disk may have room for every other, and each was a change of status.
 */

import { StoreError, StreamSeaError } from '../../src/index';
import { CountPace } from './count-pace';

/** Milliseconds. */
const INTERVAL = 1_000;

/** Intervals that a refusal is shown at the least. */
const SHOWN = 10;

/** Ends that are no refusal: somebody has stopped, thrown away, or said how long a message may wait. */
const OTHER_ENDS = new Set(['SEA_CLOSED', 'SEA_PURGED', 'SEA_EXPIRED']);

/** How many messages an error refuses: of a list, those of it that failed. */
export function refusedBy(error: unknown): number {
  if (!(error instanceof StreamSeaError)) return 1;
  return OTHER_ENDS.has(error.code) ? 0 : error.failed || 1;
}

export class Refusals {
  readonly #changed: () => void;
  #count = 0;
  /** Intervals since the last one. */
  #age = 0;
  /** A message has got through since. */
  #over = false;
  #unkept: StoreError | undefined;
  readonly #pace = new CountPace();
  #timer: NodeJS.Timeout | undefined;

  /** @param changed told at once of the first, and that there is no place to wait; then at the {@link CountPace}. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get count(): number {
    return this.#pace.told;
  }

  /** Why the last message that could not be kept where it was to wait could not. */
  get unkept(): StoreError | undefined {
    return this.#unkept;
  }

  /** A message has ended: it got through, or why it did not. */
  ended(error?: unknown): void {
    if (error === undefined) {
      this.#over = true;
      return;
    }
    const refused = refusedBy(error);
    if (refused === 0) return;
    this.#over = false;
    this.#age = 0;
    this.#count += refused;
    const isNews = error instanceof StoreError && this.#unkept === undefined;
    if (error instanceof StoreError) this.#unkept = error;
    if (this.#timer === undefined) this.#start();
    else if (isNews) this.#changed();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #start(): void {
    this.#timer = setInterval(() => this.#tick(), INTERVAL);
    this.#tell(this.#count);
  }

  #tick(): void {
    this.#age += 1;
    if (this.#over && this.#age >= SHOWN) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#count = 0;
      this.#unkept = undefined;
    }
    this.#tell(this.#count);
  }

  #tell(count: number): void {
    if (this.#pace.isDue(count)) this.#changed();
  }
}
