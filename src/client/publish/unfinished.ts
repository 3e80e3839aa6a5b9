/** Messages that a client has accepted and does not send any more, as its successor gets them. */
import type { OutboxKey, OutboxMessage } from '../outbox/outbox';
import type { Publication } from './entry';

/** A message that was accepted, and that the server does not have yet. */
export interface Unsent extends OutboxMessage {
  /**
   * When this process was given it, by `Clock.elapsed`: by `at`, which people's clock has given, one that was set forward an
   * hour over two deploys had all that waited expire. None: only `at` is known.
   */
  readonly since?: number;
  /** None: whoever offered it is gone, as after a restart. */
  readonly publication: Publication | undefined;
  /** Whoever gave it keeps it until it has had its end: kept here as well, it would be two. */
  readonly keptElsewhere?: true;
  /** A process before this one was given it, and is gone: it is older than all that this one has been given. */
  readonly earlierProcess?: true;
}

/** Of a message that is in an outbox, what is only known here: who is to be told of its end, and `Unsent.since`. */
export interface Offered {
  readonly publication: Publication;
  readonly since: number;
}

/** What was on its way out, as a successor gets it. */
export interface Unfinished {
  /** What was to be sent and is kept nowhere else, oldest first. */
  readonly unsent: readonly Unsent[];
  /** Who has offered messages that are in the outbox: a successor with the same outbox finds those there. */
  readonly kept: ReadonlyMap<OutboxKey, Offered>;
}

/** The same, as it is being gathered. */
export interface Left extends Unfinished {
  readonly unsent: Unsent[];
  readonly kept: Map<OutboxKey, Offered>;
}
