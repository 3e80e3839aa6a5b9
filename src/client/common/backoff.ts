/** How long to wait before trying again: doubling, bounded, with full jitter. */
import { ReplyError } from '../../errors';

export interface Backoff {
  /** The longest first wait, in milliseconds. */
  readonly first: number;
  /** No wait is longer than this, in milliseconds. */
  readonly max: number;
}

/** 1 s, doubling to 60 s. */
export const DEFAULT_BACKOFF: Backoff = { first: 1_000, max: 60_000 };

/** All in milliseconds. */
export interface RetryPolicy {
  readonly backoff: Backoff;
  /**
   * A connection that was ready for this long wipes out the failures before it. Not at once: a proxy that accepts,
   * lets us in and then drops us would otherwise be hammered once a second for ever.
   */
  readonly stableAfter: number;
  /** How long refused credentials rest: trying them again every second locks accounts. */
  readonly refusedFor: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  backoff: DEFAULT_BACKOFF,
  stableAfter: 30_000,
  refusedFor: 300_000,
};

/** A server's clock may be wrong by years, and a `Retry-After` date with it. */
const LONGEST_ASKED = 3_600_000;

/** Milliseconds that the server has asked to wait for, which nothing cuts short; 0 where it has not. */
export function askedWait(why: unknown): number {
  const asked = why instanceof ReplyError ? why.retryAfter : undefined;
  return Math.min(asked ?? 0, LONGEST_ASKED);
}

/** The wait after the last of so many failures: no shorter than the server has asked for. */
export function waitAfter(why: unknown, failures: number, backoff: Backoff, random: number): number {
  return Math.max(backoffDelay(failures, backoff, random), askedWait(why));
}

/**
 * The wait after `failures` failures in a row (1 or more), in milliseconds. `random` is 0 or more and below 1.
 *
 * Full jitter (anything from nothing to the bound), because a thousand gateways that lost the same server must not
 * come back in step.
 */
export function backoffDelay(failures: number, backoff: Backoff, random: number): number {
  const bound = Math.min(backoff.max, backoff.first * 2 ** (Math.max(1, failures) - 1));
  return Math.floor(random * bound);
}
