/**
 * Where the sea says what it wants to outlive the process. The sea itself does no I/O: it names a record and its
 * value, in two ways that differ in when the disk has them.
 */

/** A record's kind, and what it is about. */
export type RecordKey =
  | readonly ['jail', jailId: string]
  | readonly ['client', clientId: string]
  /** The configured client: only what its configuration does not say. */
  | readonly ['first client', clientId: string]
  | readonly ['stream', jailId: string, streamName: string]
  | readonly ['group', jailId: string, streamName: string, groupKey: string]
  | readonly ['message', jailId: string, streamName: string, groupKey: string, number: number];

export interface Journal {
  /** To be on disk once `saved` has resolved: what clients were told is done. */
  write(key: RecordKey, value: object): void;
  erase(key: RecordKey): void;
  /** @throws (rejects with) StoreError when it is not on disk; `saved` may be called again. */
  saved(): Promise<void>;
  /** To be on disk soon; nobody waits for it. @param text JSON. */
  keep(key: RecordKey, text: string): void;
  drop(key: RecordKey): void;
}

/** Of a server without a store. */
export const noJournal: Journal = {
  write() {},
  erase() {},
  saved: async () => {},
  keep() {},
  drop() {},
};
