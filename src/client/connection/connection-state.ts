/** How the connection stands, for whoever watches: what it is exchanged for, and what is waited for later, is its own affair. */
import type { StreamSeaError } from '../../errors';
import { type Clock, dateOf } from '../common/clock';
import type { SessionState } from './state';

/** How the connection stands. Times are in milliseconds since 1970. */
export type ConnectionState =
  /** Nobody needs it, or it was disconnected by hand. */
  | { readonly name: 'idle' }
  /** `attempt` 1 is the first try. */
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'authenticating'; readonly attempt: number }
  /** `since` outlives exchanges for another connection. `jailId`: where we are, if the server says it. */
  | { readonly name: 'ready'; readonly since: number; readonly jailId?: string }
  /** `attempt` tries in a row have failed; the next comes at `until`. */
  | {
      readonly name: 'waiting';
      readonly attempt: number;
      readonly until: number;
      readonly why: StreamSeaError;
    }
  /** The server does not take our credentials. The next try comes at `until`, or at once on `connect()`. */
  | { readonly name: 'refused'; readonly until: number; readonly why: StreamSeaError }
  | { readonly name: 'closed' };

/** What is told of a session's state, whose moments are those of `Clock.elapsed`: nothing to people. */
export function shown(clock: Clock, state: SessionState): ConnectionState {
  switch (state.name) {
    case 'idle':
    case 'closed':
      return { name: state.name };
    case 'connecting':
    case 'authenticating':
      return { name: state.name, attempt: state.attempt };
    case 'ready': {
      const { name, since, jailId } = state;
      return { name, since: dateOf(clock, since), ...(jailId !== undefined && { jailId }) };
    }
    case 'waiting': {
      const { name, attempt, until, why } = state;
      return { name, attempt, until: dateOf(clock, until), why };
    }
    case 'refused': {
      const { name, until, why } = state;
      return { name, until: dateOf(clock, until), why };
    }
  }
}
