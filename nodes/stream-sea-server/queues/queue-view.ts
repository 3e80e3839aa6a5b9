/** What waits in a queue, as the editor shows it. */

import type { StoredMessage } from '../../../src/client/outbox/outbox';
import type { Unsent } from '../../../src/client/publish/unfinished';
import type { QueueReport } from '../../shared/wire/api';

/** Messages that are shown of each. */
export const SHOWN = 5;
/** Characters that are shown of a message. */
const MAX_TEXT = 200;

/** As it is shown: the first ones, cut. */
export function viewOf(messages: readonly (StoredMessage | Unsent)[]): QueueReport {
  // In the order of their streams, perhaps; the first one is the oldest of its own.
  const oldest = messages.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return {
    count: messages.length,
    ...(Number.isFinite(oldest) && { oldestAt: oldest }),
    first: messages.slice(0, SHOWN).map(shown),
  };
}

/** A text is JSON of any length. When it was accepted, an older release did not write down. */
export function shown({ stream, at, text }: Pick<Unsent, 'stream' | 'at' | 'text'>): QueueReport['first'][0] {
  const isLong = text.length > MAX_TEXT;
  return {
    stream,
    ...(Number.isFinite(at) && { at }),
    text: isLong ? `${text.slice(0, MAX_TEXT)}...` : text,
  };
}

/** Of two of one queue. */
export function sum(one: QueueReport, other: QueueReport): QueueReport {
  const oldest = Math.min(
    one.oldestAt ?? Number.POSITIVE_INFINITY,
    other.oldestAt ?? Number.POSITIVE_INFINITY,
  );
  return {
    count: one.count + other.count,
    ...(Number.isFinite(oldest) && { oldestAt: oldest }),
    first: [...one.first, ...other.first].slice(0, SHOWN),
    ...(one.unread && { unread: one.unread }),
  };
}
