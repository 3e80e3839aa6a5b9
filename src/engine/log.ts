/**
 * The first port of an engine: logs, appended to by publishers and read through cursors. A log knows no subscriber:
 * it is read when somebody asks, at the speed of whoever asks, so that nobody's slowness costs anybody else anything.
 */

/** The stream of a jail; each has a log of its own. */
export interface LogId {
  readonly jail: string;
  readonly stream: string;
}

/** What one request published. */
export interface Entry {
  /** Grows within its log; numbers may be missing. */
  readonly number: number;
  /** Each message as JSON text, in the publisher's own letters. At least one. */
  readonly texts: readonly string[];
}

export interface CursorOptions {
  /**
   * It is remembered without a reader, and over restarts where the engine outlives the process: the next reader goes on
   * where the last one stopped. Others are gone with their reader.
   */
  readonly lasting: boolean;
}

/** Why nothing more comes of a cursor. */
export type CursorEnd =
  /** Its reader has left. */
  | 'left'
  /** Not a lasting one, and the log was trimmed beyond it: it would have a hole. */
  | 'overtaken'
  /** Its group, or its jail, is no more. */
  | 'forgotten'
  /** The engine is. */
  | 'closed';

export type Taken =
  | {
      /** In order; given back ones first. At least one. */
      readonly entries: readonly Entry[];
      /** Messages trimmed since the last take before this cursor had them; absent or 0 for none. */
      readonly missed?: number;
    }
  | { readonly end: CursorEnd };

/** A group's place in a log, as one process reads it. One take at a time. */
export interface Cursor {
  /**
   * Resolves as soon as there is something to be had; not calling it is how a slow reader holds back.
   *
   * @param maxBytes of texts, but never less than one entry.
   */
  take(maxBytes: number): Promise<Taken>;
  /** All texts of the entry have left, or nobody may see them. In any order; once the cursor has ended, in vain. */
  done(number: number): void;
  /**
   * Could not be sent: the next take has it first. What of its texts has left need not be in it; an engine that keeps
   * entries only whole gives all of them again. To be called in ascending order; once the cursor has ended, in vain.
   */
  giveBack(entry: Entry): void;
  /** What is neither done nor given back is so, whole. A take that waits ends. Resolves when others may read on. */
  leave(): Promise<void>;
}

export interface LogStats {
  /** Messages that lasting cursors without a reader have before them, each cursor's own. */
  readonly retained: number;
  /** Messages trimmed since the start before a lasting cursor had them, each cursor's own. */
  readonly dropped: number;
  /** Lasting cursors given up since the start for a limit of number or age. */
  readonly forgotten: number;
}

export interface Log {
  /**
   * Resolves when the entry is as safe as this engine promises, and is seen by all cursors that were open, and by lasting
   * ones. Entries of one caller keep their order.
   *
   * @throws (rejects with) EngineAway, TooLarge
   */
  append(logId: LogId, texts: readonly string[]): Promise<void>;
  /**
   * A lasting cursor begins at the log's end when it is opened for the first time, any other one each time. When it has
   * resolved, it misses nothing that is appended.
   *
   * A group is read by one caller a process at a time, but perhaps by several processes on one engine: each entry goes to
   * one of them.
   *
   * @throws (rejects with) EngineAway
   */
  open(logId: LogId, group: string, options: CursorOptions): Promise<Cursor>;
  /** The group, on all streams of the jail. Open cursors end. */
  forget(jail: string, group: string): Promise<void>;
  /** All logs and cursors of the jail. */
  erase(jail: string): Promise<void>;
  readonly stats: LogStats;
}

/** Bounds of what is kept, in each jail. */
export interface LogLimits {
  /** Messages that one lasting cursor may have before it while it has no reader; the newest entry, whatever it has. */
  readonly retainedMessages: number;
  /**
   * Bytes of all entries of a jail, what they take up beside their letters too; the oldest of the log with most gives way,
   * but never the newest entry.
   */
  readonly retainedBytes: number;
  /** Bytes of one log that only cursors that do not last have before them; those further behind end. */
  readonly passingBytes: number;
  /** Lasting cursors of a jail without a reader; the longest without one is forgotten first. */
  readonly retainedGroups: number;
  /** Milliseconds, of the time that a server runs, that a lasting cursor is remembered without a reader. */
  readonly retainedAge: number;
}
