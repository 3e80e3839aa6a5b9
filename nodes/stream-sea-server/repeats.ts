/** Keeps out of the log what it says already: a disk that stays full is tried, and fails, once a second. */

/** Milliseconds of silence after which the same is news again. */
const QUIET = 600_000;

/** Different texts remembered. */
const MAX_TEXTS = 100;

export class Repeats {
  /** When each was last heard, said or not; the latest at the end. */
  readonly #heard = new Map<string, number>();

  /** @param now milliseconds of a clock that nobody sets. */
  isNew(text: string, now = performance.now()): boolean {
    const last = this.#heard.get(text);
    this.#heard.delete(text);
    this.#heard.set(text, now);
    if (this.#heard.size > MAX_TEXTS) {
      const [oldest = ''] = this.#heard.keys();
      this.#heard.delete(oldest);
    }
    return last === undefined || now - last > QUIET;
  }
}
