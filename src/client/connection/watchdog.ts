/**
 * Silence ends a socket. A peer that vanished without a FIN (cable pulled, NAT entry expired) leaves a socket that
 * looks open for ever; only that nothing at all arrives on it tells.
 */
import type { Cancel, Clock } from '../common/clock';

export interface WatchdogOptions {
  readonly clock: Clock;
  /** Milliseconds without progress that are too many. */
  readonly timeout: number;
  /** Something that changes whenever anything is heard, such as a socket's count of bytes read. */
  readonly progress: () => number;
  /** Called once, no sooner than `timeout` and no later than 1.25 times that after the last progress. */
  readonly silent: () => void;
}

const TICKS = 4;

/**
 * Starts watching; the result ends it.
 *
 * Counts its own ticks instead of comparing times: a message then costs nothing at all, a wall clock set back cannot
 * keep a dead socket alive, and a process that was suspended reads what waits in its sockets before it judges.
 */
export function watch({ clock, timeout, progress, silent }: WatchdogOptions): Cancel {
  let seen = progress();
  let quietTicks = 0;
  let cancel: Cancel;

  const tick = (): void => {
    const now = progress();
    // The first quiet tick may have heard something just after the tick before, so it does not count as a whole one.
    quietTicks = now === seen ? quietTicks + 1 : 0;
    seen = now;
    if (quietTicks >= TICKS) silent();
    else cancel = clock.setTimeout(tick, timeout / TICKS);
  };
  cancel = clock.setTimeout(tick, timeout / TICKS);
  return () => cancel();
}
