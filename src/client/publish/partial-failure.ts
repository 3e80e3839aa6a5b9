/** One error for a list of messages of which some, or all, were not published. */
import {
  AbortedError,
  ClosedError,
  CredentialsError,
  type ErrorCode,
  ExpiredError,
  type Failure,
  MAX_FAILURES,
  NetworkError,
  OfflineError,
  PayloadError,
  type Problem,
  ProtocolError,
  PurgedError,
  QueueFullError,
  ReplyError,
  reasonOf,
  type SayingOptions,
  SettingError,
  StoreError,
  type StreamSeaError,
  TimeoutError,
  withFailures,
} from '../../errors';
import { inList } from '../../protocol/schema/problems';
import { quoted, type Sentence, say, type Words } from '../../sentences';
import type { Publication } from './entry';

/** Those of a list that were not published. */
export interface Failed {
  readonly count: number;
  /** The first of them, in order: as many as an error has. */
  readonly first: readonly Failure[];
  /** See `StreamSeaError.sent`: whether the server may have one of them. */
  readonly sent: boolean;
}

/** Waits for the ends of all messages of a list. */
export class Ends {
  #first: Failure[] = [];
  #count = 0;
  #sent = false;
  #open: number;
  #resolve = (_failed: Failed): void => {};
  readonly all: Promise<Failed>;

  constructor(count: number) {
    this.#open = count;
    this.all = new Promise((resolve) => {
      this.#resolve = resolve;
      if (count === 0) this.#end();
    });
  }

  ended(index: number, error: StreamSeaError | undefined): void {
    if (error !== undefined) {
      this.#count += 1;
      this.#sent ||= error.sent === true;
      this.#first.push({ index, error });
      // Not in the order of the list: what is refused at once comes before what was sent.
      if (this.#first.length === 2 * MAX_FAILURES) this.#first = firstOf(this.#first);
    }
    this.#open -= 1;
    if (this.#open === 0) this.#end();
  }

  #end(): void {
    this.#resolve({ count: this.#count, first: firstOf(this.#first), sent: this.#sent });
  }
}

/** One message of a list, told of its end. One object, where a function for each, with what it holds, would be three. */
export class Listed implements Publication {
  readonly #ends: Ends;
  readonly #index: number;

  constructor(ends: Ends, index: number) {
    this.#ends = ends;
    this.#index = index;
  }

  ended(error?: StreamSeaError): void {
    this.#ends.ended(this.#index, error);
  }
}

function firstOf(failures: readonly Failure[]): Failure[] {
  return failures.toSorted((a, b) => a.index - b.index).slice(0, MAX_FAILURES);
}

type Plain = new (words: Sentence, options: SayingOptions) => StreamSeaError;

/** Of a class that holds more than its text, or that no message can end in. */
type OtherCode = 'SEA_REPLY' | 'SEA_PAYLOAD' | 'SEA_SCHEMA' | 'SEA_SUBSCRIPTION' | 'SEA_LISTEN';

/**
 * The classes that hold no more than their text: a sentence about several messages keeps the class of the first. Whole,
 * as one that was missing turned a secret that was missing into messages that were wrong.
 */
const PLAIN: Record<Exclude<ErrorCode, OtherCode>, Plain> & Partial<Record<OtherCode, never>> = {
  SEA_ABORTED: AbortedError,
  SEA_CLOSED: ClosedError,
  SEA_CREDENTIALS: CredentialsError,
  SEA_EXPIRED: ExpiredError,
  SEA_NETWORK: NetworkError,
  SEA_OFFLINE: OfflineError,
  SEA_OPTIONS: SettingError,
  SEA_PROTOCOL: ProtocolError,
  SEA_PURGED: PurgedError,
  SEA_QUEUE_FULL: QueueFullError,
  SEA_STORE: StoreError,
  SEA_TIMEOUT: TimeoutError,
};

// A sentence for a person, as are the lines below it: who needs more finds it in the error's `failures`.
const NAMED_PLACES = 10;
const MAX_LINES = 100;

/** The class and code are those of the earliest failure; the text says which of the messages failed. */
export function partialFailure(stream: string, total: number, failed: Failed): StreamSeaError {
  const [first] = failed.first;
  if (first === undefined) throw new RangeError('partialFailure needs a failure');
  const { error } = first;
  if (total === 1) return error;

  const values = {
    failed: failed.count,
    total,
    stream: quoted(stream),
    places: placesOf(failed),
    reason: reasonOf(error),
  };
  const listed = failed.first.length;
  const sentence =
    listed < failed.count ? say('payload.many', { ...values, listed }) : say('payload.some', values);
  return withFailures(wholeOf(sentence, error, failed), failed.first, failed.count);
}

function wholeOf(sentence: Sentence, first: StreamSeaError, failed: Failed): StreamSeaError {
  const lines = failed.first.slice(0, MAX_LINES);
  if (first instanceof ReplyError) {
    const { status, retryAfter } = first;
    const errors = lines.map(({ index, error }) => `[${index}]: ${error.message}`);
    return new ReplyError(sentence, { status, errors, ...(retryAfter !== undefined && { retryAfter }) });
  }
  const Class = PLAIN[first.code];
  if (Class !== undefined) {
    const sent = first.sent === undefined ? {} : { sent: failed.sent };
    return new Class(sentence, { cause: first, ...sent });
  }
  return new PayloadError(sentence, lines.flatMap(problemsOf).slice(0, MAX_LINES));
}

function placesOf({ first, count }: Failed): Words {
  const named = first.slice(0, NAMED_PLACES).map(({ index }) => `[${index}]`);
  const places = named.join(', ');
  const more = count - named.length;
  return more === 0 ? places : say('list.more', { list: places, more });
}

function problemsOf({ index, error }: Failure): Problem[] {
  if (!(error instanceof PayloadError) || error.problems.length === 0) {
    return [{ path: `[${index}]`, message: error.message }];
  }
  return error.problems.map((problem) => inList(problem, index));
}
