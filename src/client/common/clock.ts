/**
 * Time as a parameter. Whatever in the client waits or asks for the time does it through a {@link Clock}, so that
 * tests hold the hands and every wait can be cancelled.
 */

/** Ends a wait. Calling it twice, or after the wait has ended, does nothing. */
export type Cancel = () => void;

/** Time, as a parameter. */
export interface Clock {
  /** Milliseconds since 1970. People and NTP set it, forward and back: not for measuring how long something takes. */
  now(): number;
  /** Milliseconds since some moment before: never set, so that a step of the clock ages nothing. */
  elapsed(): number;
  /** The same for who asks for each message, from no earlier than the turn of the event loop before. Absent: `elapsed`. */
  recently?(): number;
  /** `now` when `elapsed` was 0, as the clock is set in this turn; for who asks for each message. Absent: their difference. */
  origin?(): number;
  /** Calls `run` once after `ms` milliseconds, unless cancelled. */
  setTimeout(run: () => void, ms: number): Cancel;
}

// Node fires a longer timeout after 1 ms instead: a `Retry-After` of a month would become a busy loop.
export const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** `read`, but once in a turn of the event loop: there are machines on which asking for the time takes longer than most else. */
export function oncePerTurn(read: () => number): () => number {
  let known: number | undefined;
  const forget = (): void => {
    known = undefined;
  };
  return () => {
    if (known === undefined) {
      known = read();
      setImmediate(forget);
    }
    return known;
  };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  recently: oncePerTurn(() => performance.now()),
  origin: oncePerTurn(() => Date.now() - performance.now()),
  setTimeout(run, ms) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_TIMEOUT));
    return () => clearTimeout(timer);
  },
};

/** A moment of `Clock.elapsed` in milliseconds since 1970, as the clock is set now. */
export function dateOf(clock: Clock, at: number): number {
  return Math.round(at + (clock.origin?.() ?? clock.now() - clock.elapsed()));
}

/** What people are told of a state: its moments are those of `Clock.elapsed`, which is nothing to them. */
export function dated<State extends object>(clock: Clock, state: State): State {
  const { until }: { until?: number } = state;
  return until === undefined ? state : { ...state, until: dateOf(clock, until) };
}

/**
 * Waits for what never rejects, so long and no longer. By a clock, which tests of the client hold; an engine has no such
 * one, and its `within` passes on what was rejected.
 */
export async function within(clock: Clock, ms: number, done: Promise<unknown>): Promise<void> {
  let cancel: Cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  cancel();
}
