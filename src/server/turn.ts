/**
 * Work that may take long in sum, done by whoever has some: so much in one turn of the event loop, all together. The rest
 * waits for the next turn, so that sockets are served between the two.
 */

/** In terms of filters: some ten milliseconds. */
const MOST = 200_000;

export class Turn {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #spent = 0;
  #scheduled = false;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Whether enough was done in this turn. */
  get isOver(): boolean {
    return this.#spent >= this.#most;
  }

  spend(work: number): void {
    this.#spent += work;
    this.#schedule();
  }

  /** Acts once in a turn to come, in the order in which it was asked for. */
  next(act: () => void): void {
    this.#waiting.add(act);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#begin);
  }

  readonly #begin = (): void => {
    this.#scheduled = false;
    this.#spent = 0;
    for (const act of this.#waiting) {
      if (this.isOver) break;
      this.#waiting.delete(act);
      act();
    }
    if (this.#waiting.size > 0) this.#schedule();
  };
}
