/** Who will subscribe, and cannot say yet to what: what has waited is held for them, too. */
import type { Cancel, Clock } from '../common/clock';

/** Milliseconds that what has waited is held for who has not said what it subscribes to. */
const EXPECTED_FOR = 10_000;

export class Expected {
  readonly #clock: Clock;
  readonly #ends = new Set<Cancel>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get expecting(): boolean {
    return this.#ends.size > 0;
  }

  /** One more, until the result is called, or for ten seconds. @param ended told then. */
  expect(ended: () => void): Cancel {
    const end = (): void => {
      if (!this.#ends.delete(end)) return;
      cancel();
      ended();
    };
    const cancel = this.#clock.setTimeout(end, EXPECTED_FOR);
    this.#ends.add(end);
    return end;
  }

  endAll(): void {
    for (const end of [...this.#ends]) end();
  }
}
