/** A connection's state after some events, and the events that most tests of it begin with. */

import { DEFAULT_RETRY_POLICY } from '../../../src/client/common/backoff';
import {
  type ConnectionEvent,
  IDLE,
  type LinkEvent,
  type SessionState,
} from '../../../src/client/connection/state';
import { transition } from '../../../src/client/connection/transition';
import { CredentialsError, NetworkError } from '../../../src/errors';

export const why = new NetworkError('gone');
export const refusal = new CredentialsError('no');

export function run(events: readonly ConnectionEvent[], from: SessionState = IDLE): SessionState {
  return events.reduce((state, event) => transition(state, event, DEFAULT_RETRY_POLICY), from);
}

export const ready: ConnectionEvent[] = [
  { type: 'connect' },
  { type: 'opened' },
  { type: 'authenticated', at: 1_000, jailId: 'works' },
];
export const failed = (at: number, random = 0.5): LinkEvent => ({ type: 'failed', at, why, random });
