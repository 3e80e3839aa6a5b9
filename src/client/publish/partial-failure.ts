/** One error for a list of messages of which some, or all, were not published. */
import {
  AbortedError,
  ClosedError,
  CredentialsError,
  type ErrorCode,
  ExpiredError,
  type Failure,
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
  StoreError,
  type StreamSeaError,
  TimeoutError,
  withFailures,
} from '../../errors';
import { inList } from '../../protocol/schema/problems';
import { quoted, type Sentence, say, type Words } from '../../sentences';

export type { Failure } from '../../errors';

/** Waits for the ends of all messages of a list; resolves with those that failed. */
export class Ends {
  readonly #failures: Failure[] = [];
  #open: number;
  #resolve = (_failures: readonly Failure[]): void => {};
  readonly all: Promise<readonly Failure[]>;

  constructor(count: number) {
    this.#open = count;
    this.all = new Promise((resolve) => {
      this.#resolve = resolve;
      if (count === 0) resolve([]);
    });
  }

  ended(index: number, error: StreamSeaError | undefined): void {
    if (error !== undefined) this.#failures.push({ index, error });
    this.#open -= 1;
    if (this.#open === 0) this.#resolve(this.#failures);
  }
}

type Plain = new (words: Sentence, options: SayingOptions) => StreamSeaError;

/** The classes that hold no more than their text: a sentence about several messages keeps the class of the first. */
const PLAIN: Partial<Record<ErrorCode, Plain>> = {
  SEA_ABORTED: AbortedError,
  SEA_CLOSED: ClosedError,
  SEA_CREDENTIALS: CredentialsError,
  SEA_EXPIRED: ExpiredError,
  SEA_NETWORK: NetworkError,
  SEA_OFFLINE: OfflineError,
  SEA_PROTOCOL: ProtocolError,
  SEA_PURGED: PurgedError,
  SEA_QUEUE_FULL: QueueFullError,
  SEA_STORE: StoreError,
  SEA_TIMEOUT: TimeoutError,
};

// A sentence for a person, as are the lines below it: who needs the rest finds each in the error's `failures`.
const NAMED_PLACES = 10;
const MAX_LINES = 100;

/** The class and code are those of the earliest failure; the text says which of the messages failed. */
export function partialFailure(stream: string, total: number, failures: readonly Failure[]): StreamSeaError {
  const inOrder = failures.toSorted((a, b) => a.index - b.index);
  const [first] = inOrder;
  if (first === undefined) throw new RangeError('partialFailure needs a failure');
  const { error } = first;
  if (total === 1) return error;

  const sentence = say('payload.some', {
    failed: inOrder.length,
    total,
    stream: quoted(stream),
    places: placesOf(inOrder),
    reason: reasonOf(error),
  });

  return withFailures(wholeOf(sentence, error, inOrder), inOrder);
}

function wholeOf(sentence: Sentence, first: StreamSeaError, failures: readonly Failure[]): StreamSeaError {
  if (first instanceof ReplyError) {
    const { status, retryAfter } = first;
    const lines = failures.slice(0, MAX_LINES);
    const errors = lines.map(({ index, error }) => `[${index}]: ${error.message}`);
    return new ReplyError(sentence, { status, errors, ...(retryAfter !== undefined && { retryAfter }) });
  }
  const Class = PLAIN[first.code];
  if (Class !== undefined) {
    const sent = first.sent === undefined ? {} : { sent: failures.some(({ error }) => error.sent) };
    return new Class(sentence, { cause: first, ...sent });
  }
  return new PayloadError(sentence, failures.slice(0, MAX_LINES).flatMap(problemsOf).slice(0, MAX_LINES));
}

function placesOf(failures: readonly Failure[]): Words {
  const named = failures.slice(0, NAMED_PLACES).map(({ index }) => `[${index}]`);
  const places = named.join(', ');
  const more = failures.length - named.length;
  return more === 0 ? places : say('list.more', { list: places, more });
}

function problemsOf({ index, error }: Failure): Problem[] {
  if (!(error instanceof PayloadError) || error.problems.length === 0) {
    return [{ path: `[${index}]`, message: error.message }];
  }
  return error.problems.map((problem) => inList(problem, index));
}
