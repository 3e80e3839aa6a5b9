/**
 * The way out: accepts messages, keeps one {@link Line} for each stream that has any, and settles each message
 * exactly once.
 */
import {
  ClosedError,
  QueueFullError,
  ReplyError,
  reasonOf,
  SettingError,
  type StreamSeaError,
} from '../errors';
import { type CheckMode, encodeWire, type PayloadCheck, toWire } from '../protocol/payload';
import { quoted, say } from '../sentences';
import type { Backoff } from './backoff';
import type { Clock } from './clock';
import { type BatchLimits, type Entry, Line, type LineContext } from './line';
import type { Outbox, OutboxKey, StoredMessage } from './outbox';
import { type Failure, partialFailure } from './partial-failure';
import { type Schemas, schemaMismatch } from './schemas';

export interface PublishOptions {
  /** Check the message against the stream's schema first: `types` or `strict`. Default: `off`. */
  readonly check?: 'off' | CheckMode;
  /** False: never sent together with other messages. Default: true. */
  readonly batch?: boolean;
}

export interface PublisherOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: Backoff;
  readonly batch: BatchLimits;
  /** False: every message gets one attempt. */
  readonly retry: boolean;
  /** Messages accepted and not settled, all streams together, at the most. */
  readonly queueLimit: number;
  readonly outbox: Outbox;
  readonly schemas: Schemas;
  /** Resolves when the server has accepted them all. */
  send(stream: string, texts: readonly string[]): Promise<void>;
  /** Why nothing is accepted now, if so. */
  refusal(): StreamSeaError | undefined;
  /** The number of messages waiting has changed. */
  changed(queued: number): void;
  /** Told to nobody else: a message from an earlier process was finally refused; whoever heard of an end threw. */
  problem(error: StreamSeaError): void;
}

/** Who offers a message. One object, where a function for each message would be two. */
export interface Publication {
  /** The message's one end: without an error the server has it, with one it never will. */
  ended(error?: StreamSeaError): void;
}

interface Waiting extends Entry {
  readonly checked: boolean;
  key: OutboxKey;
  readonly publication: Publication;
}

/** Lines kept though nothing is on them, for the next message. */
const KEPT_LINES = 100;

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #context: LineContext<Waiting>;
  readonly #lines = new Map<string, Line<Waiting>>();
  #queued = 0;
  #paused = false;
  readonly #drained: (() => void)[] = [];
  /** What an earlier process left goes first, so nothing is sent before it is known. */
  #opening: Promise<void> | undefined;
  #closed: ClosedError | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { clock, random, backoff, batch, retry, send, schemas } = options;
    this.#context = {
      clock,
      random,
      backoff,
      batch,
      retry,
      send,
      paused: () => this.#paused || this.#opening !== undefined || this.#closed !== undefined,
      loadCheck: (stream, mode): Promise<PayloadCheck> => schemas.load(stream, mode),
      settled: (stream, entry, error) => this.#settle(stream, entry, error),
      empty: (stream) => {
        if (this.#lines.size > KEPT_LINES) this.#lines.delete(stream);
      },
    };
    if (options.outbox.durable) this.#opening = this.#open();
  }

  /** Messages accepted and not yet settled. */
  get queued(): number {
    return this.#queued;
  }

  /** Tells of the message's end once, later than it returns. */
  offer(stream: string, message: unknown, options: PublishOptions, publication: Publication): void {
    let line: Line<Waiting>;
    try {
      line = this.#accept(stream, message, options, publication);
    } catch (thrown) {
      queueMicrotask(() => this.#end(publication, thrown as StreamSeaError));
      return;
    }
    line.pump();
  }

  /** Resolves when the server has the message; rejects when it never will. */
  publish(stream: string, message: unknown, options: PublishOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.offer(stream, message, options, {
        ended: (error) => (error === undefined ? resolve() : reject(error)),
      });
    });
  }

  /** Each message on the line, one behind the other. Rejects with one error that says which were not published. */
  async publishAll(
    stream: string,
    messages: readonly unknown[],
    options: PublishOptions = {},
  ): Promise<void> {
    const failures: Failure[] = [];
    await new Promise<void>((resolve) => {
      let waiting = messages.length;
      const ended = (index: number, error: StreamSeaError | undefined): void => {
        if (error !== undefined) failures.push({ index, error });
        waiting -= 1;
        if (waiting === 0) resolve();
      };
      if (waiting === 0) resolve();
      for (const [index, message] of messages.entries()) {
        try {
          this.#accept(stream, message, options, { ended: (error) => ended(index, error) });
        } catch (thrown) {
          ended(index, thrown as StreamSeaError);
        }
      }
      // Pumped only now, so that the first does not leave without the others.
      this.#lines.get(stream)?.pump();
    });
    if (failures.length > 0) throw partialFailure(stream, messages.length, failures);
  }

  /** Nothing leaves until `resume`; what is in flight still settles. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.wake();
  }

  /** The server can be reached again: retries need not wait any longer. */
  wake(): void {
    for (const line of [...this.#lines.values()]) line.wake();
  }

  /** Nothing is accepted from now on, and what waits is given up; what is in flight still settles. */
  stop(): void {
    const { outbox } = this.#options;
    this.#closed ??= new ClosedError(say(outbox.durable ? 'closed.kept' : 'closed.unsent'));
    for (const line of this.#lines.values()) line.stop(this.#closed);
  }

  /** Resolves when nothing waits to be settled. */
  async drained(): Promise<void> {
    if (this.#queued > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  async #open(): Promise<void> {
    const { outbox, problem } = this.#options;
    try {
      this.#replay(await outbox.open((late) => this.#replay(late)));
    } catch (thrown) {
      problem(thrown as StreamSeaError);
    }
    this.#opening = undefined;
    if (this.#closed !== undefined) this.stop();
    this.wake();
  }

  /** Puts what an earlier process left before all that this one has accepted. */
  #replay(stored: readonly StoredMessage[]): void {
    const streams = new Map<string, Waiting[]>();
    for (const message of stored) {
      const entries = streams.get(message.stream) ?? [];
      entries.push(this.#replayed(message));
      streams.set(message.stream, entries);
    }
    for (const [stream, entries] of streams) this.#line(stream).prepend(entries);
    this.#count(stored.length);
    // A no-op for what comes while we still open.
    this.wake();
  }

  #replayed({ text, batch, check, key }: StoredMessage): Waiting {
    const { problem } = this.#options;
    return {
      text,
      batch,
      check,
      checked: check !== undefined,
      place: 'stored',
      key,
      publication: { ended: (error) => error && problem(error) },
    };
  }

  /** Onto its line, which is to be pumped. @throws StreamSeaError for what is refused at once. */
  #accept(
    stream: string,
    message: unknown,
    options: PublishOptions,
    publication: Publication,
  ): Line<Waiting> {
    const { queueLimit, refusal, schemas, outbox } = this.#options;
    const refused = this.#closed ?? refusal();
    if (refused !== undefined) throw refused;
    if (this.#queued >= queueLimit) {
      throw new QueueFullError(say('queue.full', { limit: queueLimit }));
    }
    const mode = options.check === 'off' ? undefined : options.check;
    const check = mode === undefined ? undefined : schemas.check(stream, mode);
    // Written down now: the flow may change the object while it waits.
    const wire = toWire(message);
    const text = encodeWire(wire);
    const problems = check?.(wire) ?? [];
    if (problems.length > 0) throw schemaMismatch(stream, problems);
    const entry: Waiting = {
      text,
      batch: options.batch ?? true,
      check: check === undefined ? mode : undefined,
      checked: mode !== undefined,
      place: 'stored',
      key: 0,
      publication,
    };
    if (outbox.durable) this.#store(stream, entry);
    const line = this.#line(stream);
    line.push(entry);
    this.#count(1);
    return line;
  }

  /** The entry has its place in the line at once, but does not leave before it is kept. */
  #store(stream: string, entry: Waiting): void {
    const { text, batch, check } = entry;
    entry.place = 'storing';
    const message = { stream, text, batch, ...(check !== undefined && { check }) };
    this.#options.outbox.accept(message, (outcome) => {
      // Stopped meanwhile, it has had its end.
      const given = entry.place !== 'storing';
      if (typeof outcome === 'number') {
        entry.key = outcome;
        if (!given) entry.place = 'stored';
        this.#lines.get(stream)?.pumpSoon();
      } else if (!given) {
        entry.place = 'dropped';
        this.#settle(stream, entry, outcome);
        this.#lines.get(stream)?.pump();
      }
    });
  }

  #line(stream: string): Line<Waiting> {
    const known = this.#lines.get(stream);
    if (known !== undefined) return known;
    const line = new Line(stream, this.#context);
    this.#lines.set(stream, line);
    return line;
  }

  #settle(stream: string, entry: Waiting, error: StreamSeaError | undefined): void {
    const { outbox, schemas } = this.#options;
    this.#count(-1);
    // Given up only because we close: the next process sends it.
    const kept = error instanceof ClosedError || entry.place !== 'stored';
    if (outbox.durable && !kept) outbox.settle(entry.key);
    // It followed the schema we know, and yet: the schema must have changed.
    if (entry.checked && error instanceof ReplyError && error.status === 400) schemas.forget(stream);
    this.#end(entry.publication, error);
  }

  /** Whoever throws when told must not keep others of the same batch from being told. */
  #end(publication: Publication, error: StreamSeaError | undefined): void {
    try {
      publication.ended(error);
    } catch (thrown) {
      const what = say('setting.listener', { event: quoted('ended'), reason: reasonOf(thrown) });
      this.#options.problem(new SettingError(what, { cause: thrown }));
    }
  }

  #count(change: number): void {
    this.#queued += change;
    this.#options.changed(this.#queued);
    if (this.#queued === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }
}
