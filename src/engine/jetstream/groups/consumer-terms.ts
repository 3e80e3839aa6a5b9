/** What a consumer in NATS is made with, of whatever group: how it hands out, and until when. */

import type { ConsumerConfig } from '@nats-io/jetstream';

/** Nanoseconds of a millisecond: NATS counts in those. */
export const NS = 1_000_000;
/** Milliseconds. */
const LONGEST_QUESTION = 30_000;
/** Entries handed out and not done, by all engines together. */
const MAX_UNDONE = 50_000;

export type ConsumerTerms = Pick<ConsumerConfig, 'ack_wait' | 'inactive_threshold' | 'max_ack_pending'>;

/**
 * @param ackWait milliseconds after which what an engine has, and says nothing of, is given to another
 * @param inactive milliseconds without anybody who asks, after which NATS drops it
 */
export function consumerTerms(ackWait: number, inactive: number): ConsumerTerms {
  return { ack_wait: ackWait * NS, inactive_threshold: inactive * NS, max_ack_pending: MAX_UNDONE };
}

/**
 * Milliseconds that a reader's question for its next entry stands: gone before the time of what it has is over, which it
 * renews each third of that. One that hung, or was cut off, and still asked, was given the first of these again, so that
 * another one had that behind all the rest, and as much later.
 */
export function questionTime(ackWait: number): number {
  return Math.min(LONGEST_QUESTION, ackWait / 2);
}
