/** Which Node-RED the tests run: the one this repository develops against, or that of NODE_RED_DIR. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The folder of the package `node-red`. */
export const NODE_RED_DIR = findNodeRed(process.env.NODE_RED_DIR);

/** `require` as Node-RED's own files see it: its @node-red/* packages, and the test helper installed beside it. */
export const nodeRedRequire = createRequire(join(NODE_RED_DIR, 'package.json'));

function findNodeRed(asked: string | undefined): string {
  if (!asked) return dirname(require.resolve('node-red/package.json'));
  const folder = resolve(asked);
  if (existsSync(join(folder, 'package.json'))) return folder;
  throw new Error(
    `NODE_RED_DIR=${asked} holds no Node-RED: "npm run versions" installs those that are tested.`,
  );
}
