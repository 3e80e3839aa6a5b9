/** What watchers of the catalogue are told: all that is there, that this was all, and then each change. */

import { type CatalogueChange, type CatalogueRecord, isSame, nameOf, type Revision } from '../catalogue';
import { pause } from '../deadline';
import { Untold } from '../memory/untold';
import { OrderedReader } from './groups/ordered-reader';
import type { NatsConnection } from './nats/nats-connection';
import { decodeRecord, type StoredRecord } from './stored-record';

export interface WatchParts {
  readonly stream: string;
  readonly subjects: string;
  /** Reading has begun, once more perhaps. */
  readonly begun: () => void;
  /** Makes the stream again. */
  readonly restore: () => Promise<void>;
}

/** Milliseconds before it is tried again to read a stream that is not there. */
const PAUSE = 1_000;

export class KvWatch {
  readonly #reader: OrderedReader;
  /** What has been seen, by key. */
  readonly #seen = new Map<string, CatalogueRecord>();
  readonly #untold = new Untold();
  /** Of the records that were there when reading began: not all have come yet. */
  #early: { seen: Set<string>; count: number; expected: number } | undefined;
  #isCurrent = false;
  readonly #ended = new AbortController();

  constructor(
    connection: NatsConnection,
    { stream, subjects, begun, restore }: WatchParts,
    signal: AbortSignal,
  ) {
    this.#reader = new OrderedReader(connection, {
      stream,
      start: () => {
        // Everything again: of what was removed and forgotten meanwhile there is no trace but that it is missing.
        this.#early = { seen: new Set(), count: 0, expected: Number.POSITIVE_INFINITY };
        return { deliver_policy: 'last_per_subject', filter_subject: subjects };
      },
      begun: (pending) => {
        begun();
        if (this.#early !== undefined) this.#early.expected = pending;
        this.#settle();
      },
      message: (message, { number, pending }) => {
        const record = decodeRecord(message.data);
        if (record !== undefined) this.#see(record, number);
        if (this.#early === undefined) return;
        this.#early.count += 1;
        if (pending === 0) this.#early.expected = 0;
        this.#settle();
      },
      idle: () => {
        if (this.#early !== undefined) this.#early.expected = 0;
        this.#settle();
      },
      missing: () => void this.#restore(restore),
    });
    if (signal.aborted) this.end();
    else signal.addEventListener('abort', () => this.end(), { once: true });
  }

  /** Nothing more is told. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Resolves when it has begun. @throws (rejects with) EngineAway; it may be started again. */
  async start(): Promise<void> {
    if (!this.ended.aborted) await this.#reader.start();
  }

  end(): void {
    this.#ended.abort();
    this.#reader.stop();
    this.#untold.end();
  }

  /** Undefined: it has ended. */
  next(): Promise<CatalogueChange | undefined> {
    return this.#untold.next();
  }

  /** Somebody has deleted all records, or NATS has lost them. */
  async #restore(restore: () => Promise<void>): Promise<void> {
    while (!this.ended.aborted) {
      try {
        await restore();
        await this.start();
        return;
      } catch {
        await pause(PAUSE, this.ended);
      }
    }
  }

  #see({ key, value }: StoredRecord, revision: Revision): void {
    const id = nameOf(key);
    this.#early?.seen.add(id);
    if (value === undefined) {
      if (this.#seen.delete(id)) this.#untold.remove(id, key);
      return;
    }
    const record = { key, value, revision };
    if (isSame(record, this.#seen.get(id))) return;
    this.#seen.set(id, record);
    this.#untold.put(id, record);
  }

  /** All that was there has come. */
  #settle(): void {
    const early = this.#early;
    if (early === undefined || early.count < early.expected) return;
    this.#early = undefined;
    for (const [id, { key }] of this.#seen) {
      if (early.seen.has(id)) continue;
      this.#seen.delete(id);
      this.#untold.remove(id, key);
    }
    if (this.#isCurrent) return;
    this.#isCurrent = true;
    this.#untold.current();
  }
}
