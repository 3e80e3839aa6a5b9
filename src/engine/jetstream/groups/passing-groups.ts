/**
 * Passing groups: a fresh UUID, which mostly one process serves for as long as it is there. A second one asks before it
 * opens the same group; the first then goes over to a consumer in NATS, from where it is, and both read that. Whoever
 * is asked and does not answer is not there any more.
 */

import type { Msg, Subscription } from '@nats-io/transport-node';
import { say } from '../../../sentences';
import { pause } from '../../deadline';
import { EngineAway } from '../../faults';
import type { CursorEnd, LogId } from '../../log';
import type { JailStreams } from '../jail-streams';
import type { NatsConnection } from '../nats/nats-connection';
import { isPassing } from '../nats/nats-faults';
import type { Subjects } from '../subjects';
import { consumerTerms } from './consumer-terms';
import { DurableCursor } from './durable-cursor';
import type { JailReaders } from './jail-readers';
import { MeetingPoints } from './meeting-points';
import { PassingCursor, type Progress } from './passing-cursor';
import { Presence } from './presence';

/** Milliseconds for those who serve a group to make it one that can be shared. */
const JOIN_LIMIT = 5_000;
/** Milliseconds without anybody who asks, after which NATS drops a shared group. */
const INACTIVE = 600_000;
/** Milliseconds before a shared group is deleted that nobody seems to serve: somebody may be on the way to it. */
const LINGER = 5_000;

export interface PassingSettings {
  readonly subjects: Subjects;
  readonly ackWait: number;
  readonly replicas: number;
}

interface Group {
  readonly logId: LogId;
  readonly name: string;
  readonly cursor: PassingCursor;
  readonly subject: string;
  /** In NATS, once it is shared. */
  consumer: string | undefined;
  subscription?: Subscription;
  /** While it is read from NATS. */
  presence?: Subscription;
}

/** What those who serve a group say to each other. */
interface Word {
  readonly from: string;
  /** join: who wants to serve it too. here: who serves it, alone as far as is known. shared: where to read it. */
  readonly says: 'join' | 'here' | 'shared';
  readonly consumer?: string;
}

export class PassingGroups {
  readonly #connection: NatsConnection;
  readonly #streams: JailStreams;
  readonly #readers: JailReaders;
  readonly #settings: PassingSettings;
  readonly #presence: Presence;
  readonly #meetings: MeetingPoints;
  /** Of this engine, among those who serve a group. */
  readonly #id: string;
  /** By subject. */
  readonly #open = new Map<string, Group>();
  readonly #closing = new AbortController();

  constructor(
    connection: NatsConnection,
    streams: JailStreams,
    readers: JailReaders,
    settings: PassingSettings,
  ) {
    this.#connection = connection;
    this.#streams = streams;
    this.#readers = readers;
    this.#settings = settings;
    this.#presence = new Presence(connection, settings.subjects);
    this.#meetings = new MeetingPoints(connection, settings.subjects, this.#presence, settings.replicas);
    this.#id = connection.packages.transport.nuid.next();
    // Somebody may have come to serve a group while nobody could tell us.
    connection.onBack(() => {
      for (const group of this.#open.values()) if (group.consumer === undefined) this.#say(group, 'here');
    });
  }

  /** Of groups that are shared. */
  get cursors(): DurableCursor[] {
    return [...this.#open.values()].flatMap(({ cursor }) => cursor.shared ?? []);
  }

  /** @throws (rejects with) EngineAway */
  async open(logId: LogId, name: string): Promise<PassingCursor> {
    const subject = this.#settings.subjects.sharersOf(logId, name);
    await this.#open.get(subject)?.cursor.leave();
    await this.#connection.run(() => this.#streams.ensure(logId.jail));
    const consumer = await this.#join(subject);
    let group: Group;
    if (consumer === undefined) {
      const end = (why: CursorEnd): void => void group.cursor.end(why);
      const tail = await this.#readers.open(logId, name, end);
      const cursor = new PassingCursor(tail, () => this.#left(group));
      group = { logId, name, cursor, subject, consumer: undefined };
    } else {
      const shared = this.#read(logId, consumer, { from: 0, undone: [], done: [] });
      const cursor = new PassingCursor(shared, () => this.#left(group));
      const presence = this.#presence.serve(logId.jail, consumer);
      group = { logId, name, cursor, subject, consumer, presence };
    }
    this.#open.set(subject, group);
    try {
      await this.#listen(group);
    } catch (error) {
      // Nobody else has it who could leave it: where no flush was answered, its reader and its subscription stayed.
      await group.cursor.leave();
      throw error;
    }
    return group.cursor;
  }

  endForgotten(jail: string, name?: string): void {
    for (const group of [...this.#open.values()]) {
      if (group.logId.jail !== jail || (name !== undefined && group.name !== name)) continue;
      void group.cursor.end('forgotten');
    }
  }

  async close(): Promise<void> {
    // Who is told where to read comes there a moment later: what is left now is not deleted, but dropped by NATS.
    this.#closing.abort();
    await Promise.all([...this.#open.values()].map(({ cursor }) => cursor.end('closed')));
  }

  /** @returns the consumer that those read who serve the group already; undefined: there is nobody. */
  async #join(subject: string): Promise<string | undefined> {
    const word: Word = { from: this.#id, says: 'join' };
    try {
      const answer = await this.#connection.attempt(() =>
        this.#connection.nc.request(subject, JSON.stringify(word), { timeout: JOIN_LIMIT }),
      );
      const consumer = wordOf(answer)?.consumer;
      if (consumer !== undefined) return consumer;
    } catch (error) {
      // Who does not answer for so long is dead, or as good as.
      if (this.#connection.isReady && isPassing(error)) return undefined;
      throw this.#connection.away ?? error;
    }
    throw new EngineAway(say('nats.unready', { where: this.#connection.where }));
  }

  /** To those who come to serve it too. */
  async #listen(group: Group): Promise<void> {
    const { nc } = this.#connection;
    group.subscription = nc.subscribe(group.subject, {
      callback: (error, message) => {
        if (error === null) this.#hear(group, message);
      },
    });
    // Who came at the same moment was not there to be asked.
    if (group.consumer === undefined) this.#say(group, 'here');
    await this.#connection.run(() => nc.flush());
  }

  #hear(group: Group, message: Msg): void {
    const word = wordOf(message);
    if (word === undefined || word.from === this.#id) return;
    // The engine may be closed meanwhile: then nobody waits for a word of it.
    this.#act(group, word, message).catch(() => {});
  }

  async #act(group: Group, { says, consumer }: Word, message: Msg): Promise<void> {
    if (says === 'shared') return this.#follow(group, consumer);
    await this.#share(group);
    if (says === 'join') this.#answer(group, message);
    // Another one may be about to do the same.
    this.#say(group, 'shared');
  }

  /** What is read here alone becomes what others can read, too. */
  async #share(group: Group): Promise<void> {
    try {
      await group.cursor.move((progress) => this.#meet(group, progress));
    } catch {
      // It stays as it is; who asked is told that it could not be done, and comes again.
    }
  }

  async #meet(group: Group, progress: Progress): Promise<DurableCursor> {
    const { logId } = group;
    const offered = `s_${this.#connection.packages.transport.nuid.next()}`;
    await this.#make(logId, offered, progress.from);
    const presence = this.#presence.serve(logId.jail, offered);
    try {
      const chosen = await this.#meetings.choose(logId, group.name, offered);
      const shared = this.#enter(group, chosen, progress);
      if (chosen === offered) await shared.claim();
      else void this.#delete(logId, offered);
      return shared;
    } finally {
      presence.unsubscribe();
    }
  }

  /** Others have met at a consumer. */
  async #follow(group: Group, consumer: string | undefined): Promise<void> {
    if (consumer === undefined) return;
    await group.cursor.move(async (progress) => this.#enter(group, consumer, progress));
  }

  #enter(group: Group, consumer: string, progress: Progress): DurableCursor {
    group.consumer = consumer;
    group.presence = this.#presence.serve(group.logId.jail, consumer);
    return this.#read(group.logId, consumer, progress);
  }

  #read(logId: LogId, consumer: string, { from, undone, done }: Progress): DurableCursor {
    const birth = this.#streams.birthOf(logId.jail).catch(() => undefined);
    return new DurableCursor(this.#connection, {
      stream: this.#streams.nameOf(logId.jail),
      consumer,
      ackWait: this.#settings.ackWait,
      last: from - 1,
      undone,
      done,
      remake: async (start) => {
        this.#streams.forget(logId.jail);
        if ((await this.#streams.birthOf(logId.jail)) !== (await birth)) return false;
        await this.#make(logId, consumer, start);
        const { state } = await this.#connection.jsm.streams.info(this.#streams.nameOf(logId.jail));
        return start <= state.last_seq + 1;
      },
    });
  }

  async #make(logId: LogId, consumer: string, from: number): Promise<void> {
    const { subjects, ackWait } = this.#settings;
    const stream = await this.#streams.ensure(logId.jail);
    try {
      await this.#connection.jsm.consumers.add(stream, {
        durable_name: consumer,
        deliver_policy: 'by_start_sequence',
        opt_start_seq: Math.max(1, from),
        filter_subject: subjects.subjectOf(logId),
        ...consumerTerms(ackWait, INACTIVE),
        ack_policy: 'explicit',
        max_deliver: -1,
      });
    } catch (error) {
      // Another one was faster to make it again.
      if (isPassing(error)) throw error;
      await this.#connection.jsm.consumers.info(stream, consumer);
    }
  }

  async #left(group: Group): Promise<void> {
    group.subscription?.unsubscribe();
    group.presence?.unsubscribe();
    if (this.#open.get(group.subject) === group) this.#open.delete(group.subject);
    const { consumer } = group;
    if (consumer !== undefined && this.#connection.isReady) void this.#tidy(group, consumer);
  }

  /** What nobody serves any more is deleted. */
  async #tidy({ logId }: Group, consumer: string): Promise<void> {
    const { signal } = this.#closing;
    await pause(LINGER, signal);
    if (signal.aborted || !this.#connection.isReady || (await this.#presence.isServed(logId.jail, consumer)))
      return;
    if (this.#connection.isReady) await this.#delete(logId, consumer);
  }

  async #delete({ jail }: LogId, consumer: string): Promise<void> {
    await this.#connection.jsm.consumers.delete(this.#streams.nameOf(jail), consumer).catch(() => {});
  }

  #answer(group: Group, message: Msg): void {
    const word: Word = {
      from: this.#id,
      says: 'shared',
      ...(group.consumer && { consumer: group.consumer }),
    };
    message.respond(JSON.stringify(word));
  }

  #say(group: Group, says: 'here' | 'shared'): void {
    const { nc, isReady } = this.#connection;
    if (!isReady || (says === 'shared' && group.consumer === undefined)) return;
    const word: Word = { from: this.#id, says, ...(group.consumer && { consumer: group.consumer }) };
    nc.publish(group.subject, JSON.stringify(word));
  }
}

function wordOf(message: Msg): Word | undefined {
  try {
    return message.json<Word>();
  } catch {
    return undefined;
  }
}
