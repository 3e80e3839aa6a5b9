/**
 * The connection's state: one value that carries its data, and the pure function that says what follows what.
 *
 *     idle --connect--> connecting --opened--> authenticating --authenticated--> ready
 *     connecting | authenticating | ready --failed--> waiting --retry--> connecting
 *     connecting | authenticating --refused--> refused --retry--> connecting
 *     waiting | connecting | authenticating --rest (requests were refused)--> refused --lift--> connecting
 *     any --disconnect--> idle --want--> what it was waiting for, else connecting        any --close--> closed (final)
 *
 * There is one link, the present one, except while it is exchanged for another. That happens within `ready`, as
 * nobody is to notice: the other link goes the same way beside it, until everything is subscribed on both.
 *
 *     --exchange--> connecting --opened--> authenticating --authenticated--> joining --joined--> (over)
 *     connecting | authenticating | joining --failed--> waiting --retry--> connecting
 *     connecting | authenticating --refused--> refused --retry--> connecting
 *
 * Who goes when:
 * - `joined`: the other link is the present one now, and the one before is drained.
 * - The other one fails: it goes, and the present one stays. One that does harm (`insist`) is given up after
 *   {@link EXCHANGE_TRIES} all the same, for `connecting`: a server or a proxy may allow no two. But not while the
 *   credentials are refused, as then there would be none.
 * - The present one fails: the other one is the present one, as far as it has come.
 * - `disconnect`, `close`: both go.
 */
import type { StreamSeaError } from '../../errors';
import { backoffDelay, type RetryPolicy } from '../common/backoff';

/** Times are by `Clock.elapsed`; a client tells its `until` and `since` in milliseconds since 1970. */
export type ConnectionState =
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

/** Tries to have another link beside one that does harm, before that is given up first. */
export const EXCHANGE_TRIES = 5;

export const IDLE: ConnectionState = { name: 'idle' };
const CLOSED: ConnectionState = { name: 'closed' };
const FIRST: ConnectionState = { name: 'connecting', attempt: 1 };

type Ready = Extract<ConnectionState, { name: 'ready' }>;

/** Whether there is another link beside the present one, or is to be as soon as the sockets allow it. */
export function hasOther(state: ConnectionState): boolean {
  return state.name === 'ready' && state.exchange !== undefined && !('until' in state.exchange);
}

/** When `retry` is due. */
export function retryAt(state: ConnectionState): number | undefined {
  const wait = state.name === 'ready' ? state.exchange : state;
  return wait !== undefined && 'until' in wait ? wait.until : undefined;
}

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
      if (state.name === 'waiting' || state.name === 'refused') return { name: 'idle', left: state };
      if (state.name === 'idle') return state;
      return state.name === 'ready' ? afterReady(state) : IDLE;
    case 'connect':
      return state.name === 'idle' ? FIRST : (triedAgain(state) ?? withoutRest(state));
    case 'want':
      if (state.name !== 'idle') return state;
      if (state.left === undefined) return FIRST;
      return state.left.until > event.at ? state.left : (triedAgain(state.left) ?? FIRST);
    case 'retry':
      if (state.name === 'ready') return withExchange(state, retried(state.exchange));
      return triedAgain(state) ?? state;
    case 'rest':
      return rested(state, { name: 'refused', until: event.until, why: event.why, elsewhere: true });
    case 'lift':
      if (state.name === 'idle') return isElsewhere(state.left) ? IDLE : state;
      return isElsewhere(state) ? FIRST : withoutRest(state);
    case 'renewed':
      if (state.name === 'idle') return IDLE;
      return state.name === 'ready' ? renewed(state) : (triedAgain(state) ?? state);
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
    case 'failed': {
      if (state.name !== 'connecting' && state.name !== 'authenticating' && state.name !== 'ready')
        return state;
      const attempt = attemptOf(state, event.at, policy);
      const until = event.at + backoffDelay(attempt, policy.backoff, event.random);
      const waiting =
        restAfter(state, event.at) ?? ({ name: 'waiting', attempt, until, why: event.why } as const);
      return successorOf(state, attempt) ?? waiting;
    }
    case 'exchange':
      return state.name === 'ready' ? withExchange(state, asked(state, event.insist)) : state;
    case 'other':
      return state.name === 'ready' && state.exchange !== undefined
        ? afterOther(state, state.exchange, event.event, policy)
        : state;
    case 'joined':
      if (state.name !== 'ready' || state.exchange?.name !== 'joining') return state;
      return withExchange(state, followUp(state, state.exchange));
  }
}

function triedAgain(state: ConnectionState): ConnectionState | undefined {
  if (state.name === 'refused') return FIRST;
  return state.name === 'waiting' ? { name: 'connecting', attempt: state.attempt + 1 } : undefined;
}

/** Idle, and what was known of the credentials is not forgotten with the connection. */
function afterReady({ rest, exchange }: Ready): ConnectionState {
  if (rest !== undefined) return { name: 'idle', left: rest };
  if (exchange?.name !== 'refused') return IDLE;
  return { name: 'idle', left: { name: 'refused', until: exchange.until, why: exchange.why } };
}

function isElsewhere(state: ConnectionState | undefined): boolean {
  return state?.name === 'refused' && state.elsewhere === true;
}

function rested(state: ConnectionState, refused: Refused): ConnectionState {
  switch (state.name) {
    case 'idle':
      return { name: 'idle', left: refused };
    case 'connecting':
    case 'authenticating':
    case 'waiting':
      return refused;
    case 'refused':
      if (refused.until <= state.until) return state;
      return state.elsewhere ? refused : { ...state, until: refused.until, why: refused.why };
    // It has been let in, and goes on; what comes after it would not be.
    case 'ready':
      return { ...withExchange(state, alsoRested(state.exchange, refused)), rest: refused };
    default:
      return state;
  }
}

/** The other link, too, unless it has been let in. */
function alsoRested(exchange: Exchange | undefined, { until, why }: Refused): Exchange | undefined {
  if (exchange === undefined || exchange.name === 'joining') return exchange;
  if (exchange.name === 'refused' && exchange.until >= until) return exchange;
  return { name: 'refused', failures: exchange.failures, insist: exchange.insist, until, why };
}

function restAfter(state: ConnectionState, at: number): Refused | undefined {
  return state.name === 'ready' && state.rest !== undefined && state.rest.until > at ? state.rest : undefined;
}

function renewed({ rest: _, ...state }: Ready): Ready {
  return withExchange(state, retried(asked(state, false)));
}

function withoutRest(state: ConnectionState): ConnectionState {
  if (state.name !== 'ready') return state;
  const { rest, ...ready } = state;
  const exchange = state.exchange?.name === 'refused' ? retried(state.exchange) : state.exchange;
  return withExchange(rest === undefined ? state : ready, exchange);
}

function afterOther(
  state: Ready,
  exchange: Exchange,
  event: LinkEvent,
  policy: RetryPolicy,
): ConnectionState {
  const { insist } = exchange;
  switch (event.type) {
    case 'opened':
      if (exchange.name !== 'connecting') return state;
      return withExchange(state, { ...exchange, name: 'authenticating' });
    case 'authenticated':
      if (exchange.name !== 'authenticating') return state;
      return withExchange(state, { ...exchange, name: 'joining', again: false });
    case 'refused': {
      if (exchange.name !== 'connecting' && exchange.name !== 'authenticating') return state;
      const { at, why } = event;
      const { failures } = exchange;
      return withExchange(state, { name: 'refused', failures, insist, until: at + policy.refusedFor, why });
    }
    case 'failed': {
      if (!hasOther(state)) return state;
      const { at, why, random } = event;
      const failures = exchange.failures + 1;
      if (insist && failures >= EXCHANGE_TRIES && state.rest === undefined) {
        return { name: 'connecting', attempt: attemptOf(state, at, policy) };
      }
      const until = at + backoffDelay(failures, policy.backoff, random);
      const waiting: Exchange = { name: 'waiting', failures, insist, until, why };
      const rest = restAfter(state, at);
      return withExchange(state, rest === undefined ? waiting : alsoRested(waiting, rest));
    }
  }
}

/** What the loss of the present link leaves behind when another was on its way, or had been refused. */
function successorOf(
  state: Extract<ConnectionState, { attempt: number }>,
  attempt: number,
): ConnectionState | undefined {
  if (state.name !== 'ready') return undefined;
  const { exchange } = state;
  switch (exchange?.name) {
    case 'connecting':
    case 'authenticating':
      return { name: exchange.name, attempt: attempt + 1 };
    case 'joining':
      return withExchange(state, followUp(state, exchange));
    case 'refused':
      return { name: 'refused', until: exchange.until, why: exchange.why };
    default:
      return undefined;
  }
}

function first({ rest }: Ready, insist: boolean): Exchange {
  return { ...(rest ?? { name: 'connecting' }), failures: 0, insist };
}

function asked(state: Ready, insist: boolean): Exchange {
  const { exchange } = state;
  if (exchange === undefined) return first(state, insist);
  if (exchange.name === 'joining' && !exchange.again) {
    return { ...exchange, insist: exchange.insist || insist, again: true };
  }
  return insist && !exchange.insist ? { ...exchange, insist } : exchange;
}

function retried(exchange: Exchange | undefined): Exchange | undefined {
  if (exchange === undefined || !('until' in exchange)) return exchange;
  return { name: 'connecting', failures: exchange.failures, insist: exchange.insist };
}

function followUp(
  state: Ready,
  { again, insist }: Extract<Exchange, { again: boolean }>,
): Exchange | undefined {
  return again ? first(state, insist) : undefined;
}

function withExchange(state: Ready, exchange: Exchange | undefined): Ready {
  if (exchange === state.exchange) return state;
  const { exchange: _, ...rest } = state;
  return exchange === undefined ? rest : { ...rest, exchange };
}

function attemptOf(
  state: Extract<ConnectionState, { attempt: number }>,
  at: number,
  policy: RetryPolicy,
): number {
  return state.name === 'ready' && at - state.since >= policy.stableAfter ? 1 : state.attempt;
}
