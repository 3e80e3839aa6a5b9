/** The values of the last minutes, as the runtime has told them bit by bit: a line for each value of a dividing field. */

import type { ValuesAnswer } from '../../wire/api';

/** Milliseconds that are kept. */
export const KEPT = 300_000;

/** Lines that can be told apart. */
export const MAX_LINES = 8;

/** A value, or nothing from there on to the next: nobody looked. */
type Point = readonly [at: number, value: number | null];

export class ValueHistory {
  readonly #lines = new Map<string, Point[]>();
  #since: number | undefined;
  /** Now, at the runtime; until that is heard from, in the browser. Milliseconds since 1970, as all times here. */
  at = Date.now();

  clear(): void {
    this.#lines.clear();
    this.#since = undefined;
  }

  add({ at, since, lines }: Pick<ValuesAnswer, 'at' | 'since' | 'lines'>): void {
    if (this.#since !== undefined && this.#since !== since) {
      for (const points of this.#lines.values()) points.push([since, null]);
    }
    this.#since = since;
    this.at = at;
    for (const { name, points } of lines) {
      const known = this.#lines.get(name);
      if (known !== undefined) known.push(...points);
      else if (this.#lines.size < MAX_LINES) this.#lines.set(name, [...points]);
    }
    for (const points of this.#lines.values()) {
      const kept = points.findIndex(([time]) => time >= at - KEPT);
      points.splice(0, kept < 0 ? points.length : kept);
    }
  }

  /** In the order in which they were first heard of, in which they also stay. */
  get names(): string[] {
    return [...this.#lines.keys()];
  }

  /** When the oldest value came; now when there is none. */
  get from(): number {
    return Math.min(this.at, ...[...this.#lines.values()].flatMap(([first]) => first?.[0] ?? []));
  }

  /** The value of a line at a time, or the last before it. */
  valueAt(name: string, time: number): number | undefined {
    return this.#lines.get(name)?.findLast(([at]) => at <= time)?.[1] ?? undefined;
  }

  /**
   * The last that is known of a line, as long as the picture shows when that was: its name stays, and stood beside the
   * value of an hour ago as if that held still.
   */
  lastOf(name: string): number | undefined {
    return this.#lines.get(name)?.findLast(([, value]) => value !== null)?.[1] ?? undefined;
  }

  /** One list of times for all lines; a line has `undefined` where only others have a value, and `null` where it breaks. */
  aligned(): { times: number[]; values: (number | null | undefined)[][] } {
    const all = [...this.#lines.values()];
    const times = [...new Set(all.flatMap((points) => points.map(([at]) => at)))].sort((a, b) => a - b);
    const places = new Map(times.map((time, index) => [time, index]));
    const values = all.map((points) => {
      const line: (number | null | undefined)[] = new Array(times.length).fill(undefined);
      for (const [at, value] of points) {
        const place = places.get(at);
        // What came in the millisecond in which somebody began to look again is there all the same.
        if (place !== undefined && (value !== null || line[place] === undefined)) line[place] = value;
      }
      return line;
    });
    return { times, values };
  }
}
