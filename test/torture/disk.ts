/**
 * The disk of a run: folders in memory that outlive a client, and all that can be wrong with one. The client's store
 * runs as it is; only LevelDB is made here. Nothing stands under such a path, so that the store finds nothing to examine.
 */
import fs from 'node:fs/promises';
import type { Change, Database, Pair } from '../../src/store/database';

/** Nothing stands below it. */
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
  /** Somebody was told that something of it was lost, or nearly. */
  warned = false;
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

  entries(): readonly Pair[] {
    return [...this.content].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** @param _path its own, or that of one which is to take its place */
  async open(owner: DiskOwner, _path: string): Promise<Database> {
    await alive(owner);
    this.assertWell();
    if (this.isOpen) throw levelError('LEVEL_LOCKED', 'lock held');
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
        torn ||= this.trouble === 'full';
        this.assertWritable();
        // As LevelDB does: after a failed write it says yes, and keeps nothing.
        if (!torn) this.written(changes, flush);
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

  /** What was found there. */
  protected found(entries: readonly Pair[]): void {
    this.content = new Map(entries);
    this.#flushed = new Map(entries);
    this.#unflushed = [];
  }

  protected assertWritable(): void {
    if (this.trouble === 'full') throw levelError('LEVEL_IO_ERROR', 'IO error: No space left on device');
  }

  protected assertWell(): void {
    if (this.trouble === 'locked') throw levelError('LEVEL_LOCKED', 'lock held');
    this.assertWritable();
  }

  protected written(changes: readonly Change[], flush: boolean): void {
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
  /** What is in it may be another than it was. */
  found(): void;
}

/** A process that has died is never answered. */
async function alive(owner: DiskOwner): Promise<void> {
  // Later, as every answer of a disk; it may have died until then.
  await undefined;
  if (owner.dead) await new Promise(() => {});
}

export function memoryFolders(count: number): readonly Folder[] {
  return Array.from({ length: count }, (_, at) => new Folder(`${ROOT}${at + 1}`));
}

/** What a real disk has to do: so many operations were begun, and so many of them are under way. */
export const work = { begun: 0, underWay: 0 };

export async function working<Result>(act: () => Promise<Result>): Promise<Result> {
  work.begun += 1;
  work.underWay += 1;
  try {
    return await act();
  } finally {
    work.underWay -= 1;
  }
}

const OPERATIONS = ['open', 'readdir', 'readFile', 'rename', 'rm', 'rmdir', 'stat', 'unlink'] as const;

/**
 * That nothing stands in a folder of a run is said at once, and not by a disk in its own time, whose {@link work} is
 * counted; the result ends it.
 */
export function mountFolders(): () => void {
  const before = OPERATIONS.map((name) => [name, fs[name]] as const);
  for (const [name, operation] of before) {
    const counted = async (path: string, ...rest: unknown[]): Promise<unknown> => {
      if (!String(path).startsWith(ROOT)) return working(() => Reflect.apply(operation, fs, [path, ...rest]));
      throw Object.assign(new Error(`ENOENT: no such file or directory, ${name} '${path}'`), {
        code: 'ENOENT',
      });
    };
    Object.assign(fs, { [name]: counted });
  }
  return () => {
    Object.assign(fs, Object.fromEntries(before));
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
