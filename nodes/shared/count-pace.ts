/**
 * When a count that may change each second is worth another status: Status nodes hear each, and in an outage heard one a
 * second. At once when it begins, ends, or has halved; else the later, the longer it has been going on since.
 */

/** Intervals between two that are told, at the most. */
const LONGEST = 60;

export class CountPace {
  #told = 0;
  /** Intervals since it was told. */
  #age = 0;
  /** Intervals until it is told again. */
  #wait = 1;

  /** What a status says, whatever else it is that changes it: two counts would take turns there. */
  get told(): number {
    return this.#told;
  }

  /** To be asked once in an interval, and when it begins. Whether it is to be told; then it is {@link told}. */
  isDue(count: number): boolean {
    this.#age += 1;
    if (count === this.#told) return false;
    const isUrgent = this.#told === 0 || count <= this.#told / 2;
    if (!isUrgent && this.#age < this.#wait) return false;
    this.#wait = isUrgent ? 1 : Math.min(this.#wait * 2, LONGEST);
    this.#told = count;
    this.#age = 0;
    return true;
  }
}
