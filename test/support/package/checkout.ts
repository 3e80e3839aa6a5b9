/** A copy of this repository that a test may build and change while others read the build of the original. */

import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../root';

/** What it is built of and started with. */
const PARTS = ['package.json', 'tsconfig.base.json', 'tsconfig.build.json', 'tsconfig.editor.json'].concat(
  ...['src', 'nodes', 'bin', 'icons', 'scripts', 'examples'],
);

/** What a build has kept for the next one, which is then a matter of seconds. */
const KEPT = '.cache/light-scripts.json';

export interface Checkout {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function copyCheckout(): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-sea-checkout-'));
  const parts = existsSync(join(ROOT, KEPT)) ? [...PARTS, KEPT] : PARTS;
  await Promise.all(parts.map((part) => cp(join(ROOT, part), join(folder, part), { recursive: true })));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
