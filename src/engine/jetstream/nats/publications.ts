/**
 * Messages on their way into JetStream, many at once: answers to all of them come to one inbox, as the client in Go has it
 * (`PublishAsync`). The client for Node.js makes a request of each, with a timer, several promises and an error with its
 * stack, which was much of what a gateway did.
 */

import type { ApiError } from '@nats-io/jetstream';
import type { NatsConnection as Connection, Msg, Subscription } from '@nats-io/transport-node';
import type { NatsPackages } from './nats-packages';

export interface Publishing {
  /** By which NATS knows a message that is sent again. */
  readonly id: string;
  /** Milliseconds until it counts as not answered. */
  readonly timeout: number;
}

/** Milliseconds between two looks at who has waited for too long. */
const LOOK = 100;

/** What is said of a subject that nobody listens to. */
const NO_RESPONDERS = 503;

/** One that is not answered yet. Holds nothing of the message, which may be large. */
interface Unanswered {
  readonly subject: string;
  /** By `performance.now`. */
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Publications {
  readonly #connection: Connection;
  readonly #packages: NatsPackages;
  readonly #inbox: string;
  readonly #unanswered = new Map<string, Unanswered>();
  #answers: Subscription | undefined;
  #looking: NodeJS.Timeout | undefined;
  #last = 0;

  constructor(connection: Connection, packages: NatsPackages) {
    this.#connection = connection;
    this.#packages = packages;
    this.#inbox = `${packages.transport.createInbox()}.`;
    // The client tells a subscription nothing of it: what is published while it closes would wait, and its interval run.
    void connection.closed().then(() => this.end(new packages.transport.errors.ClosedConnectionError()));
  }

  /**
   * Resolves when a stream has the message.
   *
   * @throws (rejects with) what NATS says, or that nobody does; to be read with `natsFaultOf`.
   */
  send(subject: string, body: Uint8Array, { id, timeout }: Publishing): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#last += 1;
      const key = this.#last.toString(36);
      const headers = this.#packages.transport.headers();
      headers.set('Nats-Msg-Id', id);
      this.#listen();
      this.#connection.publish(subject, body, { reply: this.#inbox + key, headers });
      this.#unanswered.set(key, { subject, until: performance.now() + timeout, resolve, reject });
      this.#looking ??= setInterval(() => this.#look(), LOOK);
    });
  }

  /** No answer will come. @param subject of those meant; absent: all. */
  end(error: Error, subject?: string): void {
    for (const [key, { subject: its, reject }] of this.#unanswered) {
      if (subject !== undefined && subject !== its) continue;
      this.#unanswered.delete(key);
      reject(error);
    }
    this.#look();
  }

  #listen(): void {
    this.#answers ??= this.#connection.subscribe(`${this.#inbox}*`, {
      callback: (error, message) => {
        if (error === null) {
          this.#answered(message);
          return;
        }
        // The client has given it up.
        this.#answers = undefined;
        this.end(error);
      },
    });
  }

  #answered(message: Msg): void {
    const key = message.subject.slice(this.#inbox.length);
    const unanswered = this.#unanswered.get(key);
    if (unanswered === undefined) return;
    this.#unanswered.delete(key);
    const fault = this.#faultIn(message, unanswered.subject);
    if (fault === undefined) unanswered.resolve();
    else unanswered.reject(fault);
  }

  #faultIn(message: Msg, subject: string): Error | undefined {
    const { transport, jetstream } = this.#packages;
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      return new transport.errors.NoRespondersError(subject);
    }
    const { stream, error } = readAnswer(message);
    if (error !== undefined) return new jetstream.JetStreamApiError(error);
    return stream ? undefined : new jetstream.JetStreamError('The answer to a message is none.');
  }

  #look(): void {
    const now = performance.now();
    for (const [key, { until, reject }] of this.#unanswered) {
      if (until > now) continue;
      this.#unanswered.delete(key);
      reject(new this.#packages.transport.errors.TimeoutError());
    }
    if (this.#unanswered.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}

/**
 * Of what is no answer: nothing. Anybody who hears a subject may answer, and whatever is thrown on the way ends the client's
 * reading: of all the connection.
 */
function readAnswer(message: Msg): { readonly stream?: unknown; readonly error?: ApiError } {
  try {
    const { stream, error } = message.json<{ stream?: unknown; error?: ApiError | null }>();
    if (typeof error === 'object' && error !== null) return { error };
    return error === undefined ? { stream } : {};
  } catch {
    return {};
  }
}
