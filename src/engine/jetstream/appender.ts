/**
 * Publishes entries: each once, even when nobody answers at first, and in the order in which they came, but for one that
 * is sent again: that may come to stand behind later ones.
 */

import { say } from '../../sentences';
import { pause } from '../deadline';
import { EngineAway, TooLarge } from '../faults';
import type { LogId } from '../log';
import { encodeEntry } from './entry-message';
import type { JailStreams } from './jail-streams';
import { type NatsConnection, REQUEST_TIMEOUT } from './nats/nats-connection';
import { isPassing, natsFaultOf } from './nats/nats-faults';
import { Turnstile } from './nats/turnstile';

/** Milliseconds until a publisher is told that nobody answers. A new leader takes two to four seconds. */
const PATIENCE = 5_000;
/** Milliseconds before it is tried again. */
const PAUSE = 100;
/** Entries on their way at once. */
const MOST_UNDER_WAY = 256;
/** Logs whose messages are counted: anybody may publish to any name. */
const MOST_COUNTED = 10_000;
/** What NATS adds to a message: the header that tells it from others. */
const OVERHEAD = 128;

export class Appender {
  readonly #connection: NatsConnection;
  readonly #streams: JailStreams;
  readonly #subjectOf: (logId: LogId) => string;
  readonly #maxEntry: number;
  readonly #turnstile = new Turnstile(MOST_UNDER_WAY);
  readonly #counts = new Map<string, { publisher: string; before: number }>();
  /**
   * Of what has come in this turn of the event loop. Requests of several sockets each wrote by themselves, and NATS
   * answered each by itself: many publishers of one message a request got far fewer through.
   */
  #departure: Promise<void> | undefined;

  /** @param maxEntry bytes of one entry, as a jail may hold no more */
  constructor(
    connection: NatsConnection,
    streams: JailStreams,
    subjectOf: (logId: LogId) => string,
    maxEntry: number,
  ) {
    this.#connection = connection;
    this.#streams = streams;
    this.#subjectOf = subjectOf;
    this.#maxEntry = maxEntry;
  }

  /** @throws (rejects with) EngineAway, TooLarge */
  async append(logId: LogId, texts: readonly string[]): Promise<void> {
    if (this.#connection.isClosed) throw this.#connection.away;
    const subject = this.#subjectOf(logId);
    let count = this.#counts.get(subject);
    if (count === undefined) {
      count = { publisher: this.#connection.packages.transport.nuid.next(), before: 0 };
      this.#counts.set(subject, count);
      // Who is forgotten counts anew, as another one.
      for (const oldest of this.#counts.keys()) {
        if (this.#counts.size <= MOST_COUNTED) break;
        this.#counts.delete(oldest);
      }
    }
    const body = encodeEntry({ ...count, texts });
    const most = Math.min(this.#connection.maxPayload, this.#maxEntry) - OVERHEAD;
    if (body.length > most) throw new TooLarge(most);
    count.before += texts.length;
    try {
      this.#departure ??= this.#endOfTurn();
      await this.#departure;
      await this.#turnstile.pass(() => this.#send(logId, subject, body));
    } catch (error) {
      // Nobody knows now how much of it there is.
      if (this.#counts.get(subject) === count) this.#counts.delete(subject);
      throw error;
    }
  }

  async #endOfTurn(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#departure = undefined;
  }

  async #send(logId: LogId, subject: string, body: Uint8Array): Promise<void> {
    const id = this.#connection.packages.transport.nuid.next();
    const end = performance.now() + PATIENCE;
    for (;;) {
      // Who has been away for longer than that is not waited for.
      const left = Math.min(end, this.#connection.awaySince + PATIENCE) - performance.now();
      if (!this.#connection.isReady && !(await this.#connection.whenReady(left))) {
        throw this.#connection.away ?? new EngineAway(say('engine.closed'));
      }
      try {
        if (!this.#streams.isKnown(logId.jail)) await this.#streams.ensure(logId.jail);
        const timeout = Math.max(1, Math.min(REQUEST_TIMEOUT, end - performance.now()));
        await this.#connection.publish(subject, body, { id, timeout });
        return;
      } catch (error) {
        const fault = natsFaultOf(error);
        if (!isPassing(error) && fault !== 'missing stream') throw this.#connection.refusal(error);
        // Nobody listens to the subject: the stream may have been erased.
        if (fault !== 'silent') this.#streams.forget(logId.jail);
        // Room is made by people, not within seconds.
        const isVain = fault === 'full' || this.#connection.isClosed || performance.now() >= end;
        if (isVain) throw this.#connection.fail(error);
        await pause(PAUSE, this.#connection.closed);
      }
    }
  }
}
