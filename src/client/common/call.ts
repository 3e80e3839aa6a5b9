/** How long who calls waits: until its signal says otherwise, or its own time is over. */
import { AbortedError, type StreamSeaError, TimeoutError } from '../../errors';
import { say } from '../../sentences';
import type { Cancel, Clock } from './clock';

/** For each call by itself. What it gave up says by its `sent` whether the server may have done it all the same. */
export interface CallOptions {
  /** Gives the call up: it rejects with an {@link AbortedError}. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the whole call may take, waiting for the network included: then a {@link TimeoutError}. */
  readonly timeout?: number | undefined;
}

/** For a call that writes a schema. */
export interface DefineOptions extends CallOptions {
  /** The stream it is for, when the definition has no name of its own; else they must be equal. */
  readonly stream?: string | undefined;
}

/** Why a call is given up, to be said once it is known whether anything of it was sent. */
export type GivenUp = (sent: boolean) => StreamSeaError;

export function isLimited({ signal, timeout }: CallOptions): boolean {
  return signal !== undefined || timeout !== undefined;
}

/** The error for a signal that has been aborted. */
export function aborted(signal: AbortSignal, sent: boolean): AbortedError {
  return new AbortedError(say(sent ? 'aborted.sent' : 'aborted.unsent'), { cause: signal.reason, sent });
}

/** One listener for each signal: Node warns of more than ten, and a thousand calls may share one. */
class Listening {
  static readonly #all = new WeakMap<AbortSignal, Listening>();
  readonly #signal: AbortSignal;
  readonly #runs = new Set<() => void>();

  static to(signal: AbortSignal, run: () => void): Cancel {
    const listening = Listening.#all.get(signal) ?? new Listening(signal);
    listening.#runs.add(run);
    return () => listening.#leave(run);
  }

  private constructor(signal: AbortSignal) {
    this.#signal = signal;
    Listening.#all.set(signal, this);
    signal.addEventListener('abort', this.#aborted);
  }

  /** With the last one the listener goes: Node keeps a signal that follows others, or a timer, while it has any. */
  #leave(run: () => void): void {
    if (!this.#runs.delete(run) || this.#runs.size > 0) return;
    Listening.#all.delete(this.#signal);
    this.#signal.removeEventListener('abort', this.#aborted);
  }

  readonly #aborted = (): void => {
    for (const run of [...this.#runs]) run();
  };
}

/** Calls `over` once, unless it is ended before. */
export class Patience {
  readonly #ends: Cancel[] = [];

  constructor(clock: Clock, { signal, timeout }: CallOptions, over: (why: GivenUp) => void) {
    const once = (why: GivenUp): void => {
      this.end();
      over(why);
    };
    // Not `AbortSignal.any` with `AbortSignal.timeout`: in Node.js 20 what the collector takes of them never ends.
    if (signal !== undefined) {
      this.#ends.push(Listening.to(signal, () => once((sent) => aborted(signal, sent))));
    }
    if (timeout !== undefined) {
      const seconds = timeout / 1000;
      const why: GivenUp = (sent) =>
        new TimeoutError(say(sent ? 'timeout.sent' : 'timeout.unsent', { seconds }), { sent });
      this.#ends.push(clock.setTimeout(() => once(why), timeout));
    }
  }

  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }
}

/** What a call has under way. */
export interface Trip {
  fail(error: StreamSeaError): void;
}

/** One call, and how far it has come: it may take more requests than one. */
export class Call {
  #sent = false;
  #trip: Trip | undefined;
  #why: StreamSeaError | undefined;

  /** Why it is not to go on, if so. */
  get why(): StreamSeaError | undefined {
    return this.#why;
  }

  /** A request of it leaves. */
  leaves(trip: Trip): void {
    this.#sent = true;
    this.#trip = trip;
  }

  /** It is over. */
  returned(): void {
    this.#trip = undefined;
  }

  /** True: what is under way will say how it ends; it may just have been answered. */
  giveUp(why: GivenUp): boolean {
    this.#why = why(this.#sent);
    this.#trip?.fail(this.#why);
    return this.#trip !== undefined;
  }
}

/** Runs what a caller wants, for as long as it waits. */
export function called<Result>(
  clock: Clock,
  options: CallOptions,
  run: (call?: Call) => Promise<Result>,
): Promise<Result> {
  const { signal } = options;
  if (!isLimited(options)) return run();
  if (signal?.aborted) return Promise.reject(aborted(signal, false));
  return new Promise((resolve, reject) => {
    const call = new Call();
    const patience = new Patience(clock, options, (why) => {
      if (!call.giveUp(why)) reject(call.why);
    });
    run(call)
      .then(resolve, reject)
      .finally(() => patience.end());
  });
}
