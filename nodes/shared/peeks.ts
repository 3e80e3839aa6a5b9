/** Looks at a stream's messages from an open dialog, without a deploy. They end with it, or soon after. */

import type { Client, StreamSeaError } from '../../src/index';
import { settingError, type Translate } from './catalogue';
import { type Said, saidOf } from './sentence.config';

export interface PeekedMessage {
  /** Counts the messages of this look, from 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: unknown;
}

export interface PeekView {
  /** Those after the number asked for; of many, the newest. */
  readonly messages: readonly PeekedMessage[];
  /** All that have come since the look began. */
  readonly count: number;
  readonly state: 'connecting' | 'subscribed' | 'failed';
  /** Why nothing comes. */
  readonly problem?: Said;
}

/** Messages kept for the next question. */
const MAX_MESSAGES = 20;

/** Looks at one server at a time. */
const MAX_PEEKS = 10;

/** Milliseconds without a question after which nobody looks any more: a closed browser says no good-bye. */
const PATIENCE = 10_000;

/**
 * Each look has a connection of its own: nobody can unsubscribe (P29), so on the flows' connection every stream
 * that was ever looked at would go on arriving until the next reconnect.
 */
class Peek {
  readonly stream: string;
  readonly #client: Client;
  #messages: PeekedMessage[] = [];
  #count = 0;
  #subscribed = false;
  #refusal: StreamSeaError | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #expired: () => void;

  constructor(client: Client, stream: string, expired: () => void) {
    this.stream = stream;
    this.#client = client;
    this.#expired = expired;
    client.subscribe(
      stream,
      { type: 'every' },
      {
        message: (message) => this.#add(message),
        error: (error) => {
          this.#refusal = error;
        },
        ready: () => {
          this.#subscribed = true;
          this.#refusal = undefined;
        },
      },
    );
  }

  look(after: number): PeekView {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#expired, PATIENCE);
    const messages = this.#messages.filter(({ number }) => number > after);
    const { state } = this.#client;
    const away = state.name === 'waiting' || state.name === 'refused' ? state.why : undefined;
    const problem = away ?? this.#refusal;
    if (problem !== undefined)
      return { messages, count: this.#count, state: 'failed', problem: saidOf(problem) };
    const subscribed = this.#subscribed && state.name === 'ready';
    return { messages, count: this.#count, state: subscribed ? 'subscribed' : 'connecting' };
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#messages = [];
    await this.#client.close();
  }

  #add(message: unknown): void {
    this.#count += 1;
    this.#messages.push({ number: this.#count, at: Date.now(), message });
    if (this.#messages.length > MAX_MESSAGES) this.#messages.shift();
  }
}

export class Peeks {
  readonly #open: () => Client;
  readonly #t: Translate;
  readonly #peeks = new Map<string, Peek>();
  #closed = false;

  /** @param open a client of its own for each look. */
  constructor(open: () => Client, t: Translate) {
    this.#open = open;
    this.#t = t;
  }

  /**
   * Begins the look of that id, or goes on with it.
   *
   * @param after the number of the last message that is known already.
   * @throws SettingError when too many look, or the server node is closed.
   */
  look(id: string, stream: string, after: number): PeekView {
    let peek = this.#peeks.get(id);
    if (peek !== undefined && peek.stream !== stream) {
      void this.end(id);
      peek = undefined;
    }
    if (peek === undefined) {
      if (this.#closed) throw settingError(this.#t, 'error.nodeClosed');
      if (this.#peeks.size >= MAX_PEEKS) {
        throw settingError(this.#t, 'error.tooManyPeeks', { people: MAX_PEEKS });
      }
      peek = new Peek(this.#open(), stream, () => void this.end(id));
      this.#peeks.set(id, peek);
    }
    return peek.look(after);
  }

  /** Resolves when its connection is closed. */
  async end(id: string): Promise<void> {
    const peek = this.#peeks.get(id);
    this.#peeks.delete(id);
    await peek?.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#peeks.keys()].map((id) => this.end(id)));
  }
}
