/**
 * Answers on their way out: those of one turn of the event loop leave together, at its end. Each one written at once
 * would wake its client, which has gone to sleep again before the next: much of what a publish cost went into that.
 */

import type { ServerResponse } from 'node:http';
import { JSON_TYPE } from '../listening/bare-answer';

interface Answer {
  readonly response: ServerResponse;
  readonly status: number;
  readonly json: string;
}

export class Answers {
  readonly #onError: (error: unknown) => void;
  #gathered: Answer[] = [];

  /** @param onError told of an answer that could not be made: it costs its own connection, and no other. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** @param json its text; headers that are particular to it are set already. */
  send(response: ServerResponse, status: number, json: string): void {
    if (this.#gathered.push({ response, status, json }) === 1) setImmediate(this.#write);
  }

  readonly #write = (): void => {
    const gathered = this.#gathered;
    this.#gathered = [];
    for (const answer of gathered) {
      try {
        write(answer);
      } catch (error) {
        answer.response.destroy();
        this.#onError(error);
      }
    }
  };
}

function write({ response, status, json }: Answer): void {
  // As a list, which costs less to write than names and values by an object.
  const headers = ['Content-Type', JSON_TYPE, 'X-Content-Type-Options', 'nosniff'];
  // Some hold a secret.
  headers.push('Content-Length', String(Buffer.byteLength(json)), 'Cache-Control', 'no-store');
  // As text it leaves in one piece with the head.
  response.writeHead(status, headers).end(json);
}
