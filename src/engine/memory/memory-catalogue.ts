/** A catalogue in the memory of this process. */

import { say } from '../../sentences';
import {
  type Catalogue,
  type CatalogueChange,
  type CatalogueRecord,
  nameOf,
  type RecordKey,
  type Revision,
} from '../catalogue';
import { Conflict, EngineAway } from '../faults';
import { Untold } from './untold';

export class MemoryCatalogue implements Catalogue {
  readonly #records: Map<string, CatalogueRecord>;
  readonly #watchers = new Set<Untold>();
  #lastRevision: Revision;
  #isClosed = false;

  /** @param records by name, with revisions from 1 on; its own from then on. */
  constructor(records = new Map<string, CatalogueRecord>()) {
    this.#records = records;
    this.#lastRevision = records.size;
  }

  async get(key: RecordKey): Promise<CatalogueRecord | undefined> {
    this.assertOpen();
    return this.#records.get(nameOf(key));
  }

  async put(key: RecordKey, value: string, expected: Revision | undefined): Promise<Revision> {
    this.expect(key, expected);
    return this.set(key, value);
  }

  async remove(key: RecordKey, expected: Revision): Promise<void> {
    this.expect(key, expected);
    this.delete(key);
  }

  async *watch(signal: AbortSignal): AsyncGenerator<CatalogueChange> {
    if (this.#isClosed || signal.aborted) return;
    const watcher = new Untold();
    watcher.there(this.#records);
    watcher.current();
    const end = (): void => watcher.end();
    this.#watchers.add(watcher);
    signal.addEventListener('abort', end, { once: true });
    try {
      for (let change = await watcher.next(); change !== undefined; change = await watcher.next()) {
        yield change;
      }
    } finally {
      signal.removeEventListener('abort', end);
      this.#watchers.delete(watcher);
    }
  }

  /** Ends all watches. */
  close(): void {
    this.#isClosed = true;
    for (const watcher of this.#watchers) watcher.end();
  }

  /** @throws Conflict, and EngineAway once closed. */
  expect(key: RecordKey, expected: Revision | undefined): void {
    this.assertOpen();
    if (this.#records.get(nameOf(key))?.revision !== expected) throw new Conflict();
  }

  set(key: RecordKey, value: string): Revision {
    this.#lastRevision += 1;
    const record = { key: [...key], value, revision: this.#lastRevision };
    this.#records.set(nameOf(key), record);
    for (const watcher of this.#watchers) watcher.put(nameOf(key), record);
    return record.revision;
  }

  delete(key: RecordKey): void {
    this.#records.delete(nameOf(key));
    for (const watcher of this.#watchers) watcher.remove(nameOf(key), [...key]);
  }

  peek(name: string): CatalogueRecord | undefined {
    return this.#records.get(name);
  }

  assertOpen(): void {
    if (this.#isClosed) throw new EngineAway(say('engine.closed'));
  }
}
