/** What `npm run build` has made for the editor. A test that reads it needs a build, so it is none of the quick ones. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../root';

/** As it was published by others. */
const CHARTS = 'uplot.js';

export interface BuiltEditor {
  /** By the names of files in `resources/`, those of others left out. */
  readonly resources: ReadonlyMap<string, string>;
  /** By the names of files, one for each node. */
  readonly pages: ReadonlyMap<string, string>;
}

export function builtEditor(): BuiltEditor {
  const nodes = join(ROOT, 'dist', 'nodes');
  const folders = readdirSync(nodes).filter((name) => name.startsWith('stream-sea-'));
  const resources = filesIn(join(ROOT, 'resources'));
  resources.delete(CHARTS);
  return {
    resources,
    pages: new Map(folders.map((name) => named(join(nodes, name, `${name}.html`)))),
  };
}

function filesIn(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => named(join(folder, name))));
}

function named(file: string): [name: string, text: string] {
  return [basename(file), readFileSync(file, 'utf8')];
}
