/**
 * Time as a parameter. Whatever in the client waits or asks for the time does it through a {@link Clock}, so that
 * tests hold the hands and every wait can be cancelled.
 */

/** Ends a wait. Calling it twice, or after the wait has ended, does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970. People and NTP set it, forward and back: not for measuring how long something takes. */
  now(): number;
  /** Milliseconds since some moment before: never set, so that a step of the clock ages nothing. */
  elapsed(): number;
  /** Calls `run` once after `ms` milliseconds, unless cancelled. */
  setTimeout(run: () => void, ms: number): Cancel;
}

// Node fires a longer timeout after 1 ms instead: a `Retry-After` of a month would become a busy loop.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_TIMEOUT));
    return () => clearTimeout(timer);
  },
};

/** Waits for what never rejects, so long and no longer. */
export async function within(clock: Clock, ms: number, done: Promise<unknown>): Promise<void> {
  let cancel: Cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  cancel();
}
