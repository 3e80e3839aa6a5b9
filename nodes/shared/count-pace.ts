/**
 * When a count that may change each second is worth another status: Status nodes hear each, and in an outage heard one a
 * second. At once when it begins, ends, or has halved; else the later, the longer it has been going on.
 */

/** Intervals between two that are told, at the most. */
const LONGEST = 60;

export class CountPace {
  #told = 0;
  /** Intervals since it was told. */
  #age = 0;
  /** Intervals until it is told again. */
  #wait = 1;

  /** To be asked once in an interval. Whether it is to be told; then it counts as told. */
  isDue(count: number): boolean {
    this.#age += 1;
    if (count === this.#told) return false;
    const isSoon = this.#age < this.#wait && count > this.#told / 2;
    if (isSoon && this.#told !== 0) return false;
    this.#wait = this.#told === 0 ? 1 : Math.min(this.#wait * 2, LONGEST);
    this.#told = count;
    this.#age = 0;
    return true;
  }
}
