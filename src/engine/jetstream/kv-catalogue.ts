/**
 * The catalogue as a key-value bucket of NATS: a stream that keeps the last message of each subject, which replaces
 * only the one that its writer has seen.
 */

import type { StreamConfig } from '@nats-io/jetstream';
import { say } from '../../sentences';
import type { Catalogue, CatalogueChange, CatalogueRecord, RecordKey, Revision } from '../catalogue';
import { pause } from '../deadline';
import { Conflict, TooLarge } from '../faults';
import { KvWatch } from './kv-watch';
import { type NatsConnection, REQUEST_TIMEOUT } from './nats/nats-connection';
import { isPassing, natsFaultOf } from './nats/nats-faults';
import { decodeRecord, encodeRecord, type StoredRecord } from './stored-record';
import { NO_TOKEN, tokenOf } from './subjects';

/** Milliseconds before it is tried again. */
const PAUSE = 250;
/** How often a write that nobody answered is sent; NATS knows it again if it has been done. */
const TRIES = 3;
/** What NATS adds to a record: headers that say what it replaces. */
const OVERHEAD = 256;

export class KvCatalogue implements Catalogue {
  readonly #connection: NatsConnection;
  readonly #bucket: string;
  readonly #replicas: number;
  readonly #watches = new Set<KvWatch>();
  /** When the bucket was made, as it was seen last. */
  #birth: string | undefined;

  constructor(connection: NatsConnection, bucket: string, replicas: number) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#replicas = replicas;
  }

  /** Makes the bucket, unless it is there. @throws (rejects with) what NATS says */
  async open(): Promise<void> {
    const { jsm } = this.#connection;
    const config: Partial<StreamConfig> & { name: string } = {
      name: this.#stream,
      subjects: [this.#subjects],
      max_msgs_per_subject: 1,
      storage: 'file',
      discard: 'new',
      num_replicas: this.#replicas,
      allow_rollup_hdrs: true,
      deny_delete: true,
    };
    try {
      const { config: there, created } = await jsm.streams.info(config.name);
      this.#see(created);
      if (there.num_replicas < this.#replicas) {
        await jsm.streams.update(config.name, { ...there, num_replicas: this.#replicas });
      }
    } catch (error) {
      if (natsFaultOf(error) !== 'missing stream') throw error;
      this.#see(undefined);
      await jsm.streams.add(config).catch((cause: unknown) => {
        if (natsFaultOf(cause) !== 'exists') throw cause;
      });
      this.#see((await jsm.streams.info(config.name)).created);
    }
    await this.#connection.touch(untouchedOf(this.#bucket), REQUEST_TIMEOUT);
  }

  /** Records can be read and written. Where NATS has lost them all, there are none. @throws like `open` */
  async check(): Promise<void> {
    try {
      await this.#prove();
    } catch (error) {
      if (natsFaultOf(error) !== 'away') throw error;
      await this.open();
      await this.#prove();
    }
  }

  get(key: RecordKey): Promise<CatalogueRecord | undefined> {
    return this.#connection.calls.run(async () => {
      const { record, revision } = await this.#read(key);
      return record?.value === undefined ? undefined : { key, value: record.value, revision };
    });
  }

  put(key: RecordKey, value: string, expected: Revision | undefined): Promise<Revision> {
    return this.#connection.calls.run(() => this.#put(key, value, expected));
  }

  remove(key: RecordKey, expected: Revision): Promise<void> {
    return this.#connection.calls.run(async () => {
      await this.#write({ key, value: undefined }, expected);
    });
  }

  async #put(key: RecordKey, value: string, expected: Revision | undefined): Promise<Revision> {
    try {
      return await this.#write({ key, value }, expected ?? 0);
    } catch (error) {
      if (!(error instanceof Conflict) || expected !== undefined) throw error;
      // What was removed has left a message behind, which is replaced then.
      const { record, revision } = await this.#read(key);
      if (record?.value !== undefined) throw error;
      return this.#write({ key, value }, revision);
    }
  }

  async *watch(signal: AbortSignal): AsyncIterable<CatalogueChange> {
    const watch = new KvWatch(
      this.#connection,
      {
        stream: this.#stream,
        subjects: this.#subjects,
        begun: () => void this.#look(),
        restore: () => this.#restore(),
      },
      signal,
    );
    this.#watches.add(watch);
    try {
      await this.#start(watch);
      for (let change = await watch.next(); change !== undefined; change = await watch.next()) yield change;
    } finally {
      watch.end();
      this.#watches.delete(watch);
    }
  }

  /** As soon as NATS answers. */
  async #start(watch: KvWatch): Promise<void> {
    while (!watch.ended.aborted) {
      try {
        await watch.start();
        return;
      } catch (error) {
        if (!isPassing(error)) throw error;
        await pause(PAUSE, watch.ended);
        await this.#connection.whenReady(1_000);
      }
    }
  }

  close(): void {
    for (const watch of this.#watches) watch.end();
  }

  /** Another one may be there in its place: made by another engine, or by hand. */
  async #look(): Promise<void> {
    const info = await this.#connection.jsm.streams.info(this.#stream).catch(() => undefined);
    if (info !== undefined) this.#see(info.created);
  }

  async #restore(): Promise<void> {
    await this.open();
    await this.#connection.whenReady(REQUEST_TIMEOUT);
  }

  /** @param birth of the bucket that is there */
  #see(birth: string | undefined): void {
    const before = this.#birth;
    this.#birth = birth;
    if (before === undefined || before === birth) return;
    this.#connection.lose(say('nats.lostCatalogue', { where: this.#connection.where }));
  }

  /** By a message that takes the place of the last of its kind: NATS says no to others before it looks for room. */
  async #prove(): Promise<void> {
    const { js } = this.#connection;
    await this.#connection.attempt(() => js.publish(proofOf(this.#bucket), '', { timeout: REQUEST_TIMEOUT }));
  }

  get #stream(): string {
    return `KV_${this.#bucket}`;
  }

  get #subjects(): string {
    return `$KV.${this.#bucket}.>`;
  }

  /** From the leader: another server may not have seen yet what we have. */
  async #read(key: RecordKey): Promise<{ record: StoredRecord | undefined; revision: Revision }> {
    const { jsm } = this.#connection;
    const subject = this.#subjectOf(key);
    const stored = await this.#connection.run(() =>
      jsm.streams.getMessage(this.#stream, { last_by_subj: subject }),
    );
    return { record: stored ? decodeRecord(stored.data) : undefined, revision: stored?.seq ?? 0 };
  }

  /** @throws Conflict when the last message of the key is not the expected one; 0: when there is one. */
  async #write(record: StoredRecord, expected: Revision): Promise<Revision> {
    const { js, packages, maxPayload } = this.#connection;
    const id = packages.transport.nuid.next();
    const body = encodeRecord(record);
    if (body.length > maxPayload - OVERHEAD) throw new TooLarge(maxPayload - OVERHEAD);
    return this.#connection.run(async () => {
      for (let tried = 1; ; tried += 1) {
        try {
          const { seq } = await js.publish(this.#subjectOf(record.key), body, {
            msgID: id,
            timeout: REQUEST_TIMEOUT,
            expect: { lastSubjectSequence: expected },
          });
          return seq;
        } catch (error) {
          if (natsFaultOf(error) === 'conflict') throw new Conflict();
          if (!isPassing(error)) throw this.#connection.refusal(error);
          if (tried === TRIES || natsFaultOf(error) === 'full') throw error;
          await pause(PAUSE, this.#connection.closed);
        }
      }
    });
  }

  #subjectOf(key: RecordKey): string {
    return `$KV.${this.#bucket}.${key.map(tokenOf).join('.')}`;
  }
}

/** Subjects of a bucket that belong to no record. */
function untouchedOf(bucket: string): string {
  return `$KV.${bucket}.${NO_TOKEN}`;
}

function proofOf(bucket: string): string {
  return `${untouchedOf(bucket)}.${NO_TOKEN}`;
}
