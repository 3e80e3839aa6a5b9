/** Tells several who listen: whoever throws keeps none of the others from hearing. */

/**
 * Those that there are as it begins.
 *
 * @throws what the first that threw has thrown, once all have heard.
 */
export function tellAll<Listener>(listeners: Iterable<Listener>, tell: (listener: Listener) => void): void {
  const thrown: unknown[] = [];
  for (const listener of [...listeners]) {
    try {
      tell(listener);
    } catch (error) {
      thrown.push(error);
    }
  }
  if (thrown.length > 0) throw thrown[0];
}
