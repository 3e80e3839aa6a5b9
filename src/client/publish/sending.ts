/** How the way out does, for whoever watches: one value, from what all lines know and what single ones wait for. */
import type { StreamSeaError } from '../../errors';
import type { HealthState } from './health';

/** What keeps a line from getting through, as only it knows of it. */
export interface Trouble {
  /** Tries in a row that have failed. */
  readonly attempt: number;
  /** When the next one comes, or came, by `Clock.elapsed`. */
  readonly until: number;
  readonly why: StreamSeaError;
}

/** Times are by `Clock.elapsed`; a client tells them in milliseconds since 1970. */
export type SendingState =
  | { readonly name: 'flowing' }
  /** `attempt` tries in a row have failed; the next comes at `until`. */
  | {
      readonly name: 'waiting';
      readonly attempt: number;
      readonly until: number;
      readonly why: StreamSeaError;
    }
  /** The server does not take our credentials. What is to be sent waits; the next try comes at `until`. */
  | { readonly name: 'refused'; readonly until: number; readonly why: StreamSeaError };

export const FLOWING: SendingState = { name: 'flowing' };

/** @param trouble that of the first line to try again. */
export function sendingState(health: HealthState, trouble: Trouble | undefined): SendingState {
  switch (health.name) {
    case 'refused':
      return health;
    case 'away': {
      const { attempt, until, why } = health;
      return { name: 'waiting', attempt, until, why };
    }
    case 'well':
      return trouble === undefined ? FLOWING : { name: 'waiting', ...trouble };
  }
}

/** Whether nothing has changed that somebody would want to know. */
export function sameSending(one: SendingState, other: SendingState): boolean {
  if (one.name === 'flowing' || other.name === 'flowing') return one.name === other.name;
  return one.name === other.name && one.until === other.until && one.why === other.why;
}
