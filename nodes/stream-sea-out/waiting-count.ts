/**
 * How many of a node's own messages wait to be sent: those that have been out for more than a second, or where all is well
 * for more than ten. A line that takes two seconds a message is slow, but nothing waits there: shown, it blinked with each.
 */

import { CountPace } from '../shared/count-pace';

/** Milliseconds. */
const INTERVAL = 1_000;

/** Intervals that a message is under way at the most, where all is well. */
const LONGEST = 10;

export class WaitingCount {
  readonly #changed: () => void;
  readonly #isWell: () => boolean;
  /** Counts intervals. */
  #now = 0;
  /** Messages not ended yet, by the interval in which they came: this one, the one before, and so on; and earlier. */
  readonly #young: number[] = [0];
  #old = 0;
  readonly #pace = new CountPace();
  #timer: NodeJS.Timeout | undefined;

  /** @param changed told at the {@link CountPace}. */
  constructor(changed: () => void, isWell: () => boolean) {
    this.#changed = changed;
    this.#isWell = isWell;
  }

  get waiting(): number {
    return this.#pace.told;
  }

  /** @returns when: to be told to {@link end} as they end. */
  begin(count: number): number {
    this.#add(count, 0);
    if (this.#timer === undefined) this.#start();
    return this.#now;
  }

  end(count: number, when: number): void {
    this.#add(-count, this.#now - when);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #add(count: number, age: number): void {
    const known = this.#young[age];
    if (known === undefined) this.#old += count;
    else this.#young[age] = known + count;
  }

  #start(): void {
    this.#timer = setInterval(() => this.#tick(), INTERVAL);
  }

  #tick(): void {
    this.#now += 1;
    this.#young.unshift(0);
    if (this.#young.length > LONGEST + 1) this.#old += this.#young.pop() ?? 0;
    const late = sum(this.#young.slice(2));
    if (this.#old + sum(this.#young) === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (this.#pace.isDue(this.#isWell() ? this.#old : this.#old + late)) this.#changed();
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
