/** Lasting groups: a durable consumer for each, made when a group is opened for the first time. */

import type { ConsumerConfig, ConsumerInfo } from '@nats-io/jetstream';
import { quoted, say, type Words } from '../../../sentences';
import type { LogId, LogLimits } from '../../log';
import type { JailStreams } from '../jail-streams';
import type { NatsConnection } from '../nats/nats-connection';
import { isPassing, natsFaultOf } from '../nats/nats-faults';
import type { Subjects } from '../subjects';
import { type ConsumerTerms, consumerTerms } from './consumer-terms';
import { DurableCursor } from './durable-cursor';
import { consumerKey, MissedByGroup } from './missed-by-group';
import { Presence } from './presence';

/** In one jail; told, since NATS becomes slow with many. */
const MANY = 1_000;
/** Milliseconds for making room. */
const LONG = 100;

export interface LastingSettings {
  readonly subjects: Subjects;
  readonly limits: LogLimits;
  /** Milliseconds after which what an engine has, and says nothing of, is given to another. */
  readonly ackWait: number;
  readonly warn: (words: Words) => void;
  readonly dropped: (messages: number) => void;
  readonly forgotten: () => void;
}

interface Open {
  readonly jail: string;
  readonly group: string;
  readonly cursor: DurableCursor;
}

export class LastingGroups {
  readonly #connection: NatsConnection;
  readonly #streams: JailStreams;
  readonly #settings: LastingSettings;
  readonly #presence: Presence;
  /** By jail and consumer. */
  readonly #open = new Map<string, Open>();
  readonly #missed = new MissedByGroup();
  /** Jails, of which it was told that they have many groups. */
  readonly #warned = new Set<string>();
  /** Of `performance.now()`. */
  #restUntil = 0;

  constructor(connection: NatsConnection, streams: JailStreams, settings: LastingSettings) {
    this.#connection = connection;
    this.#streams = streams;
    this.#settings = settings;
    this.#presence = new Presence(connection, settings.subjects);
  }

  /** Their cursors. */
  get cursors(): DurableCursor[] {
    return [...this.#open.values()].map(({ cursor }) => cursor);
  }

  isRead(jail: string, consumer: string): boolean {
    return this.#open.has(consumerKey(jail, consumer));
  }

  /** @throws (rejects with) EngineAway */
  async open(logId: LogId, group: string): Promise<DurableCursor> {
    const { subjects } = this.#settings;
    const consumer = subjects.durableOf(group, logId.stream);
    const key = consumerKey(logId.jail, consumer);
    await this.#open.get(key)?.cursor.leave();
    const info = await this.#connection.run(() => this.#make(logId, group, consumer));
    const birth = await this.#streams.birthOf(logId.jail);
    const presence = this.#presence.serve(logId.jail, consumer);
    const cursor = new DurableCursor(this.#connection, {
      stream: info.stream_name,
      consumer,
      ackWait: this.#settings.ackWait,
      last: info.delivered.stream_seq,
      missed: this.#missed.of(logId.jail, consumer),
      dropped: this.#settings.dropped,
      remake: async (from) => {
        this.#streams.forget(logId.jail);
        const stream = await this.#streams.ensure(logId.jail);
        const { state, created } = await this.#connection.jsm.streams.info(stream);
        // One from a copy of an earlier day may be shorter.
        const isSame = String(created) === birth && from <= state.last_seq + 1;
        // Of another one, nothing has been read yet.
        const start = isSame ? from : 1;
        await this.#add(logId, group, consumer, {
          deliver_policy: 'by_start_sequence',
          opt_start_seq: start,
        });
        return isSame;
      },
      ended: () => {
        presence.unsubscribe();
        if (this.#open.get(key)?.cursor === cursor) this.#open.delete(key);
      },
    });
    this.#open.set(key, { jail: logId.jail, group, cursor });
    return cursor;
  }

  /** Here: who has told the others, or was told. What was remembered of it would be said of its successor. */
  endForgotten(jail: string, group?: string): void {
    this.#missed.forget(jail, group === undefined ? '' : this.#settings.subjects.durablePrefixOf(group));
    if (group === undefined) this.#warned.delete(jail);
    for (const open of [...this.#open.values()]) {
      if (open.jail === jail && (group === undefined || open.group === group)) open.cursor.forget();
    }
  }

  async forget(jail: string, group: string): Promise<void> {
    const prefix = this.#settings.subjects.durablePrefixOf(group);
    for (const { name } of await this.list(jail)) if (name.startsWith(prefix)) await this.#delete(jail, name);
  }

  /** All there are in NATS. */
  async list(jail: string): Promise<ConsumerInfo[]> {
    const { jsm } = this.#connection;
    const infos: ConsumerInfo[] = [];
    try {
      await this.#connection.run(async () => {
        // In place of one that is just being deleted there is nothing.
        const all: AsyncIterable<ConsumerInfo | null> = jsm.consumers.list(this.#streams.nameOf(jail));
        for await (const info of all) if (info?.name.startsWith('g_')) infos.push(info);
      });
    } catch (error) {
      if (natsFaultOf(error) !== 'missing stream') throw error;
    }
    return infos;
  }

  async #make(logId: LogId, group: string, consumer: string): Promise<ConsumerInfo> {
    for (;;) {
      const stream = await this.#streams.ensure(logId.jail);
      try {
        return await this.#adapt(await this.#connection.jsm.consumers.info(stream, consumer));
      } catch (error) {
        const fault = natsFaultOf(error);
        if (fault === 'missing stream') this.#streams.forget(logId.jail);
        else if (fault !== 'missing consumer') throw error;
        else {
          await this.#makeRoom(logId.jail);
          return await this.#add(logId, group, consumer, { deliver_policy: 'new' });
        }
      }
    }
  }

  get #terms(): ConsumerTerms {
    const { limits, ackWait } = this.#settings;
    return consumerTerms(ackWait, limits.retainedAge);
  }

  /** It may have been made by an engine with other settings. */
  async #adapt(info: ConsumerInfo): Promise<ConsumerInfo> {
    const { config, stream_name: stream, name } = info;
    const terms = this.#terms;
    const isSame =
      config.ack_wait === terms.ack_wait &&
      config.inactive_threshold === terms.inactive_threshold &&
      config.max_ack_pending === terms.max_ack_pending;
    return isSame ? info : this.#connection.jsm.consumers.update(stream, name, terms);
  }

  async #add(
    logId: LogId,
    group: string,
    consumer: string,
    start: Partial<ConsumerConfig>,
  ): Promise<ConsumerInfo> {
    const { jsm } = this.#connection;
    const stream = this.#streams.nameOf(logId.jail);
    try {
      return await jsm.consumers.add(stream, {
        ...start,
        ...this.#terms,
        durable_name: consumer,
        description: JSON.stringify([logId.stream, group]).slice(0, 500),
        filter_subject: this.#settings.subjects.subjectOf(logId),
        ack_policy: 'explicit',
        max_deliver: -1,
      });
    } catch (error) {
      if (isPassing(error)) throw error;
      // Another engine was faster, and began a little elsewhere.
      return await jsm.consumers.info(stream, consumer);
    }
  }

  /** For one more. */
  async #makeRoom(jail: string): Promise<void> {
    const { limits, warn } = this.#settings;
    const began = performance.now();
    if (began < this.#restUntil) return;
    const { state } = await this.#connection.jsm.streams.info(this.#streams.nameOf(jail));
    if (state.consumer_count >= MANY && !this.#warned.has(jail)) {
      this.#warned.add(jail);
      warn(say('nats.manyGroups', { jail: quoted(jail), groups: state.consumer_count, most: MANY }));
    }
    if (state.consumer_count < limits.retainedGroups) return;
    await this.#forgetOldest(jail);
    // Where there are very many, all of them are not looked at for each one more.
    const took = performance.now() - began;
    if (took > LONG) this.#restUntil = performance.now() + 20 * took;
  }

  async #forgetOldest(jail: string): Promise<void> {
    const infos = await this.list(jail);
    const areRead = await Promise.all(
      infos.map(({ name, num_waiting }) => num_waiting > 0 || this.#presence.isServed(jail, name)),
    );
    const vacant = infos.filter((_info, index) => !areRead[index]);
    vacant.sort((a, b) => lastUse(a) - lastUse(b));
    const tooMany = Math.max(0, vacant.length - this.#settings.limits.retainedGroups);
    for (const { name } of vacant.slice(0, tooMany)) {
      await this.#delete(jail, name);
      this.#settings.forgotten();
    }
  }

  async #delete(jail: string, consumer: string): Promise<void> {
    this.#missed.forget(jail, consumer);
    try {
      await this.#connection.run(() =>
        this.#connection.jsm.consumers.delete(this.#streams.nameOf(jail), consumer),
      );
    } catch (error) {
      if (isPassing(error)) throw error;
    }
  }
}

/** Roughly: NATS tells when a consumer was last given something, or has acknowledged. */
function lastUse({ created, delivered, ack_floor: acknowledged }: ConsumerInfo): number {
  const times = [created, delivered.last_active, acknowledged.last_active];
  return Math.max(...times.map((time) => (time ? Date.parse(String(time)) : 0)));
}
