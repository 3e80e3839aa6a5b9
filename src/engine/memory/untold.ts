/**
 * What one who watches a catalogue has not been told: of each record the latest alone, and nothing of one that has come
 * and gone meanwhile. So it is never more than there are records, however slow he is.
 */

import type { CatalogueChange, CatalogueRecord, RecordKey } from '../catalogue';

/** The mark between what was there and what has changed since; keys are arrays, so no record is called so. */
const CURRENT = '';

export class Untold {
  readonly #changes = new Map<string, CatalogueChange>();
  /** Goes on to what is added until it is done: one begun anew would pass the places of all that was deleted. */
  #next = this.#changes.entries();
  /** Told before all else. */
  #there: Map<string, CatalogueRecord> | undefined;
  /** Records that he knows, by name. */
  #known = new Set<string>();
  #wake: (() => void) | undefined;
  #isEnded = false;

  get size(): number {
    return this.#changes.size;
  }

  /** @param records by name: what was there as he began, told at once. Before all else. */
  there(records: ReadonlyMap<string, CatalogueRecord>): void {
    if (records.size === 0) return;
    this.#there = new Map(records);
    this.#known = new Set(records.keys());
  }

  /** @param name of the record, the same for the same key. */
  put(name: string, record: CatalogueRecord): void {
    this.#tell(name, { type: 'put', record });
  }

  remove(name: string, key: RecordKey): void {
    if (this.#known.has(name)) this.#tell(name, { type: 'remove', key });
    else this.#changes.delete(name);
  }

  /** All that was there has been put. */
  current(): void {
    this.#tell(CURRENT, { type: 'current' });
  }

  /** Nothing more is told, neither what was not told yet. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** Resolves as soon as there is something; undefined: it has ended. One call at a time. */
  async next(): Promise<CatalogueChange | undefined> {
    while (!this.#isEnded) {
      const change = this.#take();
      if (change !== undefined) return change;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return undefined;
  }

  #take(): CatalogueChange | undefined {
    const records = this.#there;
    this.#there = undefined;
    if (records !== undefined) return { type: 'there', records };
    const { value } = this.#next.next();
    if (value === undefined) {
      this.#next = this.#changes.entries();
      return undefined;
    }
    const [name, change] = value;
    this.#changes.delete(name);
    if (change.type === 'put') this.#known.add(name);
    else this.#known.delete(name);
    return change;
  }

  #tell(name: string, change: CatalogueChange): void {
    this.#changes.set(name, change);
    this.#wake?.();
  }
}
