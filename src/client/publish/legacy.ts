/** What a client that retires leaves to its successor: all that is under way, and who is to be told of its end. */
import { ClosedError } from '../../errors';
import { say } from '../../sentences';
import type { OutboxKey, OutboxMessage } from '../outbox/outbox';
import type { Undelivered } from '../receive/subscriptions';
import type { Publication } from './entry';

/** A message that was accepted, and that the server does not have yet. */
export interface Unsent extends OutboxMessage {
  /** None: whoever offered it is gone, as after a restart. */
  readonly publication: Publication | undefined;
  /** Whoever gave it keeps it until it has had its end: kept here as well, it would be two. */
  readonly keptElsewhere?: true;
  /** A process before this one was given it, and is gone: it is older than all that this one has been given. */
  readonly earlierProcess?: true;
}

export interface Legacy {
  /** What the server had delivered, and nobody was told any more. */
  readonly undelivered: Undelivered;
  /** What was to be sent and is kept nowhere else, oldest first. */
  readonly unsent: readonly Unsent[];
  /** Who is to be told of the ends of messages in the outbox: a successor with the same outbox finds those there. */
  readonly kept: ReadonlyMap<OutboxKey, Publication>;
}

/** What is on its way out, as it is being gathered. */
export interface Left {
  readonly unsent: Unsent[];
  readonly kept: Map<OutboxKey, Publication>;
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

/** The end of a message that this process does not send any more. */
export function leftBehind(kept: boolean): ClosedError {
  return new ClosedError(say(kept ? 'closed.kept' : 'closed.unsent'));
}
