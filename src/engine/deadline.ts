/** Waiting with an end, in engines and by the server that has one. */

import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds: an engine that hangs must not keep the server from closing, nor from saying why it cannot start. */
export const ENGINE_CLOSE_TIMEOUT = 1_000;

/** Milliseconds: a longer setTimeout would fire at once. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * Waits so long, and no longer. Not the client's: neither may import the other, and that one goes by the client's clock.
 *
 * @throws (rejects with) what it waits for does, within that time.
 */
export async function within(ms: number, done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits so long, but not beyond the signal. It keeps no process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Each wait listens, and there may be very many.
  setMaxListeners(0, signal);
  await delay(ms, undefined, { signal, ref: false }).catch(() => {});
}
