/**
 * When something was seen, in milliseconds since 1970 as the machine's clock was when somebody began to look; from then on
 * counted, as that clock may be set back: points of a picture were to come, and a rate was 0 until the clock had caught up.
 */

/** Milliseconds that a picture remembers, at the most: not asked for so long, nobody looks. */
const KEPT = 180_000;

export class LookClock {
  #origin = 0;
  #asked = Number.NEGATIVE_INFINITY;

  now(): number {
    const elapsed = performance.now();
    if (elapsed - this.#asked > KEPT) this.#origin = Date.now() - elapsed;
    this.#asked = elapsed;
    return Math.round(this.#origin + elapsed);
  }
}
