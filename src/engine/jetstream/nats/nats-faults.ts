/** What an error of the client for NATS means. Told by names and codes: its classes are in packages loaded late. */

import { messageOf } from '../../../errors';
import { say, type Words } from '../../../sentences';

/** Codes of JetStream's answers. */
const MISSING_CONSUMER = 10014;
const MISSING_STREAM = 10059;
const WRONG_REVISION = 10071;
/** No place to be had for a stream's copies: servers are still on their way back. */
const NO_PEERS = 10005;
/** No room: of the server, of the account, for one more stream; a stream that could not write a message. */
const FULL = new Set<unknown>([10002, 10023, 10028, 10047, 10077]);
const STREAM_EXISTS = 10058;
/** The same of a stream that another engine is just making: its subjects are taken before its name is. */
const SUBJECTS_TAKEN = 10065;

const AWAY = new Set([
  'EngineAway',
  'NoResponders',
  'JetStreamNotEnabled',
  'ConnectionError',
  'ClosedConnectionError',
  'DrainingConnectionError',
]);

export type NatsFault =
  /** Nobody has answered: it may have been done, or not. */
  | 'silent'
  /** Nobody could have: no connection, or no leader. */
  | 'away'
  /** It takes nothing that it would have to keep. */
  | 'full'
  | 'missing consumer'
  | 'missing stream'
  | 'conflict'
  | 'exists'
  /** It will not be done, however often it is asked for. */
  | 'refused';

export function natsFaultOf(error: unknown): NatsFault {
  if (!(error instanceof Error)) return 'refused';
  const { name, cause, code, status } = error as Error & { code?: unknown; status?: unknown };
  if (name === 'TimeoutError') return 'silent';
  if (AWAY.has(name)) return 'away';
  // Whatever ends a request before its answer: no responders, the connection lost or closed.
  if (name === 'RequestError') {
    const reason = cause instanceof Error ? cause.name : '';
    if (reason === 'PermissionViolationError') return 'refused';
    return reason === 'TimeoutError' ? 'silent' : 'away';
  }
  if (code === MISSING_CONSUMER) return 'missing consumer';
  if (code === MISSING_STREAM) return 'missing stream';
  if (code === WRONG_REVISION) return 'conflict';
  if (code === STREAM_EXISTS || code === SUBJECTS_TAKEN) return 'exists';
  if (FULL.has(code)) return 'full';
  // "Not available at the moment", "no leader", "out of resources": a person or time mends it.
  if (status === 503 || code === NO_PEERS) return 'away';
  return 'refused';
}

export function isPassing(error: unknown): boolean {
  const fault = natsFaultOf(error);
  return fault === 'silent' || fault === 'away' || fault === 'full';
}

/** What is wrong with NATS, if not with the request alone. */
export function outageOf(error: unknown, where: string): Words {
  const fault = natsFaultOf(error);
  if (fault === 'silent') return say('nats.silent', { where });
  if (fault === 'full') return say('nats.full', { where, reason: messageOf(error) });
  return say('nats.unready', { where });
}

export function refusalOf(error: unknown, where: string): Words {
  return say('nats.failed', { where, reason: messageOf(error) });
}
