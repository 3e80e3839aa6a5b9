/** Rates of the last minute, made from counts that are read now and then. */

/** Seconds shown. */
export const SPAN = 60;

/** Milliseconds that the rate "now" is the mean of, so that a message every two seconds does not flicker. */
const RECENT = 5_000;

interface Sample {
  at: number;
  count: number;
}

export class Rates {
  readonly #samples = new Map<string, Sample[]>();

  /** @param at milliseconds, later than those before. @param count so far. */
  add(key: string, at: number, count: number): void {
    const known = this.#samples.get(key) ?? [];
    const last = known.at(-1);
    // A deploy counts anew, from zero.
    const samples = last !== undefined && count < last.count ? [{ at: last.at, count: 0 }] : known;
    samples.push({ at, count });
    while (samples.length > 2 && at - (samples[1]?.at ?? at) > SPAN * 1_000) samples.shift();
    this.#samples.set(key, samples);
  }

  /** Forgets all but these. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#samples.keys()) if (!keys.has(key)) this.#samples.delete(key);
  }

  /** Messages a second, now. */
  now(key: string): number {
    const samples = this.#samples.get(key) ?? [];
    const last = samples.at(-1);
    const first = samples.find(({ at }) => last !== undefined && last.at - at <= RECENT);
    return first === undefined || last === undefined ? 0 : rate(first, last);
  }

  /** Messages a second between one reading and the next, and how many seconds ago the later one was; oldest first. */
  series(key: string): { ago: number; rate: number }[] {
    const samples = this.#samples.get(key) ?? [];
    const end = samples.at(-1)?.at ?? 0;
    return samples.slice(1).map((sample, index) => ({
      ago: (end - sample.at) / 1_000,
      rate: rate(samples[index] ?? sample, sample),
    }));
  }
}

function rate(from: Sample, to: Sample): number {
  return to.at > from.at ? ((to.count - from.count) * 1_000) / (to.at - from.at) : 0;
}
