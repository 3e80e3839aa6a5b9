/** An engine on NATS JetStream: as many as stand on one NATS are one sea. */

import { SettingError } from '../../errors';
import { say, type Words } from '../../sentences';
import type { Engine, EngineState } from '../engine';
import type { LogLimits } from '../log';
import { JetStreamLog } from './jetstream-log';
import { KvCatalogue } from './kv-catalogue';
import { NatsConnection } from './nats/nats-connection';
import type { NatsCredentials } from './nats/nats-credentials';
import { OPEN_TIMEOUT, persist } from './nats/patience';
import { Subjects } from './subjects';

export interface JetStreamEngineOptions {
  /** `host:port` of one or more servers of one NATS. */
  readonly servers: readonly string[];
  readonly limits: LogLimits;
  /** On how many servers everything is held before it counts: 1 (default), or 3 or 5 of a cluster. */
  readonly replicas?: number;
  /** Of all that is made in NATS; another one is another sea. Letters, digits, hyphens. Default: `stream-sea` */
  readonly prefix?: string;
  readonly credentials?: NatsCredentials;
  /**
   * Milliseconds after which what an engine has taken and says nothing of, as it is dead or cut off, is given to
   * another one. Default: 15,000
   */
  readonly ackWait?: number;
  readonly warn?: (words: Words) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * @throws (rejects with) SettingError for options that make no sense, and when the packages for NATS are missing;
 * EngineAway when no server is reached, or JetStream is not ready there, within 30 s, or NATS refuses what is asked of it.
 */
export async function createJetStreamEngine(options: JetStreamEngineOptions): Promise<Engine> {
  const { servers, limits, replicas = 1, prefix = 'stream-sea', ackWait = 15_000 } = options;
  const { warn = () => {}, now = Date.now } = options;
  if (servers.length === 0) refuse('servers', say('expected.like', { example: '127.0.0.1:4222' }));
  if (!/^[A-Za-z0-9-]{1,50}$/.test(prefix)) refuse('prefix', say('expected.like', { example: 'stream-sea' }));
  if (![1, 3, 5].includes(replicas)) refuse('replicas', say('expected.oneOf', { values: '1, 3, 5' }));
  if (!(ackWait >= 1_000)) refuse('ackWait', say('expected.atLeast', { least: 1_000 }));
  const subjects = new Subjects(prefix);
  const connection = await NatsConnection.open({
    servers,
    now,
    warn,
    credentials: options.credentials ?? {},
  });
  const catalogue = new KvCatalogue(connection, subjects.bucket, replicas);
  try {
    await persist(connection, OPEN_TIMEOUT, () => catalogue.open());
    connection.usable = () => catalogue.check();
    connection.look();
  } catch (error) {
    const refusal = connection.refusal(error);
    await connection.close();
    throw refusal;
  }
  const log = new JetStreamLog(connection, { subjects, limits, replicas, ackWait, warn });
  return new JetStreamEngine(connection, log, catalogue);
}

class JetStreamEngine implements Engine {
  readonly name = 'jetstream';
  readonly promises = { outlivesProcess: true, isShared: true };
  readonly log: JetStreamLog;
  readonly catalogue: KvCatalogue;
  readonly #connection: NatsConnection;
  #closing: Promise<void> | undefined;

  constructor(connection: NatsConnection, log: JetStreamLog, catalogue: KvCatalogue) {
    this.#connection = connection;
    this.log = log;
    this.catalogue = catalogue;
  }

  get state(): EngineState {
    return this.#connection.state;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.catalogue.close();
    await this.log.close();
    await this.#connection.close();
  }
}

function refuse(setting: string, expected: Words): never {
  throw new SettingError(say('nats.setting', { setting, expected }));
}
