/**
 * The disk of a run: folders in memory that outlive a client, and all that can be wrong with one. The client's store
 * runs as it is; only LevelDB, and what the store asks of the file system about such a folder, are made here.
 */
import fs from 'node:fs/promises';
import { type Change, Damage, type Database, type Entry } from '../../src/store/database';

/** Every folder below it is one of these, for the whole process. */
const ROOT = '/torture/';

export type Trouble =
  | 'none'
  /** Neither writes nor openings get through. */
  | 'full'
  /** Another process has it: no opening. */
  | 'locked';

export class Folder {
  readonly path: string;
  trouble: Trouble = 'none';
  /** The next opening finds that it cannot be read. */
  damaged = false;
  /** What was put in its place when it was set aside, is not in it any more. */
  setAside = 0;
  /** What an operating system has. */
  content = new Map<string, string>();
  /** What outlives a power cut; then what came after it, oldest first. */
  #flushed = new Map<string, string>();
  #unflushed: (readonly Change[])[] = [];
  #open: object | undefined;

  constructor(path: string) {
    this.path = path;
  }

  get exists(): boolean {
    return this.content.size > 0;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** All that it holds, one text. */
  get text(): string {
    return [...this.content.values()].join('\n');
  }

  /** What is left of it when the power fails now. */
  get flushedText(): string {
    return [...this.#flushed.values()].join('\n');
  }

  entries(): readonly Entry[] {
    return [...this.content].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async open(owner: DiskOwner): Promise<Database> {
    await alive(owner);
    if (this.trouble === 'locked' || this.isOpen) throw levelError('LEVEL_LOCKED', 'lock held');
    if (this.trouble === 'full') throw levelError('LEVEL_IO_ERROR', 'IO error: No space left on device');
    if (this.damaged) throw new Damage('Corruption: no meta-nextfile entry in descriptor');
    const handle = {};
    this.#open = handle;
    owner.opened(() => {
      if (this.#open === handle) this.#open = undefined;
    });
    let torn = false;
    return {
      first: async () => {
        await alive(owner);
        return this.entries()[0];
      },
      entries: async () => {
        await alive(owner);
        return this.entries();
      },
      write: async (changes, flush) => {
        await alive(owner);
        if (this.trouble === 'full') {
          torn = true;
          throw levelError('LEVEL_IO_ERROR', 'IO error: No space left on device');
        }
        // As LevelDB does: after a failed write it says yes, and keeps nothing.
        if (!torn) this.#write(changes, flush);
      },
      close: async () => {
        await alive(owner);
        if (this.#open === handle) this.#open = undefined;
      },
    };
  }

  /** The power fails: of what was not flushed, a beginning is left. */
  powerCut(share: number): void {
    const left = this.#unflushed.slice(0, Math.floor(share * (this.#unflushed.length + 1)));
    this.content = new Map(this.#flushed);
    for (const changes of left) apply(changes, this.content);
    this.#flushed = new Map(this.content);
    this.#unflushed = [];
  }

  /** Renamed: an empty one takes its place. */
  moveAway(): void {
    this.setAside += 1;
    this.damaged = false;
    this.content = new Map();
    this.#flushed = new Map();
    this.#unflushed = [];
  }

  #write(changes: readonly Change[], flush: boolean): void {
    apply(changes, this.content);
    this.#unflushed.push(changes);
    if (!flush) return;
    for (const some of this.#unflushed.splice(0)) apply(some, this.#flushed);
  }
}

/** The process that opens folders. */
export interface DiskOwner {
  readonly dead: boolean;
  /** `release`: what its death does. */
  opened(release: () => void): void;
}

/** A process that has died is never answered. */
async function alive(owner: DiskOwner): Promise<void> {
  // Later, as every answer of a disk; it may have died until then.
  await undefined;
  if (owner.dead) await new Promise(() => {});
}

const folders = new Map<string, Folder>();
let made = 0;

export function newFolder(): Folder {
  made += 1;
  const folder = new Folder(`${ROOT}${made}`);
  folders.set(folder.path, folder);
  return folder;
}

export function forgetFolders(): void {
  folders.clear();
  made = 0;
}

/** What the store asks the file system, answered for these folders; the result ends it. */
export function mountFolders(): () => void {
  const { readdir, readFile, rename, stat } = fs;
  const find = (path: unknown): Folder | undefined => folders.get(String(path));
  const ours = (path: unknown): boolean => String(path).startsWith(ROOT);
  const missing = (path: unknown): Error =>
    Object.assign(new Error(`ENOENT: no such file or directory, '${String(path)}'`), { code: 'ENOENT' });
  Object.assign(fs, {
    readdir: async (path: string, ...rest: []) => {
      if (!ours(path)) return readdir(path, ...rest);
      if (!find(path)?.exists) throw missing(path);
      return ['CURRENT', 'LOCK', 'LOG', 'MANIFEST-000002', '000003.log'];
    },
    readFile: async (path: string, ...rest: []) => {
      if (!ours(path)) return readFile(path, ...rest);
      throw missing(path);
    },
    stat: async (path: string, ...rest: []) => {
      if (!ours(path)) return stat(path, ...rest);
      throw missing(path);
    },
    rename: async (from: string, to: string) => {
      if (!ours(from)) return rename(from, to);
      find(from)?.moveAway();
    },
  });
  return () => {
    Object.assign(fs, { readdir, readFile, rename, stat });
  };
}

function apply(changes: readonly Change[], content: Map<string, string>): void {
  for (const change of changes) {
    if (change.type === 'put') content.set(change.key, change.value);
    else content.delete(change.key);
  }
}

function levelError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
