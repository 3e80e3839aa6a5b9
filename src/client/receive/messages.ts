/** The messages of a subscription for who takes them one by one: what it has not taken waits, within bounds. */
import { AbortedError, CredentialsError, type StreamSeaError, SubscriptionError } from '../../errors';
import { quoted, say } from '../../sentences';
import { aborted, Patience } from '../common/call';
import type { Clock } from '../common/clock';
import { Fifo } from '../common/fifo';
import type { Brake } from '../connection/brake';
import { watch } from '../connection/watchdog';
import type { Delivery } from './delivery';
import {
  nothing,
  type Slot,
  type Subscription,
  type SubscriptionAnswer,
  type SubscriptionListener,
} from './subscription';

/** How the messages of a subscription are read. */
export interface ReadOptions {
  /** Ends it: what reads throws an {@link AbortedError}. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Messages that wait to be taken, before the client stops reading from its socket. That holds all its
   * subscriptions, so who is slow on purpose has a client of its own; where nobody takes one for a minute, a `problem`
   * tells it. What was read already comes on top. Default: 256.
   */
  readonly buffer?: number | undefined;
  /**
   * The server has accepted the subscription: now, or again after a reconnect. Of type `every`, what was published
   * in between was not received.
   */
  readonly ready?: ((answer: SubscriptionAnswer) => void) | undefined;
  /**
   * Told what else is thrown: the server has refused the subscription or the credentials, and will be asked again
   * later. For who rather waits.
   */
  readonly error?: ((error: StreamSeaError) => void) | undefined;
}

/**
 * A subscription to be read: `for await (const message of messages)`. Messages come from the moment that it was made,
 * and over reconnects. Leaving the loop gives it back; what it had not taken goes to the next to subscribe alike, within the
 * grace time.
 */
export interface Messages<Payload = unknown> extends Subscription {
  /** Messages that have come, and were not taken. */
  readonly waiting: number;
  /** Done once it was given back, or the client was closed. @throws (rejects with) what ended it, once. */
  next(): Promise<IteratorResult<Payload, undefined>>;
  /** As {@link Subscription.unsubscribe}. */
  return(): Promise<IteratorResult<Payload, undefined>>;
  /** Itself: what is left by a loop is gone on with by another only while it is not given back. */
  [Symbol.asyncIterator](): Messages<Payload>;
  /** `await using messages = ...`: gives it back. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ReaderParts {
  readonly stream: string;
  readonly clock: Clock;
  readonly brake: Brake;
  readonly options: ReadOptions;
  readonly buffer: number;
  /** Nobody takes what waits. */
  problem(error: StreamSeaError): void;
  /** It is over. */
  ended(): void;
}

interface Taker<Payload> {
  resolve(result: IteratorResult<Payload, undefined>): void;
  reject(error: StreamSeaError): void;
}

/** Milliseconds in which nobody takes a message, though as many wait as may: then it is told, once. */
const UNTAKEN_TIMEOUT = 60_000;

const DONE = { value: undefined, done: true } as const;

export class Reader<Payload> implements Messages<Payload>, SubscriptionListener {
  readonly stream: string;
  readonly #parts: ReaderParts;
  readonly #waiting = new Fifo<Payload>();
  readonly #takers = new Fifo<Taker<Payload>>();
  readonly #patience: Patience;
  #slot: Slot | undefined;
  #isFull = false;
  #taken = 0;
  #stopWatch = nothing;
  #isOver = false;
  #error: StreamSeaError | undefined;
  /** Once all that waited has been taken. */
  #emptied: () => void = () => {};

  constructor(parts: ReaderParts) {
    this.stream = parts.stream;
    this.#parts = parts;
    const { signal } = parts.options;
    this.#patience = new Patience(parts.clock, { signal }, (why) => this.#fail(why(false)));
  }

  get delivery(): Delivery {
    return this.#slot?.delivery ?? { type: 'every' };
  }

  get status(): Subscription['status'] {
    return this.#isOver || this.#slot === undefined ? 'closed' : this.#slot.status;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** What it reads. */
  reads(slot: Slot): void {
    this.#slot = slot;
    const { signal } = this.#parts.options;
    if (signal?.aborted) this.#fail(aborted(signal, false));
  }

  message(message: unknown): void {
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      taker.resolve({ value: message as Payload, done: false });
      return;
    }
    this.#waiting.push(message as Payload);
    if (!this.#isFull && this.#waiting.length >= this.#parts.buffer) this.#fill(true);
  }

  ready(answer: SubscriptionAnswer): void {
    this.#parts.options.ready?.(answer);
  }

  /** That the server does not answer yet is not the end of it. */
  error(error: StreamSeaError): void {
    if (this.#isOver) return;
    if (error instanceof SubscriptionError || error instanceof CredentialsError) {
      const { options } = this.#parts;
      if (options.error === undefined) this.#fail(error);
      else options.error(error);
    }
  }

  next(): Promise<IteratorResult<Payload, undefined>> {
    // Taken by length, as a message may be anything.
    if (this.#waiting.length > 0) return Promise.resolve({ value: this.#take(), done: false });
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(error);
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
  }

  async return(): Promise<IteratorResult<Payload, undefined>> {
    this.unsubscribe();
    return DONE;
  }

  unsubscribe(): void {
    this.#error = undefined;
    const unread = this.#waiting.drain();
    const slot = this.#end();
    slot?.unsubscribe(unread);
  }

  /** Nothing more comes: what waits may be taken still. Resolves once it has been. */
  async finish(): Promise<void> {
    this.#end();
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.unsubscribe();
  }

  #take(): Payload {
    const message = this.#waiting.shift() as Payload;
    this.#taken += 1;
    // Not at once when there is room for one: pausing and reading on has its price, too.
    if (this.#isFull && this.#waiting.length <= this.#parts.buffer / 2) this.#fill(false);
    if (this.#waiting.length === 0) this.#emptied();
    return message;
  }

  #fill(isFull: boolean): void {
    if (isFull === this.#isFull || (isFull && this.#isOver)) return;
    this.#isFull = isFull;
    if (isFull) this.#hold();
    else {
      this.#stopWatch();
      this.#parts.brake.release();
    }
  }

  /** Whoever is slow is waited for; whoever has forgotten it holds all that the client has, and nobody would see why. */
  #hold(): void {
    const { clock, brake, problem } = this.#parts;
    brake.hold();
    const stream = quoted(this.stream);
    const told = { stream, seconds: UNTAKEN_TIMEOUT / 1_000 };
    this.#stopWatch = watch({
      clock,
      timeout: UNTAKEN_TIMEOUT,
      progress: () => this.#taken,
      silent: () =>
        problem(new SubscriptionError(say('subscription.untaken', { ...told, waiting: this.waiting }))),
    });
  }

  /** What came before it is taken first, but for an abort: who aborts wants nothing more. */
  #fail(error: StreamSeaError): void {
    if (this.#isOver) return;
    const unread = error instanceof AbortedError ? this.#waiting.drain() : [];
    const taker = this.#takers.shift();
    if (taker === undefined) this.#error = error;
    else taker.reject(error);
    this.#end()?.unsubscribe(unread);
  }

  /** Its slot, the first time. */
  #end(): Slot | undefined {
    this.#patience.end();
    this.#fill(false);
    if (this.#waiting.length === 0) this.#emptied();
    if (this.#isOver) return undefined;
    this.#isOver = true;
    for (const taker of this.#takers.drain()) taker.resolve(DONE);
    this.#parts.ended();
    return this.#slot;
  }
}
