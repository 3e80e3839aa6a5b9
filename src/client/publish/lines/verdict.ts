/** What the failure of a request means for the messages in it: the one place that says what is tried again. */
import {
  ClosedError,
  CredentialsError,
  codeOf,
  ExpiredError,
  messageOf,
  NetworkError,
  PayloadError,
  ProtocolError,
  ReplyError,
  StreamSeaError,
  TimeoutError,
} from '../../../errors';
import { say } from '../../../sentences';

/**
 * `final`: they are at fault, or it is so for all. `again`: it may pass by itself, by somebody's mending the
 * credentials (P9), or with the client that follows the one that closed. `halve`: one of several may be at fault, and halving finds it.
 * `without`: some became too old before it left, and the others go without them.
 */
export type Verdict = 'final' | 'again' | 'halve' | 'without';

export function verdictOn(error: StreamSeaError, messages: number): Verdict {
  if (messages > 1 && error instanceof ReplyError && (error.status === 400 || error.status === 413)) {
    return 'halve';
  }
  if (error instanceof ExpiredError) return 'without';
  const passes = error.retryable || error instanceof CredentialsError || error instanceof ClosedError;
  return passes ? 'again' : 'final';
}

const NEVER_THERE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Whether the server may have what was sent all the same. */
export function leavesDoubt(error: StreamSeaError): boolean {
  if (error instanceof NetworkError) return !NEVER_THERE.has(codeOf(error.cause));
  if (error instanceof ReplyError) return error.status >= 500 && error.status !== 503;
  return error instanceof TimeoutError || error instanceof ProtocolError || error instanceof ClosedError;
}

/** Anything thrown, as an error of our family. What is none is a mistake in this program: trying again would repeat it. */
export function asError(thrown: unknown): StreamSeaError {
  if (thrown instanceof StreamSeaError) return thrown;
  return new PayloadError(say('payload.failed', { reason: messageOf(thrown) }));
}
