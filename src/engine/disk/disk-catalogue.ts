/** A catalogue on disk: memory's, in which a change is seen once the disk has it, flushed. */

import {
  type Catalogue,
  type CatalogueChange,
  type CatalogueRecord,
  nameOf,
  type RecordKey,
  type Revision,
} from '../catalogue';
import { MemoryCatalogue } from '../memory/memory-catalogue';
import type { Journal } from './journal';

export class DiskCatalogue implements Catalogue {
  readonly #memory: MemoryCatalogue;
  readonly #journal: Journal;
  /** The latest change of each record, while it is under way. */
  readonly #changing = new Map<string, Promise<unknown>>();
  /** What is being written of each record, and not seen yet. */
  readonly #coming = new Map<string, string | undefined>();

  /** @param records those of the store: its own from then on. */
  constructor(journal: Journal, records: Map<string, CatalogueRecord>) {
    this.#journal = journal;
    this.#memory = new MemoryCatalogue(records);
  }

  get(key: RecordKey): Promise<CatalogueRecord | undefined> {
    return this.#memory.get(key);
  }

  put(key: RecordKey, value: string, expected: Revision | undefined): Promise<Revision> {
    return this.#change(key, expected, value, () => this.#memory.set(key, value));
  }

  remove(key: RecordKey, expected: Revision): Promise<void> {
    return this.#change(key, expected, undefined, () => this.#memory.delete(key));
  }

  watch(signal: AbortSignal): AsyncIterable<CatalogueChange> {
    return this.#memory.watch(signal);
  }

  /** Ends all watches once what is being written is. */
  async close(): Promise<void> {
    while (this.#changing.size > 0) await Promise.allSettled(this.#changing.values());
    this.#memory.close();
  }

  /** One after the other, as each is to see what the one before it has made of the record. */
  async #change<Result>(
    key: RecordKey,
    expected: Revision | undefined,
    value: string | undefined,
    apply: () => Result,
  ): Promise<Result> {
    const name = nameOf(key);
    const before = this.#changing.get(name);
    const changing = (async () => {
      await before?.catch(() => {});
      this.#memory.expect(key, expected);
      this.#coming.set(name, value);
      try {
        await this.#write(name, value);
        return apply();
      } finally {
        this.#coming.delete(name);
      }
    })();
    this.#changing.set(name, changing);
    try {
      return await changing;
    } finally {
      if (this.#changing.get(name) === changing) this.#changing.delete(name);
    }
  }

  async #write(name: string, value: string | undefined): Promise<void> {
    const change =
      value === undefined ? { type: 'del' as const, key: name } : { type: 'put' as const, key: name, value };
    this.#journal.assertReady();
    try {
      await this.#journal.write([change], { flush: true });
    } catch (thrown) {
      // Nobody knows what became of it: it was refused, so what was there before is written again; or what comes after
      // it, if that is on its way by then.
      this.#journal.behind(name, () =>
        this.#coming.has(name) ? this.#coming.get(name) : this.#memory.peek(name)?.value,
      );
      throw thrown;
    }
  }
}
