/** What is asked of an engine and not answered yet: it has not closed before all who asked have been told. */

export class Calls {
  #open = 0;
  #waiting: (() => void)[] = [];

  /** What it gives back is to be given to the caller as it is: whatever comes between is later than {@link settled}. */
  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#open += 1;
    try {
      return await call();
    } finally {
      this.#open -= 1;
      if (this.#open === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves when none is open. */
  async settled(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
