/** A clock whose hands a test moves. */
import type { Cancel, Clock } from '../../src/client/common/clock';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  /** What people have set it to, above what has passed. */
  #offset = 0;
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  /** Timers that are set: none, when everything is closed. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer. */
  get next(): number | undefined {
    const [first] = this.#inOrder();
    return first && first.at - this.#now;
  }

  now(): number {
    return this.#now + this.#offset;
  }

  elapsed(): number {
    return this.#now;
  }

  /** Somebody sets the clock: no time passes. */
  step(ms: number): void {
    this.#offset += ms;
  }

  setTimeout(run: () => void, ms: number): Cancel {
    const timer = { at: this.#now + Math.max(0, ms), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass: runs what falls due, in order, and what follows from it at once. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (let [timer] = this.#inOrder(); timer !== undefined && timer.at <= until; [timer] = this.#inOrder()) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.run();
      await settled();
    }
    this.#now = until;
  }

  #inOrder(): Timer[] {
    return [...this.#timers].sort((a, b) => a.at - b.at);
  }
}

/** Resolves when all promises that can settle without the network have done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
