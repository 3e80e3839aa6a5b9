/** One error for a list of messages of which some, or all, were not published. */
import {
  ClosedError,
  CredentialsError,
  type ErrorCode,
  NetworkError,
  OfflineError,
  PayloadError,
  type Problem,
  QueueFullError,
  ReplyError,
  reasonOf,
  StoreError,
  type StreamSeaError,
  TimeoutError,
} from '../errors';
import { quoted, type Sentence, say, type Words } from '../sentences';

export interface Failure {
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly error: StreamSeaError;
}

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

type Plain = new (words: Sentence, options: ErrorOptions) => StreamSeaError;

/** The classes that hold no more than their text: a sentence about several messages keeps the class of the first. */
const PLAIN: Partial<Record<ErrorCode, Plain>> = {
  SEA_CLOSED: ClosedError,
  SEA_CREDENTIALS: CredentialsError,
  SEA_NETWORK: NetworkError,
  SEA_OFFLINE: OfflineError,
  SEA_QUEUE_FULL: QueueFullError,
  SEA_STORE: StoreError,
  SEA_TIMEOUT: TimeoutError,
};

// A sentence for a person: who needs the rest finds every place in the error's `problems` or `errors`.
const NAMED_PLACES = 10;

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

  if (error instanceof ReplyError) {
    const { status, retryAfter } = error;
    const errors = inOrder.map((failure) => `[${failure.index}]: ${failure.error.message}`);
    return new ReplyError(sentence, { status, errors, ...(retryAfter !== undefined && { retryAfter }) });
  }
  const Class = PLAIN[error.code];
  return Class === undefined
    ? new PayloadError(sentence, inOrder.flatMap(problemsOf))
    : new Class(sentence, { cause: error });
}

function placesOf(failures: readonly Failure[]): Words {
  const named = failures.slice(0, NAMED_PLACES).map(({ index }) => `[${index}]`);
  const places = named.join(', ');
  const more = failures.length - named.length;
  return more === 0 ? places : say('payload.more', { places, more });
}

function problemsOf({ index, error }: Failure): Problem[] {
  if (!(error instanceof PayloadError) || error.problems.length === 0) {
    return [{ path: `[${index}]`, message: error.message }];
  }
  return error.problems.map(({ path, message }) => ({
    path: path === '' || path.startsWith('[') ? `[${index}]${path}` : `[${index}].${path}`,
    message,
  }));
}
