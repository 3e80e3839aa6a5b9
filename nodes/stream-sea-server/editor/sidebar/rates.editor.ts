/** Rates of the last minute, made from counts that are read now and then. */

/** Seconds shown. */
export const SPAN = 60;

/** Milliseconds that readings are kept: what is slow is known by what came before the minute, too. */
const KEPT = 180_000;

/** Milliseconds between two readings, beyond which nobody knows what happened when: nobody looked. */
const GAP = 3_500;

/** Fewer messages than these say nothing of a rate: one that comes every two seconds is no saw of 1 and 0. */
const ENOUGH = 10;

/** Milliseconds without a message that say that none comes. */
const SILENCE = 5_000;

export interface RatePoint {
  /** Seconds. */
  readonly ago: number;
  /** Messages a second. */
  readonly rate: number;
  /** Nobody looked between the point before this one and it. */
  readonly gap?: true;
}

interface Reading {
  readonly at: number;
  /** Since somebody looks. */
  readonly count: number;
  /** As it was read last: since a deploy. */
  readonly read: number;
  /** It was not there. */
  readonly gone: boolean;
  /** The first after a time when nobody looked. */
  readonly first: boolean;
}

export class Rates {
  readonly #readings = new Map<string, Reading[]>();

  /** @param at milliseconds, later than those before. @param all counts so far. */
  read(at: number, all: readonly { key: string; count: number }[]): void {
    const counts = new Map(all.map(({ key, count }) => [key, count]));
    for (const key of new Set([...this.#readings.keys(), ...counts.keys()])) {
      const readings = this.#readings.get(key) ?? [];
      const read = counts.get(key);
      // Not at once: what a deploy starts anew is gone for a moment, and its chart had begun anew, too.
      if (read === undefined && readings.every((each) => each.gone)) {
        this.#readings.delete(key);
        continue;
      }
      const last = readings.at(-1);
      const known = last?.read ?? 0;
      // A stream in that was without a server for a moment comes back with all that it had counted.
      const now = read ?? known;
      // A deploy counts anew, from zero.
      const count = (last?.count ?? 0) + now - (now < known ? 0 : known);
      readings.push({
        at,
        count,
        read: now,
        gone: read === undefined,
        first: last === undefined || at - last.at > GAP,
      });
      while (readings.length > 2 && at - (readings[1]?.at ?? at) > KEPT) readings.shift();
      this.#readings.set(key, readings);
    }
  }

  /** Messages a second, now; nothing as long as that would be a guess. */
  now(key: string): number | undefined {
    const readings = this.#readings.get(key) ?? [];
    const { rate, isGuess } = rateAt(readings, readings.length - 1);
    return isGuess ? undefined : rate;
  }

  /** Of the last minute, oldest first. Nothing is said of the time when nobody looked. */
  series(key: string): RatePoint[] {
    const readings = this.#readings.get(key) ?? [];
    const end = readings.at(-1)?.at ?? 0;
    const points: RatePoint[] = [];
    let piece = 0;
    for (const [index, reading] of readings.entries()) {
      const ago = (end - reading.at) / 1_000;
      if (reading.first || ago > SPAN) continue;
      const { rate, isGuess } = rateAt(readings, index);
      if (isGuess) continue;
      const gap = points.length > 0 && piece !== firstOf(readings, index);
      piece = firstOf(readings, index);
      points.push({ ago, rate, ...(gap && { gap }) });
    }
    return points;
  }
}

/**
 * From one arrival to another, over as many as it takes to say something: what comes once in two seconds has the same
 * rate at each reading. A stream that falls silent has less and less. From one arrival alone, a rate is a guess, but for
 * that of a whole minute.
 */
function rateAt(readings: readonly Reading[], index: number): { rate: number; isGuess: boolean } {
  const last = lastArrival(readings, index);
  const newest = readings[last];
  const now = readings[index];
  if (last < 0 || newest === undefined || now === undefined) {
    const since = readings[firstOf(readings, index)]?.at ?? 0;
    return { rate: 0, isGuess: now === undefined || now.at - since < SILENCE };
  }
  let from = last;
  let steps = 0;
  for (let at = lastArrival(readings, last - 1); at >= 0; at = lastArrival(readings, at - 1)) {
    from = at;
    steps += 1;
    if (newest.count - (readings[at]?.count ?? 0) >= ENOUGH) break;
  }
  // The only arrival that is known of: since somebody looks.
  if (from === last) from = firstOf(readings, last);
  const oldest = readings[from] ?? newest;
  const count = newest.count - oldest.count;
  const mean = perSecond(count, oldest.at, newest.at);
  const isGuess = steps === 0 && count < ENOUGH && now.at - oldest.at < SPAN * 1_000;
  if (now === newest) return { rate: mean, isGuess };
  const each = count / Math.max(steps, 1);
  return { rate: each >= ENOUGH ? 0 : Math.min(mean, perSecond(each, newest.at, now.at)), isGuess };
}

/** The reading at which something had come, at or before this one, of those without a gap between; -1 for none. */
function lastArrival(readings: readonly Reading[], index: number): number {
  for (let at = index; at > 0; at -= 1) {
    const [before, here] = [readings[at - 1], readings[at]];
    if (before === undefined || here === undefined || here.first) return -1;
    if (here.count > before.count) return at;
  }
  return -1;
}

function firstOf(readings: readonly Reading[], index: number): number {
  let at = index;
  while (at > 0 && readings[at]?.first === false) at -= 1;
  return at;
}

function perSecond(count: number, from: number, to: number): number {
  return to > from ? (count * 1_000) / (to - from) : 0;
}
