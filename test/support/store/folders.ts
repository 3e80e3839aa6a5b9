/** Folders of a test's own, gone after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { closeAfterwards } from '../closing';

/** The path of a folder that is not there yet, in one of this test's own. */
export function freshFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'stream-sea-'));
  closeAfterwards(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'store');
}

/** What was renamed out of the way of this folder. */
export async function setAsides(folder: string): Promise<string[]> {
  const names = await readdir(dirname(folder));
  return names
    .filter((name) => name.startsWith(`${basename(folder)}.set-aside-`))
    .map((name) => join(dirname(folder), name));
}
