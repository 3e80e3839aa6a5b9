/**
 * The connection's state: one value that carries its data. What follows what is in `transition.ts`.
 *
 *     idle --connect--> connecting --opened--> authenticating --authenticated--> ready
 *     connecting | authenticating | ready --failed--> waiting --retry--> connecting
 *     connecting | authenticating --refused--> refused --retry--> connecting
 *     waiting | connecting | authenticating --rest (requests were refused)--> refused --lift--> connecting
 *     any --disconnect--> idle --want--> what it was waiting for, else connecting        any --close--> closed (final)
 */
import type { StreamSeaError } from '../../errors';

/** Times are by `Clock.elapsed`. */
export type SessionState =
  /** `left`: the wait that nobody needed any more; it is gone on with, so that who comes and goes cuts none short. */
  | { readonly name: 'idle'; readonly left?: Waiting | Refused }
  /** `attempt` 1 is the first try. */
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'authenticating'; readonly attempt: number }
  /** `since` outlives exchanges; `exchange`: one is under way. */
  | {
      readonly name: 'ready';
      readonly attempt: number;
      readonly since: number;
      readonly jailId?: string;
      readonly exchange?: Exchange;
      /** What follows it: requests have been refused with the credentials that it has shown. */
      readonly rest?: Refused;
    }
  | Waiting
  | Refused
  | { readonly name: 'closed' };

/** `attempt` tries in a row have failed; the next comes at `until`. */
export interface Waiting {
  readonly name: 'waiting';
  readonly attempt: number;
  readonly until: number;
  readonly why: StreamSeaError;
}

/** The server knows us not. The next try comes at `until`, or at once on `connect()`. */
export interface Refused {
  readonly name: 'refused';
  readonly until: number;
  readonly why: StreamSeaError;
  /** Requests were refused, not the socket: once they are accepted, the socket is tried. */
  readonly elsewhere?: true;
}

/** How far the link has come that is to follow a ready one. */
export type Exchange = {
  /** Tries that have failed in a row. */
  readonly failures: number;
  /** The present link does harm. */
  readonly insist: boolean;
} & (
  | { readonly name: 'connecting' | 'authenticating' }
  /** `again`: what an exchange was asked for since may have come too late for this one. */
  | { readonly name: 'joining'; readonly again: boolean }
  | { readonly name: 'waiting' | 'refused'; readonly until: number; readonly why: StreamSeaError }
);

/** What becomes of a link. */
export type LinkEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'authenticated'; readonly at: number; readonly jailId?: string }
  /** `random`: 0 or more, below 1; drawn by the caller, so that this file stays pure. */
  | { readonly type: 'failed'; readonly at: number; readonly why: StreamSeaError; readonly random: number }
  | { readonly type: 'refused'; readonly at: number; readonly why: StreamSeaError };

export type ConnectionEvent =
  /** By hand: at once. */
  | { readonly type: 'connect' }
  /** Somebody has come to need it. */
  | { readonly type: 'want'; readonly at: number }
  /** The credentials were refused, or accepted, elsewhere. */
  | { readonly type: 'rest'; readonly why: StreamSeaError; readonly until: number }
  | { readonly type: 'lift' }
  /** There are other credentials: what was known of those before is over. */
  | { readonly type: 'renewed' }
  /** Of the present link. */
  | LinkEvent
  /** Of the other one. */
  | { readonly type: 'other'; readonly event: LinkEvent }
  | { readonly type: 'retry' }
  /** The connection is to be exchanged for a new one, through nobody's fault. */
  | { readonly type: 'exchange'; readonly insist: boolean }
  /** The other link carries all that the present one does. */
  | { readonly type: 'joined' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'close' };

export type Ready = Extract<SessionState, { name: 'ready' }>;

export const IDLE: SessionState = { name: 'idle' };

/** Whether there is another link beside the present one, or is to be as soon as the sockets allow it. */
export function hasOther(state: SessionState): boolean {
  return state.name === 'ready' && state.exchange !== undefined && !('until' in state.exchange);
}

/** When `retry` is due. */
export function retryAt(state: SessionState): number | undefined {
  const wait = state.name === 'ready' ? state.exchange : state;
  return wait !== undefined && 'until' in wait ? wait.until : undefined;
}
