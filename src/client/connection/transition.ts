/** What follows what: a pure function of the connection's state and of what happens. */
import { type RetryPolicy, waitAfter } from '../common/backoff';
import {
  afterOther,
  alsoRested,
  asked,
  attemptOf,
  followUp,
  restAfter,
  retried,
  successorOf,
  withExchange,
} from './exchange';
import { type ConnectionEvent, IDLE, type Ready, type Refused, type SessionState } from './state';

const CLOSED: SessionState = { name: 'closed' };
const FIRST: SessionState = { name: 'connecting', attempt: 1 };

/** The state after `event`. An event that means nothing in `state` gives back `state` itself. */
export function transition(state: SessionState, event: ConnectionEvent, policy: RetryPolicy): SessionState {
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
      const until = event.at + waitAfter(event.why, attempt, policy.backoff, event.random);
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

function triedAgain(state: SessionState): SessionState | undefined {
  if (state.name === 'refused') return FIRST;
  return state.name === 'waiting' ? { name: 'connecting', attempt: state.attempt + 1 } : undefined;
}

/** Idle, and what was known of the credentials is not forgotten with the connection. */
function afterReady({ rest, exchange }: Ready): SessionState {
  if (rest !== undefined) return { name: 'idle', left: rest };
  if (exchange?.name !== 'refused') return IDLE;
  return { name: 'idle', left: { name: 'refused', until: exchange.until, why: exchange.why } };
}

function isElsewhere(state: SessionState | undefined): boolean {
  return state?.name === 'refused' && state.elsewhere === true;
}

function rested(state: SessionState, refused: Refused): SessionState {
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

function renewed({ rest: _, ...state }: Ready): Ready {
  return withExchange(state, retried(asked(state, false)));
}

function withoutRest(state: SessionState): SessionState {
  if (state.name !== 'ready') return state;
  const { rest, ...ready } = state;
  const exchange = state.exchange?.name === 'refused' ? retried(state.exchange) : state.exchange;
  return withExchange(rest === undefined ? state : ready, exchange);
}
