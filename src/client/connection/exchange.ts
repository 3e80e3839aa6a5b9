/**
 * There is one link, the present one, except while it is exchanged for another. That happens within `ready`, as nobody is
 * to notice: the other link goes the same way beside it, until everything is subscribed on both.
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
import { type RetryPolicy, waitAfter } from '../common/backoff';
import {
  type Exchange,
  hasOther,
  type LinkEvent,
  type Ready,
  type Refused,
  type SessionState,
} from './state';

/** Tries to have another link beside one that does harm, before that is given up first. */
export const EXCHANGE_TRIES = 5;

export function afterOther(
  state: Ready,
  exchange: Exchange,
  event: LinkEvent,
  policy: RetryPolicy,
): SessionState {
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
      // While one is insisted on, the present link takes what nobody wants from the others of a group: not for an hour.
      const heeded = insist ? undefined : why;
      const until = at + waitAfter(heeded, failures, policy.backoff, random);
      const waiting: Exchange = { name: 'waiting', failures, insist, until, why };
      const rest = restAfter(state, at);
      return withExchange(state, rest === undefined ? waiting : alsoRested(waiting, rest));
    }
  }
}

/** What the loss of the present link leaves behind when another was on its way, or had been refused. */
export function successorOf(
  state: Extract<SessionState, { attempt: number }>,
  attempt: number,
): SessionState | undefined {
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

export function asked(state: Ready, insist: boolean): Exchange {
  const { exchange } = state;
  if (exchange === undefined) return first(state, insist);
  if (exchange.name === 'joining' && !exchange.again) {
    return { ...exchange, insist: exchange.insist || insist, again: true };
  }
  return insist && !exchange.insist ? { ...exchange, insist } : exchange;
}

export function retried(exchange: Exchange | undefined): Exchange | undefined {
  if (exchange === undefined || !('until' in exchange)) return exchange;
  return { name: 'connecting', failures: exchange.failures, insist: exchange.insist };
}

export function followUp(
  state: Ready,
  { again, insist }: Extract<Exchange, { again: boolean }>,
): Exchange | undefined {
  return again ? first(state, insist) : undefined;
}

export function withExchange(state: Ready, exchange: Exchange | undefined): Ready {
  if (exchange === state.exchange) return state;
  const { exchange: _, ...rest } = state;
  return exchange === undefined ? rest : { ...rest, exchange };
}

/** The other link, too, unless it has been let in. */
export function alsoRested(exchange: Exchange | undefined, { until, why }: Refused): Exchange | undefined {
  if (exchange === undefined || exchange.name === 'joining') return exchange;
  if (exchange.name === 'refused' && exchange.until >= until) return exchange;
  return { name: 'refused', failures: exchange.failures, insist: exchange.insist, until, why };
}

export function restAfter(state: SessionState, at: number): Refused | undefined {
  return state.name === 'ready' && state.rest !== undefined && state.rest.until > at ? state.rest : undefined;
}

export function attemptOf(
  state: Extract<SessionState, { attempt: number }>,
  at: number,
  policy: RetryPolicy,
): number {
  return state.name === 'ready' && at - state.since >= policy.stableAfter ? 1 : state.attempt;
}

function first({ rest }: Ready, insist: boolean): Exchange {
  return { ...(rest ?? { name: 'connecting' }), failures: 0, insist };
}
