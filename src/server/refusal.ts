/**
 * What the server says when it will not do what was asked. Thrown inside `src/server` only: the HTTP API turns it
 * into a status and an error body, the WebSocket API into an answer. It is no failure of the server itself.
 */

import type { ErrorBody } from '../protocol/http/reply-error';
import { shortened } from '../protocol/schema/problems';

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 426 | 500 | 503;

/** Characters of a text: it may quote what was sent. And lines, of which the last may say how many more there are. */
const MAX_TEXT = 1_000;
const MAX_LINES = 101;

export class Refusal extends Error {
  readonly status: RefusalStatus;
  /** One line for each thing a payload or a definition did wrong. */
  readonly errors: readonly string[];
  /** Seconds after which trying again may help; undefined: nobody knows, or never. */
  readonly retryAfter: number | undefined;

  constructor(status: RefusalStatus, message: string, errors: readonly string[] = [], retryAfter?: number) {
    super(shortened(message, MAX_TEXT));
    this.name = 'Refusal';
    this.status = status;
    this.errors = errors.slice(0, MAX_LINES).map((line) => shortened(line, MAX_TEXT));
    this.retryAfter = retryAfter;
  }

  /** `errors` is left out where there are none, as existing servers do. */
  get body(): ErrorBody {
    return this.errors.length === 0
      ? { message: this.message }
      : { message: this.message, errors: [...this.errors] };
  }
}
