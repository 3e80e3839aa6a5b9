/** The logs of all jails, in NATS: a stream for each jail, a subject for each log, a consumer for each lasting group. */

import { say } from '../../sentences';
import { EngineAway } from '../faults';
import type { Cursor, CursorOptions, Log, LogId, LogStats } from '../log';
import { Appender } from './appender';
import type { DurableCursor } from './groups/durable-cursor';
import { JailReaders } from './groups/jail-readers';
import { LastingGroups } from './groups/lasting-groups';
import { PassingGroups } from './groups/passing-groups';
import { JailStreams, type StreamSettings } from './jail-streams';
import type { NatsConnection } from './nats/nats-connection';
import { isPassing } from './nats/nats-faults';
import { Turnstile } from './nats/turnstile';
import type { Subjects } from './subjects';

export interface JetStreamLogOptions extends StreamSettings {
  readonly ackWait: number;
}

/** Milliseconds between two counts of what waits: NATS is asked for each group. */
const COUNT_PAUSE = 1_000;

/** Groups being opened at once: a cluster elects a leader for each, which takes long for one and hardly longer for many. */
const MOST_OPENING = 256;
/** How often one is tried as long as NATS can be reached. */
const TRIES = 5;

/** Where NATS tells that a consumer has a new leader. */
const ELECTIONS = '$JS.EVENT.ADVISORY.CONSUMER.LEADER_ELECTED';

/** What all engines on one NATS tell each other. */
interface News {
  readonly jail: string;
  /** Forgotten; absent: the whole jail was erased. */
  readonly group?: string;
}

export class JetStreamLog implements Log {
  readonly #connection: NatsConnection;
  readonly #subjects: Subjects;
  readonly #streams: JailStreams;
  readonly #readers: JailReaders;
  readonly #appender: Appender;
  readonly #lasting: LastingGroups;
  readonly #passing: PassingGroups;
  readonly #renewal: NodeJS.Timeout;
  readonly #opening = new Turnstile(MOST_OPENING);
  /** Jails that were used here, and not erased since. */
  readonly #jails = new Set<string>();
  #stats = { retained: 0, dropped: 0, forgotten: 0 };
  #isClosing = false;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(connection: NatsConnection, options: JetStreamLogOptions) {
    const { subjects, limits, ackWait, replicas, warn } = options;
    this.#connection = connection;
    this.#subjects = subjects;
    this.#streams = new JailStreams(connection, options);
    this.#readers = new JailReaders(connection, this.#streams, subjects, limits);
    this.#appender = new Appender(
      connection,
      this.#streams,
      (logId) => subjects.subjectOf(logId),
      limits.retainedBytes,
    );
    this.#lasting = new LastingGroups(connection, this.#streams, {
      subjects,
      limits,
      ackWait,
      warn,
      dropped: (messages) => {
        this.#stats.dropped += messages;
      },
      forgotten: () => {
        this.#stats.forgotten += 1;
      },
    });
    this.#passing = new PassingGroups(connection, this.#streams, this.#readers, {
      subjects,
      ackWait,
      replicas,
    });
    this.#renewal = setInterval(() => this.#renew(), ackWait / 3);
    this.#renewal.unref();
    connection.nc.subscribe(subjects.news, {
      callback: (error, message) => {
        if (error === null) this.#learn(message.string());
      },
    });
    // A server that dies says nothing to those who wait; its successor tells everybody.
    connection.nc.subscribe(`${ELECTIONS}.>`, {
      callback: (error, { subject }) => {
        if (error !== null) return;
        const consumer = subject.slice(subject.lastIndexOf('.') + 1);
        for (const cursor of this.#cursors) if (cursor.consumer === consumer) cursor.refresh();
      },
    });
  }

  /** What waits is counted once a second at most, in entries, and for the jails that were used here. */
  get stats(): LogStats {
    void this.#count();
    return { ...this.#stats };
  }

  append(logId: LogId, texts: readonly string[]): Promise<void> {
    this.#jails.add(logId.jail);
    return this.#connection.calls.run(() => this.#appender.append(logId, texts));
  }

  open(logId: LogId, group: string, { lasting }: CursorOptions): Promise<Cursor> {
    return this.#connection.calls.run(async () => {
      if (this.#connection.away !== undefined) throw this.#connection.away;
      this.#jails.add(logId.jail);
      try {
        const cursor = await this.#opening.pass(() => this.#open(logId, group, lasting));
        if (!this.#isClosing) return cursor;
        // It came too late to be closed with the others, and whoever took of it waited for ever.
        await cursor.leave();
        throw new EngineAway(say('engine.closed'));
      } catch (error) {
        throw this.#connection.refusal(error);
      }
    });
  }

  forget(jail: string, group: string): Promise<void> {
    return this.#connection.calls.run(async () => {
      await this.#lasting.forget(jail, group);
      this.#tell({ jail, group });
    });
  }

  erase(jail: string): Promise<void> {
    return this.#connection.calls.run(async () => {
      await this.#streams.erase(jail);
      this.#tell({ jail });
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#renewal);
    await Promise.all([...this.#lasting.cursors.map((cursor) => cursor.close()), this.#passing.close()]);
    this.#readers.close();
  }

  get #cursors(): DurableCursor[] {
    return [...this.#lasting.cursors, ...this.#passing.cursors];
  }

  /** Who has waited for its turn is not refused for one question that nobody answered. */
  async #open(logId: LogId, group: string, lasting: boolean): Promise<Cursor> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await (lasting ? this.#lasting.open(logId, group) : this.#passing.open(logId, group));
      } catch (error) {
        if (!isPassing(error) || !this.#connection.isReady || tried === TRIES) throw error;
      }
    }
  }

  #tell(news: News): void {
    this.#connection.nc.publish(this.#subjects.news, JSON.stringify(news));
    this.#end(news);
  }

  #learn(text: string): void {
    try {
      this.#end(JSON.parse(text) as News);
    } catch {
      // Not ours: whoever may write to NATS can publish anything.
    }
  }

  #end({ jail, group }: News): void {
    if (group === undefined) {
      this.#streams.erased(jail);
      this.#jails.delete(jail);
    }
    this.#lasting.endForgotten(jail, group);
    this.#passing.endForgotten(jail, group);
  }

  #renew(): void {
    if (!this.#connection.isReady) return;
    for (const cursor of this.#cursors) cursor.renew();
  }

  async #count(): Promise<void> {
    const now = performance.now();
    if (now - this.#countedAt < COUNT_PAUSE || !this.#connection.isReady) return;
    this.#countedAt = now;
    let retained = 0;
    try {
      for (const jail of this.#jails) {
        for (const { name, num_pending, num_ack_pending } of await this.#lasting.list(jail)) {
          if (!this.#lasting.isRead(jail, name)) retained += num_pending + num_ack_pending;
        }
      }
      this.#stats.retained = retained;
    } catch {
      // As it was, until somebody answers.
    }
  }
}
