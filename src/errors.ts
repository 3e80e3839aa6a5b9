/**
 * The error family. Every failure this package reports is a {@link StreamSeaError}: a stable `code` to branch
 * on, `retryable` to say whether trying again can help, and the `cause` beneath. Texts are English sentences
 * fit for a person, and come as data too, to be said in another language; none ever holds a secret, a token or
 * an Authorization header.
 */

import { inEnglish, type Sentence, type Words } from './sentences';

/** What kind of failure it is: one for each class. */
export type ErrorCode =
  | 'SEA_OPTIONS'
  | 'SEA_NETWORK'
  | 'SEA_TIMEOUT'
  | 'SEA_CREDENTIALS'
  | 'SEA_PROTOCOL'
  | 'SEA_SUBSCRIPTION'
  | 'SEA_REPLY'
  | 'SEA_SCHEMA'
  | 'SEA_PAYLOAD'
  | 'SEA_OFFLINE'
  | 'SEA_QUEUE_FULL'
  | 'SEA_EXPIRED'
  | 'SEA_PURGED'
  | 'SEA_STORE'
  | 'SEA_CLOSED'
  | 'SEA_ABORTED'
  | 'SEA_LISTEN';

/** What an error may hold besides its text. */
export interface SayingOptions extends ErrorOptions {
  /** What a text says that is given as one, in a language other than English perhaps. */
  readonly sentence?: Sentence | undefined;
  /** See {@link StreamSeaError.sent}. */
  readonly sent?: boolean | undefined;
}

/** Whatever this package reports is one: `error instanceof StreamSeaError`, then `error.code`. */
export abstract class StreamSeaError extends Error {
  /** To branch on; it stays when texts change. */
  abstract readonly code: ErrorCode;
  /** True when the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean = false;
  /** What `message` says, as data; none when it came as a mere text. */
  declare readonly sentence: Sentence | undefined;
  /**
   * Of a call that was given up, by its signal or its time: true when a request of it had left and was not answered, so
   * that the server may have done it, or do it yet; false when it has not, and never will.
   */
  declare readonly sent?: boolean;
  /** Of a list of messages: those that were not published, in order: the first 1,000 of them. */
  declare readonly failures?: readonly Failure[];
  /** Of a list of messages: how many were not published, in `failures` or not. */
  declare readonly failed?: number;

  constructor(words: string | Sentence, options?: SayingOptions) {
    // Undefined is none: as a property of its own it would be said to be there.
    super(inEnglish(words), options?.cause === undefined ? undefined : options);
    this.name = new.target.name;
    // Not enumerable: as the cause of another error it gets into a flow's `msg.error`, which is to stay texts.
    const value = typeof words === 'string' ? options?.sentence : words;
    Object.defineProperty(this, 'sentence', { value });
    if (options?.sent !== undefined) Object.defineProperty(this, 'sent', { value: options.sent });
  }
}

/** One message of a list that was not published. */
export interface Failure {
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly error: StreamSeaError;
}

/** Failures that an error has: of a list of a million messages, a million of them are of no use, and fill the memory. */
export const MAX_FAILURES = 1_000;

/** Of each failure in `cause`: the error itself has it all. */
const MAX_FAILURE_TEXT = 300;

/** Failures in the text of `cause`, where it has no other. */
const MAX_LINES = 10;

/**
 * The error, with what has failed as data: the errors themselves, and in its cause what flows can use.
 *
 * @param failed how many there are, where not all are given.
 */
export function withFailures(
  error: StreamSeaError,
  given: readonly Failure[],
  failed = given.length,
): StreamSeaError {
  const failures = given.slice(0, MAX_FAILURES);
  const plain = failures.map(({ index, error: { code, message } }) => ({
    index,
    code,
    message: message.slice(0, MAX_FAILURE_TEXT),
  }));
  const isError = error.cause instanceof Error;
  const data = isError ? {} : Object(error.cause);
  const text = String((isError ? Object(error.cause).message : error.cause) ?? '');
  // What says no more than the error does is less than what its messages say.
  const ownText = text === error.message ? '' : text;
  const lines = plain.slice(0, MAX_LINES).map(({ index, message }) => `[${index}]: ${message}`);
  const cause = withText({ ...data, failures: plain, failed }, ownText || lines.join('; '));
  // Not enumerable, as what is said above; a cause never is.
  return Object.defineProperties(error, {
    failures: { value: failures },
    failed: { value: failed },
    cause: { value: cause, writable: true, configurable: true },
  });
}

/** A setting given to the library, a node or the server makes no sense. Fix the setting; nothing was tried. */
export class SettingError extends StreamSeaError {
  // Not SEA_SETTING: to programs these are options, to who fills in a node, settings. Flows branch on it, so it stays.
  readonly code = 'SEA_OPTIONS';
}

/** The network failed: refused, reset, unresolved, untrusted certificate. Not for a server that answered. */
export class NetworkError extends StreamSeaError {
  readonly code = 'SEA_NETWORK';
  override readonly retryable: boolean = true;
}

/** A deadline passed: connect, authenticate, request, subscribe, silence on a live socket; or a call's own, with `sent`. */
export class TimeoutError extends StreamSeaError {
  readonly code = 'SEA_TIMEOUT';
  override readonly retryable: boolean = true;
}

/** The server refused who we are: HTTP 401, or an authentication answered with `success: false`. */
export class CredentialsError extends StreamSeaError {
  readonly code = 'SEA_CREDENTIALS';
}

/** The other side broke the wire contract. Costs at most the connection. */
export class ProtocolError extends StreamSeaError {
  readonly code = 'SEA_PROTOCOL';
  override readonly retryable: boolean = true;
}

/** The server answered a subscribe with `success: false`. */
export class SubscriptionError extends StreamSeaError {
  readonly code = 'SEA_SUBSCRIPTION';
}

/** What a server has answered. */
export interface ReplyDetails {
  /** The HTTP status. */
  status: number;
  /** One line for each thing the payload or the definition did wrong. */
  errors?: readonly string[] | undefined;
  /** Milliseconds the server asked to wait (`Retry-After`). */
  retryAfter?: number | undefined;
}

/** Node-RED's debug sidebar shows a cause by its text alone; an empty one looked like something lost. */
export function withText<Details extends object>(details: Details, text: string): Details {
  return Object.defineProperty(details, 'toString', { value: () => text });
}

const RETRYABLE_STATUS = new Set([408, 425, 429]);

/** Whether what is answered with this status may be tried again (P9). */
export function mayPass(status: number): boolean {
  return status >= 500 || RETRYABLE_STATUS.has(status);
}

/** The server answered an HTTP request with a status other than 200 (401 is a {@link CredentialsError}). */
export class ReplyError extends StreamSeaError {
  readonly code = 'SEA_REPLY';
  readonly status: number;
  readonly errors: readonly string[];
  readonly retryAfter: number | undefined;
  override readonly retryable: boolean;

  constructor(words: string | Sentence, details: ReplyDetails) {
    // Node-RED copies only message, code, stack and cause into msg.error, so what a flow may want is the cause.
    const { status, errors = [] } = details;
    const text = [`status ${status}`, ...(errors.length > 0 ? [errors.join('; ')] : [])].join(': ');
    super(words, { cause: withText({ status, errors }, text) });
    this.status = status;
    this.errors = errors;
    this.retryAfter = details.retryAfter;
    this.retryable = mayPass(status);
  }
}

/** A schema definition that is none. */
export class SchemaError extends StreamSeaError {
  readonly code = 'SEA_SCHEMA';
  /** One line for each mistake, with where it is. */
  readonly errors: readonly string[];
  /** The same as data. */
  readonly mistakes: readonly Sentence[];

  constructor(words: string | Sentence, mistakes: readonly Sentence[] = []) {
    const errors = mistakes.map(inEnglish);
    super(words, { cause: withText({ errors }, errors.join('; ') || inEnglish(words)) });
    this.errors = errors;
    this.mistakes = mistakes;
  }
}

/** One thing wrong with a message. */
export interface Problem {
  /** Where, as a person would write it: `boiler.readings[2].at`; empty for the message itself. */
  path: string;
  /** What it should be: `should be an integer, but is the string "x"`. */
  message: string;
  /** The same as data. */
  sentence?: Sentence | undefined;
}

/** A message that does not follow its stream's schema, or that cannot be written as JSON. It was not sent. */
export class PayloadError extends StreamSeaError {
  readonly code = 'SEA_PAYLOAD';
  readonly problems: readonly Problem[];

  constructor(words: string | Sentence, problems: readonly Problem[] = []) {
    const plain = problems.map(({ path, message }) => ({ path, message }));
    const text = plain.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');
    super(words, { cause: withText({ problems: plain }, text || inEnglish(words)) });
    this.problems = problems;
  }
}

/** Nobody answered just now, or nobody wants to be connected, and the `offline` setting says to refuse rather than queue. */
export class OfflineError extends StreamSeaError {
  readonly code = 'SEA_OFFLINE';
  override readonly retryable: boolean = true;
}

/** The queue holds as many messages as it may: the newest was refused, or the oldest made room for it. */
export class QueueFullError extends StreamSeaError {
  readonly code = 'SEA_QUEUE_FULL';
  override readonly retryable: boolean = true;
}

/** The message waited longer than it may (`maxAge`), and was not sent. */
export class ExpiredError extends StreamSeaError {
  readonly code = 'SEA_EXPIRED';
}

/** Somebody threw away what waited; the message was not sent. */
export class PurgedError extends StreamSeaError {
  readonly code = 'SEA_PURGED';
}

/** What is kept on disk, a client's queue or a server's data, could not be opened, written or read: a full or broken disk, say. */
export class StoreError extends StreamSeaError {
  readonly code = 'SEA_STORE';
}

/** The client was closed before this could finish. */
export class ClosedError extends StreamSeaError {
  readonly code = 'SEA_CLOSED';
}

/**
 * Its caller gave it up, by an AbortSignal; `cause` is the signal's reason (of a list, that of each of its `failures`), and
 * `sent` says what is known.
 */
export class AbortedError extends StreamSeaError {
  readonly code = 'SEA_ABORTED';
}

/** The embedded server could not listen: the port is taken, or the address is not ours. */
export class ListenError extends StreamSeaError {
  readonly code = 'SEA_LISTEN';
  override readonly retryable: boolean = true;
}

/** The text of anything thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return String((thrown instanceof Error && (thrown.message || thrown.name)) || thrown);
  } catch {
    // Somebody else's code may throw what cannot even be written as a text.
    return typeof thrown;
  }
}

/** `ECONNRESET`, or the like; empty when there is none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** What anything thrown says, for a gap in another sentence. */
export function reasonOf(thrown: unknown): Words {
  try {
    if (thrown instanceof StreamSeaError && thrown.sentence !== undefined) return thrown.sentence;
  } catch {
    // As above: a proxy, say.
  }
  return messageOf(thrown);
}
