/**
 * The connection's state: one value that carries its data, and the pure function that says what follows what.
 *
 *     idle --connect--> connecting --opened--> authenticating --authenticated--> ready
 *     connecting | authenticating | ready --failed--> waiting --retry--> connecting
 *     connecting | authenticating --refused--> refused --retry--> connecting
 *     ready --reopen--> connecting        any --disconnect--> idle        any --close--> closed (final)
 */
import type { StreamSeaError } from '../errors';
import { type Backoff, backoffDelay, DEFAULT_BACKOFF } from './backoff';

/** Times are milliseconds since 1970. */
export type ConnectionState =
  | { readonly name: 'idle' }
  /** `attempt` 1 is the first try. */
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'authenticating'; readonly attempt: number }
  | { readonly name: 'ready'; readonly attempt: number; readonly since: number; readonly jailId?: string }
  /** `attempt` tries in a row have failed; the next comes at `until`. */
  | {
      readonly name: 'waiting';
      readonly attempt: number;
      readonly until: number;
      readonly why: StreamSeaError;
    }
  /** The server knows us not. The next try comes at `until`, or at once on `connect()`. */
  | { readonly name: 'refused'; readonly until: number; readonly why: StreamSeaError }
  | { readonly name: 'closed' };

export type ConnectionEvent =
  | { readonly type: 'connect' }
  | { readonly type: 'opened' }
  | { readonly type: 'authenticated'; readonly at: number; readonly jailId?: string }
  /** `random`: 0 or more, below 1; drawn by the caller, so that this file stays pure. */
  | { readonly type: 'failed'; readonly at: number; readonly why: StreamSeaError; readonly random: number }
  | { readonly type: 'refused'; readonly at: number; readonly why: StreamSeaError }
  | { readonly type: 'retry' }
  /** The connection is to be exchanged for a new one, through nobody's fault. */
  | { readonly type: 'reopen'; readonly at: number }
  | { readonly type: 'disconnect' }
  | { readonly type: 'close' };

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

export const IDLE: ConnectionState = { name: 'idle' };
const CLOSED: ConnectionState = { name: 'closed' };

/** The state after `event`. An event that means nothing in `state` gives back `state` itself. */
export function transition(
  state: ConnectionState,
  event: ConnectionEvent,
  policy: RetryPolicy,
): ConnectionState {
  if (state.name === 'closed') return state;
  switch (event.type) {
    case 'close':
      return CLOSED;
    case 'disconnect':
      return state.name === 'idle' ? state : IDLE;
    case 'connect':
      if (state.name === 'idle' || state.name === 'refused') return { name: 'connecting', attempt: 1 };
      return state.name === 'waiting' ? { name: 'connecting', attempt: state.attempt + 1 } : state;
    case 'retry':
      if (state.name === 'refused') return { name: 'connecting', attempt: 1 };
      return state.name === 'waiting' ? { name: 'connecting', attempt: state.attempt + 1 } : state;
    case 'opened':
      return state.name === 'connecting' ? { name: 'authenticating', attempt: state.attempt } : state;
    case 'authenticated': {
      if (state.name !== 'authenticating') return state;
      const jail = event.jailId === undefined ? {} : { jailId: event.jailId };
      return { name: 'ready', attempt: state.attempt, since: event.at, ...jail };
    }
    case 'refused':
      if (state.name !== 'connecting' && state.name !== 'authenticating') return state;
      return { name: 'refused', until: event.at + policy.refusedFor, why: event.why };
    case 'reopen':
      if (state.name !== 'ready') return state;
      return { name: 'connecting', attempt: attemptOf(state, event.at, policy) };
    case 'failed': {
      if (state.name !== 'connecting' && state.name !== 'authenticating' && state.name !== 'ready')
        return state;
      const attempt = attemptOf(state, event.at, policy);
      const until = event.at + backoffDelay(attempt, policy.backoff, event.random);
      return { name: 'waiting', attempt, until, why: event.why };
    }
  }
}

function attemptOf(
  state: Extract<ConnectionState, { attempt: number }>,
  at: number,
  policy: RetryPolicy,
): number {
  return state.name === 'ready' && at - state.since >= policy.stableAfter ? 1 : state.attempt;
}
