/** Waiting with an end. */

import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits so long and no longer, for what may fail. */
export async function atMost(ms: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done.catch(() => {}), late]);
  clearTimeout(timer);
}

/** Waits so long, but not beyond the signal. It keeps no process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Each wait listens, and there may be very many.
  setMaxListeners(0, signal);
  await delay(ms, undefined, { signal, ref: false }).catch(() => {});
}
