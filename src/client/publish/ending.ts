/** What becomes of messages that are not sent here any more: they have their end, or are left to a successor. */
import { ClosedError, type StreamSeaError } from '../../errors';
import { say } from '../../sentences';
import type { OutboxKey } from '../outbox/outbox';
import type { Entry, Publication } from './entry';
import type { Left, Offered, Unsent } from './unfinished';

export interface Ending {
  /** @param returned by a request that has failed: it is older than all that waited. */
  left(entry: Entry, error: StreamSeaError | undefined, returned: boolean): void;
  /** It is in the outbox. */
  kept(key: OutboxKey, offered: Offered, earlierProcess?: true): void;
}

/** Nobody comes after. */
export function abandoning(end: (publication: Publication, error: ClosedError) => void): Ending {
  return {
    // What was thrown at the end may say more of it.
    left: ({ publication }, error) =>
      end(publication, error instanceof ClosedError ? error : leftBehind(false)),
    kept: (_key, { publication }) => end(publication, leftBehind(true)),
  };
}

/** A successor may. */
export function leaving(left: Left, unsentOf: (entry: Entry) => Unsent): Ending {
  let returnedOnes = 0;
  return {
    left: (entry, _error, returned) => {
      const unsent = unsentOf(entry);
      if (returned) left.unsent.splice(returnedOnes++, 0, unsent);
      else left.unsent.push(unsent);
    },
    // Those of an earlier process have nobody to be told; by that a successor knows them again.
    kept: (key, { publication, since }, earlier) => {
      if (!earlier) left.kept.set(key, { publication, since });
    },
  };
}

/** The end of a message that this process does not send any more. */
export function leftBehind(kept: boolean): ClosedError {
  return new ClosedError(say(kept ? 'closed.kept' : 'closed.unsent'));
}
