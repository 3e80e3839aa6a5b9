/**
 * The second port of an engine: jails, clients and definitions, few and precious. Records change one at a time, and
 * only from the revision that the writer has seen; all who watch see the same changes.
 */

/** A record's kind, and what it is about: `['client', 'abc']`. Any text may stand in it; engines encode it. */
export type RecordKey = readonly string[];

/** Grows with each put of the record, also when it was removed in between. Means something to its engine alone. */
export type Revision = number;

export interface CatalogueRecord {
  readonly key: RecordKey;
  /** JSON text. */
  readonly value: string;
  readonly revision: Revision;
}

export type CatalogueChange =
  /**
   * Of what was there when the watch began, all that an engine has at hand, by name: the same as a put of each, without
   * a turn for each, as there may be thousands. The map belongs to who watches.
   */
  | { readonly type: 'there'; readonly records: Map<string, CatalogueRecord> }
  | { readonly type: 'put'; readonly record: CatalogueRecord }
  | { readonly type: 'remove'; readonly key: RecordKey }
  /** All that was there when the watch began has been yielded. */
  | { readonly type: 'current' };

/** A key as one text: what records are told apart by. */
export function nameOf(key: RecordKey): string {
  return JSON.stringify(key);
}

/** One that was lost and made again counts from 1: what was written anew may have the number of what it replaces. */
export function isSame(one: CatalogueRecord, other: CatalogueRecord | undefined): boolean {
  return one.revision === other?.revision && one.value === other.value;
}

export interface Catalogue {
  get(key: RecordKey): Promise<CatalogueRecord | undefined>;
  /**
   * Resolves, with its new revision, when the record is as safe as this engine promises; before that nobody sees it.
   *
   * @param expected the revision that it replaces; undefined: there must be none.
   * @throws (rejects with) Conflict, EngineAway, StoreError; then nothing has changed.
   */
  put(key: RecordKey, value: string, expected: Revision | undefined): Promise<Revision>;
  /** @throws (rejects with) Conflict, EngineAway, StoreError; then nothing has changed. */
  remove(key: RecordKey, expected: Revision): Promise<void>;
  /**
   * All records, some at once or one by one, the mark `current`, then changes, those of other processes too, until the
   * signal or the engine's close ends it. After a break, what changed meanwhile is yielded as changes.
   */
  watch(signal: AbortSignal): AsyncIterable<CatalogueChange>;
}
