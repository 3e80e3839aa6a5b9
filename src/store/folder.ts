/**
 * The folder of a store, changed for another in one step, so that whenever the process dies, one of the two is whole:
 * the new one is built beside it, and gets a name of its own when it is ready; then the old one is renamed, then the
 * new one. What died between these two is done at the next start.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, messageOf, StoreError } from '../errors';
import { say } from '../sentences';

/** With those above it. Not by `recursive`, which never ends in a folder that says of any name that it is not there. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeOne(folder);
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT' || dirname(folder) === folder) throw thrown;
    await makeFolder(dirname(folder));
    await makeOne(folder);
  }
}

async function makeOne(folder: string): Promise<void> {
  await mkdir(folder).catch((thrown: unknown) => {
    // Of one that is there, systems say that it may not be made, too.
    if (!existsSync(folder)) throw thrown;
  });
}

/** @param fill makes the folder that it is given. */
export async function buildBeside(folder: string, fill: (place: string) => Promise<void>): Promise<void> {
  const place = `${folder}.rebuilding`;
  await rm(place, { recursive: true, force: true });
  try {
    await fill(place);
    await sync(place);
    await rm(readyOf(folder), { recursive: true, force: true });
    await rename(place, readyOf(folder));
    await sync(dirname(folder));
  } catch (thrown) {
    // Of a full disk it would take what is left.
    await rm(place, { recursive: true, force: true }).catch(() => {});
    throw thrown;
  }
}

/** Puts what was built beside the folder in its place, unless that is taken: then it was not wanted after all. */
export async function settleIn(folder: string): Promise<void> {
  const ready = readyOf(folder);
  if (!existsSync(ready)) return;
  if (existsSync(folder)) await rm(ready, { recursive: true, force: true });
  else await rename(ready, folder);
  await sync(dirname(folder));
}

/** Where its content is: what died between the two renames has it beside the folder still. */
export function contentFolderOf(folder: string): string {
  const ready = readyOf(folder);
  return !existsSync(folder) && existsSync(ready) ? ready : folder;
}

export function hasStore(folder: string): boolean {
  return existsSync(contentFolderOf(folder));
}

/** What would take its place goes first: left alone, that is what the next start would find. */
export async function removeStore(folder: string): Promise<void> {
  for (const place of [readyOf(folder), folder]) await rm(place, { recursive: true, force: true });
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

const LEVELDB_FILE = /^(CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.(log|ldb|sst|dbtmp))$/;

/** Deletes a folder that another has taken the place of: what LevelDB has made. What else was in it moves there. */
export async function discard(place: string, successor: string): Promise<void> {
  for (const entry of await readdir(place, { withFileTypes: true })) {
    const path = join(place, entry.name);
    if (!LEVELDB_FILE.test(entry.name)) await rename(path, join(successor, entry.name));
    else if (entry.isDirectory()) await rmdir(path);
    else await unlink(path);
  }
  await rmdir(place);
}

/** How much there is in a folder, or in a file. */
export async function weigh(path: string): Promise<{ files: number; bytes: number }> {
  const stats = await stat(path);
  if (!stats.isDirectory()) return { files: 1, bytes: stats.size };
  const all = { files: 0, bytes: 0 };
  for (const name of await readdir(path)) {
    const { files, bytes } = await weigh(join(path, name)).catch(() => ({ files: 1, bytes: 0 }));
    all.files += files;
    all.bytes += bytes;
  }
  return all;
}

function readyOf(folder: string): string {
  return `${folder}.rebuilt`;
}

/** A new name is on disk only when its folder is; where folders cannot be flushed, as on Windows, they need not be. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
