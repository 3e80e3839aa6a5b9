/**
 * A sea's journal in a store on disk. What clients were told is done is flushed before they are told; what is kept
 * for groups is written behind, so that publishing never waits for the disk.
 */

import type { StoreError } from '../errors';
import { inEnglish, say, type Warn } from '../sentences';
import { type Change, Store, type StoreOptions } from '../store/store';
import type { Journal, RecordKey } from './journal';
import { assemble, type FirstJail, nameOf } from './records';
import type { SeaSnapshot } from './snapshot';

export interface ArchiveOptions extends Pick<StoreOptions, 'openDatabase'> {
  /** Of this server alone; made when it is not there. */
  readonly folder: string;
  /** Told when a damaged folder was set aside, or records in it were left out. */
  readonly warn: Warn;
  /** Told when what is written behind did not reach the disk; it is tried again. */
  readonly onError: (error: StoreError) => void;
}

const FORMAT = 'stream-sea server 1';

/** A full disk is not asked more often, as each time the store is opened anew. */
const RETRY_INTERVAL = 1_000;

/** The value to be written; undefined: to be deleted. `isNew`: the disk has never heard of it. */
interface Pending {
  readonly value: string | undefined;
  readonly isNew: boolean;
}

export class Archive implements Journal {
  readonly #store: Store;
  readonly #onError: (error: StoreError) => void;
  #definitions = new Map<string, Pending>();
  #behind = new Map<string, Pending>();
  /** The latest flush of definitions. */
  #flushed: Promise<void> = Promise.resolve();
  #writing = false;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(store: Store, onError: (error: StoreError) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** @throws StoreError when another process holds the folder, or the disk is full or read-only. */
  static async open(
    { onError, ...options }: ArchiveOptions,
    first: FirstJail,
  ): Promise<{ archive: Archive; snapshot: SeaSnapshot }> {
    const store = new Store({ ...options, format: FORMAT });
    try {
      const { snapshot, unreadable, orphans } = assemble(await store.open(), first);
      if (orphans.length > 0) await store.write(orphans.map((key): Change => ({ type: 'del', key })));
      if (unreadable.length > 0) {
        const sentence = say('store.leftOut', { folder: options.folder, records: unreadable.length });
        options.warn(inEnglish(sentence), sentence);
      }
      return { archive: new Archive(store, onError), snapshot };
    } catch (thrown) {
      await store.close();
      throw thrown;
    }
  }

  write(key: RecordKey, value: object): void {
    this.#definitions.set(nameOf(key), { value: JSON.stringify(value), isNew: false });
  }

  erase(key: RecordKey): void {
    this.#definitions.set(nameOf(key), { value: undefined, isNew: false });
  }

  saved(): Promise<void> {
    // One after the other: what a failed one gives back must not overwrite what a later one has written.
    // With nothing to be written, it may be the very same request again, while the first is still under way.
    if (this.#definitions.size > 0) this.#flushed = this.#flushed.catch(() => {}).then(() => this.#flush());
    return this.#flushed;
  }

  keep(key: RecordKey, text: string): void {
    this.#behind.set(nameOf(key), { value: text, isNew: key[0] === 'message' });
    this.#writeBehind();
  }

  drop(key: RecordKey): void {
    const name = nameOf(key);
    // Dropped as fast as they come, by a group at its limit, most messages need never see the disk.
    if (this.#behind.get(name)?.isNew) this.#behind.delete(name);
    else this.#behind.set(name, { value: undefined, isNew: false });
    this.#writeBehind();
  }

  /** Resolves when the disk has everything, or has refused it, and the folder is free. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const rest = new Map([...this.#definitions, ...this.#behind]);
    this.#definitions = new Map();
    this.#behind = new Map();
    if (rest.size > 0) await this.#store.write(changesOf(rest)).catch(this.#onError);
    await this.#store.close();
  }

  async #flush(): Promise<void> {
    const pending = this.#definitions;
    if (pending.size === 0) return;
    this.#definitions = new Map();
    try {
      await this.#store.write(changesOf(pending));
    } catch (thrown) {
      // Tried again with the next: the sea has changed, and must not differ from its journal for longer than needed.
      this.#definitions = new Map([...pending, ...this.#definitions]);
      throw thrown;
    }
  }

  #writeBehind(): void {
    if (this.#writing || this.#retry !== undefined || this.#closed) return;
    this.#writing = true;
    // In a microtask, so that all of a batch leaves together.
    queueMicrotask(() => void this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    while (this.#behind.size > 0) {
      const pending = this.#behind;
      this.#behind = new Map();
      try {
        await this.#store.write(changesOf(pending), { flush: false });
      } catch (thrown) {
        this.#failed(pending, thrown as StoreError);
        break;
      }
    }
    this.#writing = false;
  }

  #failed(pending: ReadonlyMap<string, Pending>, error: StoreError): void {
    // The disk may have heard of them now.
    const again = [...pending].map(([name, { value }]) => [name, { value, isNew: false }] as const);
    this.#behind = new Map([...again, ...this.#behind]);
    this.#onError(error);
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#writeBehind();
    }, RETRY_INTERVAL);
  }
}

function changesOf(pending: ReadonlyMap<string, Pending>): Change[] {
  return [...pending].map(([key, { value }]) =>
    value === undefined ? { type: 'del', key } : { type: 'put', key, value },
  );
}
