/**
 * What time it is at the server, as far as its answers say: a token ends by the server's clock, and a gateway's own may
 * be a minute off, or stand in 1970.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../common/clock';

/** Milliseconds since 1970: the moment lies between the two. */
export interface Moment {
  readonly earliest: number;
  readonly latest: number;
}

/** A date in a header is cut to the second. */
const RESOLUTION = 1_000;

/** How far the server's clock and ours may be apart where it has not said. */
const APART = 60_000;

/** By as much the clock may go wrong by itself. By more: somebody has set it, or this machine has slept. */
const STEP = 5_000;

export class ServerTime {
  readonly #clock: Clock;
  #text = '';
  /** What is to be added to `Clock.elapsed`, and by how much our own clock was before that. */
  #heard: (Moment & { readonly ours: number }) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param headers of an answer.
   * @param asked when it was asked for, by `Clock.elapsed`: it was written since.
   */
  heard({ date, age = '0' }: Pick<IncomingHttpHeaders, 'date' | 'age'>, asked: number): void {
    // Out of somebody's cache: it was written long before it was asked for.
    if (Number(age) !== 0) return;
    if (date === undefined || date === this.#text) return;
    const at = Date.parse(date);
    if (Number.isNaN(at)) return;
    const { elapsed, ours } = this.#here();
    this.#text = date;
    this.#heard = { earliest: at - elapsed, latest: at + RESOLUTION - asked, ours };
  }

  now(): Moment {
    const { elapsed, ours } = this.#here();
    const heard = this.#heard;
    // By what has passed, as our own clock is set; but what has passed leaves out what this machine has slept.
    if (heard !== undefined && Math.abs(ours - heard.ours) < STEP) {
      return { earliest: elapsed + heard.earliest, latest: elapsed + heard.latest };
    }
    const now = this.#clock.now();
    return { earliest: now - APART, latest: now + APART };
  }

  /** As near as can be known. */
  get middle(): number {
    const { earliest, latest } = this.now();
    return (earliest + latest) / 2;
  }

  #here(): { elapsed: number; ours: number } {
    const elapsed = this.#clock.elapsed();
    return { elapsed, ours: this.#clock.now() - elapsed };
  }
}
