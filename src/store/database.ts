/** LevelDB, reduced to what a store asks of a database, and its errors told apart. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, messageOf, StoreError } from '../errors';
import { inEnglish, say, type Words } from '../sentences';
import { makeFolder } from './folder';

export type Change =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string };

/** Key and value. */
export type Pair = readonly [string, string];

export interface Database {
  /** The first in the order of the keys, if there is one. */
  first(): Promise<Pair | undefined>;
  /** All there is, in the order of the keys. */
  entries(): Promise<readonly Pair[]>;
  /** All of the changes or none; with `flush`, the disk has them when this resolves. */
  write(changes: readonly Change[], flush: boolean): Promise<void>;
  close(): Promise<void>;
}

/** What is in the folder cannot be read, or is not a store of ours. */
export class Damage extends Error {
  readonly words: Words;

  constructor(words: Words, options?: ErrorOptions) {
    super(inEnglish(words), options);
    this.words = words;
  }
}

/** Bytes. */
const BUFFER_SIZE = 1_048_576;

/** Bytes that are read at once: of classic-level's own 16 kB, two megabytes were 130 trips to another thread. */
const READ_SIZE = 1_048_576;

/**
 * @throws Damage
 * @throws StoreError when the folder is in use, read-only, or has no room.
 */
export async function openDatabase(folder: string, bufferSize = BUFFER_SIZE): Promise<Database> {
  // Before there is a database, which begins to open by itself.
  await makeFolder(folder).catch((thrown: unknown) => {
    throw faultOf(thrown, folder);
  });
  // Loaded with the first store: every start of Node-RED would wait for it, also where nothing is kept on disk.
  const { ClassicLevel } = require('classic-level') as typeof import('classic-level');
  const level = new ClassicLevel(folder, {
    // Values are JSON text of a few hundred bytes, written once and deleted soon: compressing gains little.
    compression: false,
    // Opening copies as much from the log into a table: what a disk that was full must have free to go on.
    writeBufferSize: bufferSize,
  });
  try {
    await level.open();
  } catch (thrown) {
    throw faultOf(thrown, folder);
  }
  const read = (range: { limit?: number; highWaterMarkBytes?: number }): Promise<readonly Pair[]> =>
    level
      .iterator(range)
      .all()
      .catch((thrown: unknown) => {
        throw faultOf(thrown, folder);
      });
  return {
    first: async () => (await read({ limit: 1 }))[0],
    entries: () => read({ highWaterMarkBytes: READ_SIZE }),
    write: (changes, flush) => {
      // Chained, as an array of 256 changes takes 3 ms to be looked through, and this half of one.
      const batch = level.batch();
      for (const change of changes) {
        if (change.type === 'put') batch.put(change.key, change.value);
        else batch.del(change.key);
      }
      return batch.write({ sync: flush });
    },
    close: () => level.close(),
  };
}

/**
 * LevelDB alone can tell, and takes what it finds as it opens: so it is asked for a database that must not be there.
 *
 * @throws StoreError when somebody has the folder open.
 */
export async function assertUnused(folder: string): Promise<void> {
  // It would leave files of its own among those of others.
  if (!existsSync(join(folder, 'LOCK'))) return;
  const { ClassicLevel } = require('classic-level') as typeof import('classic-level');
  const level = new ClassicLevel(folder, { createIfMissing: false, errorIfExists: true });
  const fault = await level.open().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await level.close();
  if (codeOf(causeOf(fault)) === 'LEVEL_LOCKED') throw faultOf(fault, folder);
}

/** What went wrong, as what it means for the store. */
export function faultOf(thrown: unknown, folder: string): Damage | StoreError {
  if (thrown instanceof Damage || thrown instanceof StoreError) return thrown;
  const fault = causeOf(thrown);
  const code = codeOf(fault);
  const reason = reasonOf(messageOf(fault), folder);
  if (code === 'LEVEL_CORRUPTION' || (code === 'LEVEL_IO_ERROR' && MISSING.test(reason))) {
    return new Damage(reason, { cause: thrown });
  }
  if (code === 'LEVEL_LOCKED') {
    return new StoreError(say('store.locked', { folder }), { cause: thrown });
  }
  return new StoreError(say('store.unusable', { folder, reason }), { cause: thrown });
}

/** One of its own files is gone, or is a folder: LevelDB calls that an I/O error, but waiting does not mend it. */
const MISSING = /no such file|is a directory|not a directory|cannot find/i;

/** classic-level reports that the database is not open, with the reason as the cause. */
function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
}

/** `IO error: /data/queue/000003.log: No space left on device` names the folder, as our own text does. */
function reasonOf(message: string, folder: string): string {
  return message.replace(/^(IO error|Corruption): /, '').replaceAll(`${folder}/`, '');
}
