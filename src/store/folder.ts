/** The folder of a store: is what stands there a database, and out of the way with it when it is not. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, StoreError } from '../errors';
import { say } from '../sentences';
import { Damage } from './database';

/** What LevelDB leaves when its process dies while it makes a new database: nothing of worth. */
const BEGINNINGS = /^(LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.dbtmp)$/;

/**
 * LevelDB would make a new database among files that are none of its own, and delete the data of one that has
 * lost its file `CURRENT`.
 *
 * @throws Damage when there is something that LevelDB should not be let at.
 */
export async function inspectFolder(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.includes('CURRENT')) return;
  const strange = names.find((name) => !BEGINNINGS.test(name));
  if (strange !== undefined) throw new Damage(say('store.noDatabase', { file: strange }));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ENOENT') return [];
    // ENOTDIR is also what a file further up the path leads to, and that one is not ours to move.
    if (code === 'ENOTDIR' && (await isFile(folder))) throw new Damage(say('store.noFolder'));
    throw new StoreError(say('store.unusable', { folder, reason: messageOf(thrown) }), { cause: thrown });
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/**
 * Renames the folder, so that a new store can take its place. Nothing of it is lost.
 *
 * @returns its new name. @throws StoreError when it cannot be renamed.
 */
export async function setAside(folder: string): Promise<string> {
  const day = new Date().toISOString().slice(0, 10);
  const place = `${folder}.set-aside-${day}-${randomUUID().slice(0, 8)}`;
  try {
    await rename(folder, place);
  } catch (thrown) {
    throw new StoreError(say('store.stuck', { folder, reason: messageOf(thrown) }), { cause: thrown });
  }
  return place;
}

/**
 * How many bytes LevelDB left out as it opened: it drops what it cannot read of its latest writes and goes on,
 * telling nobody but its own log file.
 */
export async function droppedBytes(folder: string): Promise<number> {
  const log = await readFile(join(folder, 'LOG'), 'utf8').catch(() => '');
  let bytes = 0;
  for (const [, count] of log.matchAll(/: dropping (\d+) bytes;/g)) bytes += Number(count);
  return bytes;
}
