/**
 * The JetStream streams, one for each jail: made when they are first needed, kept within bounds, erased.
 *
 * NATS counts what it keeps in entries and bytes, and for nobody in particular: `retainedMessages` is the number of
 * entries kept of each log, `retainedBytes` what all logs of a jail may take up together, and the oldest goes first.
 * Nothing goes by its age.
 */

import type { StreamConfig, StreamInfo } from '@nats-io/jetstream';
import { messageOf } from '../../errors';
import { quoted, say, type Words } from '../../sentences';
import type { LogLimits } from '../log';
import { type NatsConnection, REQUEST_TIMEOUT } from './nats/nats-connection';
import { natsFaultOf } from './nats/nats-faults';
import type { Subjects } from './subjects';

export interface StreamSettings {
  readonly subjects: Subjects;
  readonly limits: LogLimits;
  /** On how many servers each message is held before it counts as published. */
  readonly replicas: number;
  readonly warn: (words: Words) => void;
}

/** Nanoseconds in which NATS knows a message again that is sent twice. */
const DUPLICATE_WINDOW = 120_000_000_000;

export class JailStreams {
  readonly #connection: NatsConnection;
  readonly #settings: StreamSettings;
  /** When those were made that are known to be there; or they are being made. */
  readonly #known = new Map<string, string | Promise<string>>();
  /** When those were made that were there when they were looked at last. */
  readonly #births = new Map<string, string>();

  constructor(connection: NatsConnection, settings: StreamSettings) {
    this.#connection = connection;
    this.#settings = settings;
  }

  nameOf(jail: string): string {
    return this.#settings.subjects.streamOf(jail);
  }

  /**
   * Resolves with the name of the jail's stream when it is there.
   *
   * @throws (rejects with) what NATS says
   */
  async ensure(jail: string): Promise<string> {
    await this.birthOf(jail);
    return this.nameOf(jail);
  }

  /**
   * Resolves with what tells the jail's stream, once it is there, from an earlier one of its name.
   *
   * @throws (rejects with) what NATS says
   */
  async birthOf(jail: string): Promise<string> {
    let known = this.#known.get(jail);
    if (known === undefined) {
      const making = this.#connection.attempt(() => this.#make(jail));
      known = making;
      this.#known.set(jail, known);
      const settle = (birth?: string): void => {
        if (this.#known.get(jail) !== making) return;
        if (birth !== undefined) this.#known.set(jail, birth);
        else this.#known.delete(jail);
      };
      making.then(settle, () => settle());
    }
    return known;
  }

  /** It was not there after all: somebody is erasing it, or NATS has lost it. */
  forget(jail: string): void {
    this.#known.delete(jail);
  }

  /** By us, or by another engine, which has said so. */
  erased(jail: string): void {
    this.#known.delete(jail);
    this.#births.delete(jail);
  }

  isKnown(jail: string): boolean {
    return typeof this.#known.get(jail) === 'string';
  }

  async erase(jail: string): Promise<void> {
    this.erased(jail);
    try {
      await this.#connection.run(() => this.#connection.jsm.streams.delete(this.nameOf(jail)));
    } catch (error) {
      if (natsFaultOf(error) !== 'missing stream') throw error;
    }
  }

  async #make(jail: string): Promise<string> {
    const { jsm } = this.#connection;
    const config = this.#configOf(jail);
    let info: StreamInfo;
    try {
      info = await jsm.streams.info(config.name);
      await this.#adapt(jail, info.config, config);
    } catch (error) {
      if (natsFaultOf(error) !== 'missing stream') throw error;
      try {
        info = await jsm.streams.add(config);
      } catch (cause) {
        // Another engine, with other bounds, was faster: its own are as good.
        if (natsFaultOf(cause) !== 'exists') throw cause;
        info = await jsm.streams.info(config.name);
      }
    }
    await this.#connection.touch(this.#settings.subjects.untouchedOf(jail), REQUEST_TIMEOUT);
    const [before, birth] = [this.#births.get(jail), String(info.created)];
    this.#births.set(jail, birth);
    if (before !== undefined && before !== birth) {
      this.#settings.warn(say('nats.lostJail', { jail: quoted(jail) }));
    }
    return birth;
  }

  async #adapt(jail: string, there: StreamConfig, config: Config): Promise<void> {
    const names = ['max_bytes', 'max_msgs_per_subject', 'num_replicas'] as const;
    if (names.every((name) => there[name] === config[name])) return;
    try {
      const changes = Object.fromEntries(names.map((name) => [name, config[name]]));
      await this.#connection.jsm.streams.update(config.name, { ...there, ...changes });
    } catch (error) {
      if (!['refused', 'full'].includes(natsFaultOf(error))) throw error;
      this.#settings.warn(say('nats.stubborn', { jail: quoted(jail), reason: messageOf(error) }));
    }
  }

  #configOf(jail: string): Config {
    const { subjects, limits, replicas } = this.#settings;
    const { jetstream } = this.#connection.packages;
    return {
      name: subjects.streamOf(jail),
      subjects: [subjects.allOf(jail)],
      retention: jetstream.RetentionPolicy.Limits,
      discard: jetstream.DiscardPolicy.Old,
      storage: jetstream.StorageType.File,
      max_bytes: limits.retainedBytes,
      max_msgs_per_subject: limits.retainedMessages,
      num_replicas: replicas,
      duplicate_window: DUPLICATE_WINDOW,
    };
  }
}

type Config = Partial<StreamConfig> & { name: string };
