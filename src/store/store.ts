/**
 * A folder on disk that keeps texts under keys, held by one process at a time. A write has resolved when the disk
 * has it. Writes that gather while one is under way leave together, so that hundreds offered at once cost a flush or
 * two; a lone one waits for nothing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../errors';
import { quoted, type Sentence, say, tell, type Warn, type Words } from '../sentences';
import {
  assertUnused,
  type Change,
  Damage,
  type Database,
  faultOf,
  openDatabase,
  type Pair,
} from './database';
import { examine } from './examination';
import { buildBeside, discard, setAside, settleIn, weigh } from './folder';
import { GroupCommit, MAX_GROUP } from './group-commit';
import { type Salvage, salvage } from './salvage';

export interface StoreOptions {
  /** Made when it is not there. */
  readonly folder: string;
  /** Written into the store, so that one of another kind or version is known as foreign: `outbox 1`. */
  readonly format: string;
  /**
   * Nobody else has business in the folder: what is not ours there is set aside. Otherwise a person has named it, wrongly
   * perhaps: what is not ours is left alone, and the store cannot be used. Default: false.
   */
  readonly isOurs?: boolean | undefined;
  /** Told when a damaged folder was repaired, or a foreign one set aside: how much was saved, and how much not. */
  readonly warn: Warn;
  /**
   * Bytes that are held in memory before they leave the log for a table, and are copied once more when the store is
   * opened: more make a busy store quicker, and need more room on a disk that was full. Default: 1 MiB.
   */
  readonly bufferSize?: number;
  /** Where a test puts a disk that fails. */
  readonly openDatabase?: (folder: string, bufferSize?: number) => Promise<Database>;
}

export interface WriteOptions {
  /** False: written, but not flushed; the write after it that is, flushes both. Default: true. */
  readonly flush?: boolean;
}

/** Sorts before all keys, which must not begin with its first character. */
export const FORMAT_KEY = '!format';

/** Damaged files that are named; how much is lost, is told of all of them. */
const MAX_NAMED = 3;

export class Store {
  readonly #options: StoreOptions;
  #database: Database | undefined;
  readonly #waiting = new GroupCommit();
  #draining = false;
  /** Found whole by this process, which has held it since but for a moment after a write that failed. */
  #examined = false;
  /** Opening, writing and closing follow one another. */
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /**
   * All there is, in the order of the keys. A damaged store is repaired; what cannot be, or is of another version, is
   * set aside, and the store begins empty.
   *
   * @throws StoreError when another has the folder, or the disk is full or read-only. May be tried again.
   */
  open(): Promise<readonly Pair[]> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    return this.#inTurn(() => this.#read());
  }

  /** Rejects with a StoreError when the disk does not take the changes; later writes may well succeed. */
  write(changes: readonly Change[], { flush = true }: WriteOptions = {}): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    const written = this.#waiting.add(changes, flush);
    if (!this.#draining) {
      this.#draining = true;
      void this.#inTurn(() => this.#drain());
    }
    return written;
  }

  /**
   * Sets what is there aside and goes on with the given entries. For content that turns out unreadable.
   *
   * @param why stands in brackets in the warning: `it holds notes.txt, but no database`
   */
  async setAside(why: Words, keep: readonly Pair[]): Promise<void> {
    await this.#inTurn(() => this.#setAside(why, keep));
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

  async #read(): Promise<readonly Pair[]> {
    let database = await this.#open();
    let all: readonly Pair[];
    try {
      all = await database.entries();
    } catch (thrown) {
      await this.#release();
      const fault = faultOf(thrown, this.#options.folder);
      if (fault instanceof StoreError) throw fault;
      database = await this.#repair(fault.words);
      all = await database.entries();
    }
    return all[0]?.[0] === FORMAT_KEY ? all.slice(1) : all;
  }

  async #open(): Promise<Database> {
    const { folder } = this.#options;
    await this.#release();
    try {
      await settleIn(folder);
      const damage = (await examine(folder))?.damage ?? [];
      if (damage.length > 0) throw new Damage(damage.slice(0, MAX_NAMED));
      const database = await this.#openAsIs();
      this.#examined = true;
      return database;
    } catch (thrown) {
      const fault = faultOf(thrown, folder);
      if (fault instanceof StoreError) throw fault;
      return this.#repair(fault.words);
    }
  }

  /**
   * For a write. Once examined, the store is not again after each write that failed: on a full disk that was all of it
   * each time.
   *
   * @throws StoreError
   */
  async #reopen(): Promise<Database> {
    if (!this.#examined) return this.#open();
    try {
      return await this.#openAsIs();
    } catch (thrown) {
      const fault = faultOf(thrown, this.#options.folder);
      if (fault instanceof StoreError) throw fault;
      return this.#open();
    }
  }

  /** @throws Damage or StoreError */
  async #openAsIs(): Promise<Database> {
    const { folder, format, bufferSize, openDatabase: open = openDatabase } = this.#options;
    const database = await open(folder, bufferSize);
    try {
      const first = await database.first();
      if (first === undefined) {
        await database.write([{ type: 'put', key: FORMAT_KEY, value: format }], true);
      } else if (first[0] !== FORMAT_KEY || first[1] !== format) {
        throw new Damage(say('store.foreign', { format: quoted(format) }));
      }
      this.#database = database;
      return database;
    } catch (thrown) {
      await database.close();
      throw thrown;
    }
  }

  async #repair(why: Words): Promise<Database> {
    const { folder, format } = this.#options;
    // Somebody who writes there would look like damage.
    await assertUnused(folder);
    const found = await salvage(folder);
    if (!this.#isOurs(found)) throw this.#errorOf(new Damage(why));
    const { entries, lost } = found;
    const own = entries.filter(([key]) => key !== FORMAT_KEY);
    // Without its format it is held to be ours: it was damaged, or nobody else has business in this folder.
    const isReadable = entries.every(([key, value]) => key !== FORMAT_KEY || value === format);
    if (!isReadable || own.length === 0) return this.#setAside(why, []);
    const { database, place } = await this.#replace(own);
    const told = { folder, reason: why, records: own.length };
    if (lost.files > 0) {
      this.#warn(say('store.repairedInPart', { ...told, ...lost, place }));
    } else {
      // What cannot be deleted stays, which costs no more than its room.
      await discard(place, folder).catch(() => {});
      this.#warn(say('store.repaired', told));
    }
    return database;
  }

  #isOurs({ entries, lost }: Salvage): boolean {
    const { folder, format, isOurs = false } = this.#options;
    const [, its] = entries.find(([key]) => key === FORMAT_KEY) ?? [];
    if (isOurs || its !== undefined) return isOurs || kindOf(its ?? '') === kindOf(format);
    // Its format may be in what is lost; where no record is left, there is what LevelDB makes before any other file.
    return entries.length > 0 ? lost.files > 0 : existsSync(join(folder, 'LOCK'));
  }

  async #setAside(why: Words, keep: readonly Pair[]): Promise<Database> {
    const { folder } = this.#options;
    const { database, place } = await this.#replace(keep);
    const weight = await weigh(place).catch(() => ({ files: 0, bytes: 0 }));
    this.#warn(say('store.setAside', { folder, reason: why, place, ...weight, records: keep.length }));
    return database;
  }

  /** @returns where what was there before is now. */
  async #replace(entries: readonly Pair[]): Promise<{ database: Database; place: string }> {
    const { folder } = this.#options;
    await this.#release();
    try {
      await buildBeside(folder, (place) => this.#fill(place, entries));
      await assertUnused(folder);
      const place = await setAside(folder);
      await settleIn(folder);
      return { database: await this.#openAsIs(), place };
    } catch (thrown) {
      const fault = faultOf(thrown, folder);
      throw this.#errorOf(fault);
    }
  }

  async #fill(folder: string, entries: readonly Pair[]): Promise<void> {
    const { format, bufferSize, openDatabase: open = openDatabase } = this.#options;
    const database = await open(folder, bufferSize);
    try {
      let changes: Change[] = [];
      let size = 0;
      for (const [key, value] of entries) {
        changes.push({ type: 'put', key, value });
        size += value.length;
        if (size < MAX_GROUP) continue;
        await database.write(changes, false);
        [changes, size] = [[], 0];
      }
      // The last, as a folder without it is one that died on the way.
      await database.write([...changes, { type: 'put', key: FORMAT_KEY, value: format }], true);
    } finally {
      await database.close();
    }
  }

  /** Writes what waits, group after group. Never throws: a failure is the end of its group. */
  async #drain(): Promise<void> {
    for (let group = this.#waiting.shift(); group !== undefined; group = this.#waiting.shift()) {
      try {
        const database = this.#database ?? (await this.#reopen());
        await database.write(group.changes, group.flush);
        group.resolve();
      } catch (thrown) {
        // LevelDB goes on after a full disk as if nothing had happened, and the next start finds nothing of what
        // it then called flushed: its log has a torn record in the middle. Opened anew, it begins a new log.
        await this.#release();
        const fault = faultOf(thrown, this.#options.folder);
        group.reject(this.#errorOf(fault));
      }
    }
    this.#draining = false;
  }

  async #release(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    // What was flushed is safe, and nothing can be done about the rest.
    await database?.close().catch(() => {});
  }

  #errorOf(fault: Damage | StoreError): StoreError {
    if (fault instanceof StoreError) return fault;
    const { folder } = this.#options;
    return new StoreError(say('store.unusable', { folder, reason: fault.words }), { cause: fault });
  }

  #closedError(): StoreError {
    return new StoreError(say('store.closed', { folder: this.#options.folder }));
  }

  #warn(sentence: Sentence): void {
    tell(this.#options.warn, sentence);
  }
}

/** `outbox` of `outbox 1`: another version of ours is no more somebody else's than what is damaged. */
function kindOf(format: string): string {
  return format.replace(/ \d+$/, '');
}
