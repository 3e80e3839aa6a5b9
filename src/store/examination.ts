/**
 * What a folder of LevelDB's holds, read without it and changing nothing: LevelDB verifies hardly a checksum, and
 * deletes as it opens what it has found no use for.
 */
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf, StoreError } from '../errors';
import { say, type Words } from '../sentences';
import { Damage } from './database';
import { readLog, readWrites, type Take } from './log-file';
import { type LiveFiles, parseManifest } from './manifest';
import { readTable } from './table-file';

export interface Examination {
  /** What is damaged, file by file; empty: nothing. */
  readonly damage: readonly Words[];
  /** What could hold records and cannot be read. Of a file that is gone, nobody may know how long it was. */
  readonly lost: { readonly files: number; readonly bytes: number };
}

/** What LevelDB leaves when its process dies while it makes a new database, and what a new disk holds: nothing of worth. */
const BEGINNINGS = /^(LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.dbtmp|lost\+found)$/;

const DATA = /^(\d+)\.(log|ldb|sst)$/;

/**
 * @param take called with each write that is found, in no order; of those of one key, the one with the largest number
 *   is the last. Some may be found twice. Absent: nobody wants them.
 * @returns nothing when there is no database yet.
 * @throws Damage when there is something that is none of LevelDB's, or no folder.
 * @throws StoreError when it may not be read.
 */
export async function examine(folder: string, take?: Take): Promise<Examination | undefined> {
  const entries = await entriesOf(folder);
  return hasData(entries) ? new Examiner(folder, entries, take).run() : undefined;
}

/** @throws Damage */
function hasData(entries: readonly Dirent[]): boolean {
  const names = entries.map(({ name }) => name);
  if (names.some((name) => name === 'CURRENT' || DATA.test(name))) return true;
  const strange = names.find((name) => !BEGINNINGS.test(name));
  if (strange !== undefined) throw new Damage(say('store.noDatabase', { file: strange }));
  return false;
}

class Examiner {
  readonly #folder: string;
  readonly #take: Take | undefined;
  readonly #damage: Words[] = [];
  readonly #lost = { files: 0, bytes: 0 };
  /** Names that belong to files, where something else is. */
  readonly #folders: ReadonlySet<string>;
  readonly #dataFiles: readonly DataFile[];

  constructor(folder: string, entries: readonly Dirent[], take: Take | undefined) {
    this.#folder = folder;
    this.#take = take;
    this.#folders = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
    this.#dataFiles = entries.flatMap(({ name }) => dataFile(name));
  }

  async run(): Promise<Examination> {
    if (this.#folders.has('LOCK')) this.#isDamaged('LOCK');
    const live = await this.#liveFiles();
    for (const { name, number, isLog } of this.#dataFiles) {
      if (isLog) {
        if (live === undefined || number >= live.log || number === live.previousLog)
          await this.#readLog(name);
      } else if (live === undefined || live.tables.has(number)) {
        await this.#readTable(name, live?.tables.get(number));
      }
    }
    for (const { name, size } of live === undefined ? [] : this.#missingOf(live)) {
      this.#damage.push(missing(name));
      this.#loses(size);
    }
    return { damage: this.#damage, lost: this.#lost };
  }

  /** Nothing when the list of files is damaged: then all that are there count. */
  async #liveFiles(): Promise<LiveFiles | undefined> {
    const current = await this.#read('CURRENT');
    if (current === undefined) return undefined;
    const [, manifest] = /^(MANIFEST-\d+)\n$/.exec(current.toString('latin1')) ?? [];
    if (manifest === undefined) {
      this.#isDamaged('CURRENT');
      return undefined;
    }
    const list = await this.#read(manifest);
    if (list === undefined) return undefined;
    const live = parseManifest(list);
    if (live !== undefined && !this.#isCutShort(live)) return live;
    this.#isDamaged(manifest);
    return undefined;
  }

  /** A list that lacks its end is as good as any, but knows the files of an earlier day. */
  #isCutShort(live: LiveFiles): boolean {
    const { log, nextFile, tables } = live;
    if (log === 0) return this.#dataFiles.some(({ isLog, number }) => !isLog && !tables.has(number));
    return this.#missingOf(live).length > 0 && this.#dataFiles.some(({ number }) => number >= nextFile);
  }

  #missingOf({ log, tables }: LiveFiles): { name: string; size: number }[] {
    const logs = this.#dataFiles.filter(({ isLog }) => isLog).map(({ number }) => number);
    const isGone = log > 0 && !logs.includes(log);
    const there = new Set(this.#dataFiles.filter(({ isLog }) => !isLog).map(({ number }) => number));
    return [
      ...(isGone ? [{ name: nameOf(log, 'log'), size: 0 }] : []),
      ...[...tables]
        .filter(([number]) => !there.has(number))
        .map(([number, size]) => ({ name: nameOf(number, 'ldb'), size })),
    ];
  }

  async #readLog(name: string): Promise<void> {
    const file = await this.#read(name);
    if (file === undefined) return this.#loses(0);
    let inRecords = 0;
    const outside = readLog(file, (record) => {
      inRecords += readWrites(record, this.#take);
    });
    const lost = outside + inRecords;
    if (lost === 0) return;
    this.#isDamaged(name);
    this.#loses(lost);
  }

  async #readTable(name: string, size: number | undefined): Promise<void> {
    const file = await this.#read(name);
    if (file === undefined) return this.#loses(size ?? 0);
    const { isWhole, lost } = readTable(file, size, this.#take);
    if (!isWhole) this.#isDamaged(name);
    if (lost > 0) this.#loses(lost);
  }

  #loses(bytes: number): void {
    this.#lost.files += 1;
    this.#lost.bytes += bytes;
  }

  #isDamaged(file: string): void {
    this.#damage.push(say('store.fileDamaged', { file }));
  }

  /** @returns nothing when there is no such file, which is then told. @throws StoreError when it may not be read. */
  async #read(name: string): Promise<Buffer | undefined> {
    if (this.#folders.has(name)) {
      this.#isDamaged(name);
      return undefined;
    }
    try {
      return await readFile(join(this.#folder, name));
    } catch (thrown) {
      if (codeOf(thrown) !== 'ENOENT') throw unusable(this.#folder, thrown);
      this.#damage.push(missing(name));
      return undefined;
    }
  }
}

interface DataFile {
  readonly name: string;
  readonly number: number;
  /** Otherwise a table. */
  readonly isLog: boolean;
}

function dataFile(name: string): DataFile[] {
  const [, number, kind] = DATA.exec(name) ?? [];
  return kind === undefined ? [] : [{ name, number: Number(number), isLog: kind === 'log' }];
}

function nameOf(number: number, kind: string): string {
  return `${String(number).padStart(6, '0')}.${kind}`;
}

function missing(file: string): Words {
  return say('store.fileMissing', { file });
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'ENOENT') return [];
    // ENOTDIR is also what a file further up the path leads to, and that one is not ours to move.
    if (code === 'ENOTDIR' && (await isFile(folder))) throw new Damage(say('store.noFolder'));
    throw unusable(folder, thrown);
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function unusable(folder: string, thrown: unknown): StoreError {
  return new StoreError(say('store.unusable', { folder, reason: messageOf(thrown) }), { cause: thrown });
}
