/**
 * The time of a run. Its hands only go forward, by command; what it says may be stepped, as by a time server. Each
 * client has a view of its own, so that its timers can be counted, and stop with it when its process dies.
 */
import type { Cancel, Clock } from '../../src/client/common/clock';

interface Timer {
  readonly at: number;
  readonly run: () => void;
  readonly view: ClockView | undefined;
}

export class TortureClock implements Clock {
  /** Milliseconds that have passed. */
  passed = 0;
  /** Resolves when nothing more happens unless time passes. */
  settled: () => Promise<void> = async () => {};
  /** What it says was set. */
  stepped = false;
  #offset = Date.UTC(2026, 0, 1);
  /** Soonest last. */
  #timers: Timer[] = [];

  now(): number {
    return this.#offset + this.passed;
  }

  elapsed(): number {
    return this.passed;
  }

  /** Sets what it says; nothing falls due by that. */
  step(ms: number): void {
    this.#offset += ms;
    this.stepped = true;
  }

  setTimeout(run: () => void, ms: number, view?: ClockView): Cancel {
    const timer = { at: this.passed + Math.max(0, ms), run, view };
    let place = this.#timers.length;
    while (place > 0 && (this.#timers[place - 1]?.at ?? 0) <= timer.at) place -= 1;
    this.#timers.splice(place, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at !== -1) this.#timers.splice(at, 1);
    };
  }

  timersOf(view: ClockView): number {
    return this.#timers.filter((timer) => timer.view === view).length;
  }

  /** Lets time pass: runs what falls due, in order, and what follows from it at once. */
  async advance(ms: number): Promise<void> {
    const until = this.passed + ms;
    await this.settled();
    for (
      let timer = this.#timers.at(-1);
      timer !== undefined && timer.at <= until;
      timer = this.#timers.at(-1)
    ) {
      this.passed = Math.max(this.passed, timer.at);
      this.#timers.pop();
      timer.run();
      await this.settled();
    }
    this.passed = until;
  }
}

export class ClockView implements Clock {
  readonly #clock: TortureClock;
  #dead = false;

  constructor(clock: TortureClock) {
    this.#clock = clock;
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#clock.timersOf(this);
  }

  now(): number {
    return this.#clock.now();
  }

  elapsed(): number {
    return this.#clock.elapsed();
  }

  setTimeout(run: () => void, ms: number): Cancel {
    if (this.#dead) return () => {};
    return this.#clock.setTimeout(() => !this.#dead && run(), ms, this);
  }

  /** Its process has died: nothing falls due any more. */
  kill(): void {
    this.#dead = true;
  }
}
