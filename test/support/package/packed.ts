/** The package as it is published: what npm packs of the build that is there. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../root';

const exec = promisify(execFile);

export interface Packed {
  /** The path of the archive. */
  readonly archive: string;
  /** What is in it, from the package's root. */
  readonly files: readonly string[];
}

/** Packs into a folder. The build is taken as it is: building anew would pull it from under the other tests. */
export async function pack(folder: string): Promise<Packed> {
  const [packed] = JSON.parse(
    await npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  );
  return {
    archive: join(folder, packed.filename),
    files: packed.files.map(({ path }: { path: string }) => path),
  };
}

/** Gives the path of the package's root, as it comes out of the archive. */
export async function unpack(archive: string, folder: string): Promise<string> {
  await exec('tar', ['-xzf', archive, '-C', folder]);
  return join(folder, 'package');
}

/** Runs npm in a folder; gives what it prints. */
export async function npm(cwd: string, ...parameters: string[]): Promise<string> {
  const { stdout } = await exec('npm', parameters, { cwd, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}
