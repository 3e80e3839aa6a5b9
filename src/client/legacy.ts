/** What a client that retires leaves to its successor: all that is under way, and who is to be told of its end. */
import { leftBehind } from './publish/ending';
import type { Unfinished } from './publish/unfinished';
import type { Undelivered } from './receive/subscriptions';

export interface Legacy extends Unfinished {
  /** What the server had delivered, and nobody was told any more. */
  readonly undelivered: Undelivered;
}

/** What is not named is empty. */
export function legacyOf(some: Partial<Legacy>): Legacy {
  return { undelivered: new Map(), unsent: [], kept: new Map(), ...some };
}

/** Nobody succeeds: each message has its end, which says whether it is kept. */
export function abandon({ unsent, kept }: Legacy): void {
  for (const { publication } of unsent) publication?.ended(leftBehind(false));
  for (const publication of kept.values()) publication.ended(leftBehind(true));
}
