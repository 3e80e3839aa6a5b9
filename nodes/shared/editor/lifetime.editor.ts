/** Ends what a dialog has begun, in whichever way it is closed. */

/** Aborted when the element leaves the page: done, cancelled, deleted, or the editor's own clean-up. */
export function lifetimeOf(element: JQuery): AbortSignal {
  const lifetime = new AbortController();
  if (element.length === 0) lifetime.abort();
  // jQuery UI, which the editor is built on, tells every element that jQuery removes.
  element.one('remove', () => {
    lifetime.abort();
    // Node-RED holds on to the elements of closed dialogs; without this, to what is in ours and listens there, too.
    element.empty();
  });
  return lifetime.signal;
}

/**
 * For what is asked one time after the other. Each call ends what the call before it has begun, and gives the signal for
 * what begins now, if anything does; the last one ends with the dialog.
 */
export function oneByOne(lifetime: AbortSignal): () => AbortSignal {
  let latest = new AbortController();
  lifetime.addEventListener('abort', () => latest.abort());
  return () => {
    latest.abort();
    latest = new AbortController();
    if (lifetime.aborted) latest.abort();
    return latest.signal;
  };
}

/** Of what is finished once it has been begun, whether or not a dialog or the sidebar still shows it. */
export const forEver: AbortSignal = new AbortController().signal;

/** Resolves after so many milliseconds, or at once when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** No wait between two questions is longer. */
const LONGEST_PAUSE = 15_000;

/**
 * Asks again and again until aborted: less and less often while that fails, and not at all while nobody can see the
 * page. `ask` tells whether it went well; it must not throw.
 */
export async function poll(ms: number, signal: AbortSignal, ask: () => Promise<boolean>): Promise<void> {
  let wait = ms;
  while (!signal.aborted) {
    if (document.visibilityState === 'visible') wait = (await ask()) ? ms : Math.min(wait * 2, LONGEST_PAUSE);
    await pause(wait, signal);
  }
}
