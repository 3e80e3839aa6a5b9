/** What watchers of the catalogue are told: all that is there, that this was all, and then each change. */

import type { CatalogueChange, RecordKey, Revision } from '../catalogue';
import type { NatsConnection } from './nats-connection';
import { OrderedReader } from './ordered-reader';
import { decodeRecord, type StoredRecord } from './stored-record';

export interface WatchParts {
  readonly stream: string;
  readonly subjects: string;
  /** Makes the stream again. */
  readonly restore: () => Promise<void>;
}

/** Milliseconds before it is tried again to read a stream that is not there. */
const PAUSE = 1_000;

export class KvWatch implements AsyncIterator<CatalogueChange> {
  readonly #reader: OrderedReader;
  /** What has been told, by key. */
  readonly #told = new Map<string, { key: RecordKey; revision: Revision }>();
  readonly #changes: CatalogueChange[] = [];
  #wake: (() => void) | undefined;
  /** Of the records that were there when reading began: not all have come yet. */
  #early: { seen: Set<string>; count: number; expected: number } | undefined;
  #isCurrent = false;
  #isOver = false;

  constructor(connection: NatsConnection, { stream, subjects, restore }: WatchParts, signal: AbortSignal) {
    this.#reader = new OrderedReader(connection, {
      stream,
      start: () => {
        // Everything again: of what was removed and forgotten meanwhile there is no trace but that it is missing.
        this.#early = { seen: new Set(), count: 0, expected: Number.POSITIVE_INFINITY };
        return { deliver_policy: 'last_per_subject', filter_subject: subjects };
      },
      begun: (pending) => {
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

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when it has begun. @throws (rejects with) EngineAway; it may be started again. */
  async start(): Promise<void> {
    if (!this.#isOver) await this.#reader.start();
  }

  end(): void {
    this.#isOver = true;
    this.#reader.stop();
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<CatalogueChange>> {
    for (;;) {
      if (this.#isOver) return { done: true, value: undefined };
      const value = this.#changes.shift();
      if (value !== undefined) return { done: false, value };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<CatalogueChange>> {
    this.end();
    return { done: true, value: undefined };
  }

  /** Somebody has deleted all records, or NATS has lost them. */
  async #restore(restore: () => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      try {
        await restore();
        await this.start();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, PAUSE).unref());
      }
    }
  }

  #see({ key, value }: StoredRecord, revision: Revision): void {
    const id = JSON.stringify(key);
    const told = this.#told.get(id);
    this.#early?.seen.add(id);
    if (told !== undefined && told.revision >= revision) return;
    if (value === undefined) {
      if (!this.#told.delete(id)) return;
      this.#tell({ type: 'remove', key });
    } else {
      this.#told.set(id, { key, revision });
      this.#tell({ type: 'put', record: { key, value, revision } });
    }
  }

  /** All that was there has come. */
  #settle(): void {
    const early = this.#early;
    if (early === undefined || early.count < early.expected) return;
    this.#early = undefined;
    for (const [id, { key }] of this.#told) {
      if (early.seen.has(id)) continue;
      this.#told.delete(id);
      this.#tell({ type: 'remove', key });
    }
    if (this.#isCurrent) return;
    this.#isCurrent = true;
    this.#tell({ type: 'current' });
  }

  #tell(change: CatalogueChange): void {
    this.#changes.push(change);
    this.#wake?.();
  }
}
