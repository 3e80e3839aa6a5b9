/** Why a request is not to leave, asked before each time that it does. */
import type { StreamSeaError } from '../../../errors';
import type { Entry } from '../entry';
import type { Permit } from '../health';

/** @param expired why a message is not to be sent any more, when it has waited for too long. */
export function barOf(
  entries: readonly Entry[],
  permit: Permit,
  expired: (entry: Entry) => StreamSeaError | undefined,
): Permit['barred'] {
  let isAsked = false;
  return () => {
    // Asked once more: a kept socket broke with them. Whether the server had read them nobody knows, whatever comes of this:
    // where it was gone by then, who gave one up was told that it had not been sent.
    if (isAsked) for (const entry of entries) entry.doubtful = true;
    isAsked = true;
    const bar = permit.barred();
    if (bar !== undefined) return bar;
    const old = entries.find((entry) => expired(entry) !== undefined);
    return old && expired(old);
  };
}
