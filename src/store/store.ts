/**
 * A folder on disk that keeps texts under keys, held by one process at a time. A write has resolved when the disk
 * has it. Writes that gather while one is under way leave together in the next, so that hundreds offered at once
 * cost a flush or two, and a lone one never waits for company.
 */
import { StoreError } from '../errors';
import { inEnglish, quoted, type Sentence, say, type Warn, type Words } from '../sentences';
import { type Change, Damage, type Database, type Entry, faultOf, openDatabase } from './database';
import { droppedBytes, inspectFolder, setAside } from './folder';

export type { Change, Entry } from './database';

export interface StoreOptions {
  /** Made when it is not there. */
  readonly folder: string;
  /** Written into the store, so that one of another kind or version is known as foreign: `outbox 1`. */
  readonly format: string;
  /** Told when a damaged or foreign folder was set aside, or a part of one could not be read. */
  readonly warn: Warn;
  /** Where a test puts a disk that fails. */
  readonly openDatabase?: (folder: string) => Promise<Database>;
}

export interface WriteOptions {
  /** False: written, but not flushed; the write after it that is, flushes both. Default: true. */
  readonly flush?: boolean;
}

interface Opened {
  readonly database: Database;
  readonly entries: readonly Entry[];
}

interface Write {
  readonly changes: readonly Change[];
  readonly flush: boolean;
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/** Sorts before all keys, which must not begin with its first character. */
const FORMAT_KEY = '!format';

/** Characters written at once; beyond it LevelDB's copies of a long queue would fill the memory. */
const MAX_GROUP = 4 * 1_048_576;

export class Store {
  readonly #options: StoreOptions;
  #database: Database | undefined;
  #waiting: Write[] = [];
  #draining = false;
  /** Opening, writing and closing follow one another. */
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /**
   * All there is, in the order of the keys. A damaged or foreign folder is set aside, and the store begins empty.
   *
   * @throws StoreError when another process holds the folder, or the disk is full or read-only. May be tried again.
   */
  open(): Promise<readonly Entry[]> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    return this.#inTurn(async () => (await this.#open()).entries);
  }

  /** Rejects with a StoreError when the disk does not take the changes; later writes may well succeed. */
  write(changes: readonly Change[], { flush = true }: WriteOptions = {}): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, flush, resolve, reject });
      if (this.#draining) return;
      this.#draining = true;
      // Begins in a microtask, so that all writes of this turn leave together.
      void this.#inTurn(() => this.#drain());
    });
  }

  /**
   * Gives up what is there: renames the folder and begins an empty one. For content that turns out unreadable.
   *
   * @param why stands in brackets in the warning: `it holds notes.txt, but no database`
   */
  async setAside(why: Words): Promise<void> {
    await this.#inTurn(() => this.#setAside(why));
  }

  /** Resolves when everything written so far is on disk and the folder is free for others. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#inTurn(() => this.#release());
    return this.#closing;
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(act);
    this.#last = result.catch(() => {});
    return result;
  }

  async #open(): Promise<Opened> {
    await this.#release();
    try {
      return await this.#openAsIs();
    } catch (thrown) {
      const fault = faultOf(thrown, this.#options.folder);
      if (fault instanceof StoreError) throw fault;
      return this.#setAside(fault.words);
    }
  }

  /** @throws Damage or StoreError */
  async #openAsIs(): Promise<Opened> {
    const { folder, format, openDatabase: open = openDatabase } = this.#options;
    await inspectFolder(folder);
    const database = await open(folder);
    try {
      const [first, ...entries] = await database.entries();
      if (first === undefined) {
        await database.write([{ type: 'put', key: FORMAT_KEY, value: format }], true);
      } else if (first[0] !== FORMAT_KEY || first[1] !== format) {
        throw new Damage(say('store.foreign', { format: quoted(format) }));
      }
      const lost = await droppedBytes(folder);
      if (lost > 0) this.#warn(say('store.lost', { folder, bytes: lost }));
      this.#database = database;
      return { database, entries };
    } catch (thrown) {
      await database.close();
      throw thrown;
    }
  }

  async #setAside(why: Words): Promise<Opened> {
    const { folder } = this.#options;
    await this.#release();
    const place = await setAside(folder);
    this.#warn(say('store.setAside', { folder, reason: why, place }));
    return this.#openAsIs();
  }

  /** Writes what waits, group after group. Never throws: a failure is the end of its group's writes. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      const changes = group.flatMap((write) => write.changes);
      try {
        const database = this.#database ?? (await this.#open()).database;
        await database.write(
          changes,
          group.some((write) => write.flush),
        );
        for (const write of group) write.resolve();
      } catch (thrown) {
        // LevelDB goes on after a full disk as if nothing had happened, and the next start finds nothing of what
        // it then called flushed: its log has a torn record in the middle. Opened anew, it begins a new log.
        await this.#release();
        const fault = faultOf(thrown, this.#options.folder);
        const error = fault instanceof StoreError ? fault : new StoreError(fault.words, { cause: fault });
        for (const write of group) write.reject(error);
      }
    }
    this.#draining = false;
  }

  #takeGroup(): Write[] {
    let size = 0;
    const end = this.#waiting.findIndex((write, index) => {
      for (const change of write.changes) size += change.type === 'put' ? change.value.length : 0;
      return index > 0 && size > MAX_GROUP;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #release(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    // What was flushed is safe, and nothing can be done about the rest.
    await database?.close().catch(() => {});
  }

  #closedError(): StoreError {
    return new StoreError(say('store.closed', { folder: this.#options.folder }));
  }

  #warn(sentence: Sentence): void {
    this.#options.warn(inEnglish(sentence), sentence);
  }
}
