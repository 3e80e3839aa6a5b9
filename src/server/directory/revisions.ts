/** Which revision of each record has been seen, and who waits for another. */

import { nameOf, type RecordKey, type Revision } from '../../engine/catalogue';

/** Milliseconds that are waited for a change that was written to be seen; the watch may be late, but it comes. */
const PATIENCE = 2_000;

interface Wait {
  /** Ends it if what it waits for is so. */
  readonly look: () => void;
  readonly end: () => void;
}

export class Revisions {
  #seen = new Map<string, { readonly revision: Revision }>();
  #isClosed = false;
  readonly #waits = new Map<string, Set<Wait>>();

  of(key: RecordKey): Revision | undefined {
    return this.#of(nameOf(key));
  }

  /** @param revision undefined: the record is gone. */
  set(key: RecordKey, revision: Revision | undefined): void {
    const name = nameOf(key);
    if (revision === undefined) this.#seen.delete(name);
    else this.#seen.set(name, { revision });
    this.#look(name);
  }

  /** @param records as many at once, by name. */
  setAll(records: ReadonlyMap<string, { readonly revision: Revision }>): void {
    // Thousands, as a server starts: to copy them is far faster than to add each.
    if (this.#seen.size === 0) this.#seen = new Map(records);
    else for (const [name, record] of records) this.#seen.set(name, record);
    for (const name of [...this.#waits.keys()]) if (records.has(name)) this.#look(name);
  }

  /** Resolves when the revision that was seen is so; or after a while, as it may have been so, and be another already. */
  when(key: RecordKey, isSo: (seen: Revision | undefined) => boolean): Promise<void> {
    const name = nameOf(key);
    if (this.#isClosed || isSo(this.#of(name))) return Promise.resolve();
    const waits = this.#waits.get(name) ?? new Set<Wait>();
    this.#waits.set(name, waits);
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        waits.delete(wait);
        if (waits.size === 0) this.#waits.delete(name);
        resolve();
      };
      const look = (): void => {
        if (isSo(this.#of(name))) end();
      };
      const wait = { look, end };
      const timer = setTimeout(end, PATIENCE);
      waits.add(wait);
    });
  }

  #of(name: string): Revision | undefined {
    return this.#seen.get(name)?.revision;
  }

  #look(name: string): void {
    for (const wait of [...(this.#waits.get(name) ?? [])]) wait.look();
  }

  /** Nothing more will be seen: nobody waits any longer. */
  close(): void {
    this.#isClosed = true;
    for (const waits of [...this.#waits.values()]) for (const { end } of [...waits]) end();
  }
}
