/**
 * Divides the editor's code into scripts: one that every page needs, and parts that are loaded later. What two of them
 * need is in the first; the parts have it from there, as `streamSea.modules`.
 */

import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { bundled } from './bundled.mjs';

/** `later<...>('stream-sea-server/editor/filter/filter-dialog')` in a source. */
const LATER = /\blater<[^>]+>\(\s*'([^']+)'/g;

/**
 * @param {string} root
 * @param {string} entry the source of the first script
 * @param {object} options for esbuild
 * @returns {Promise<{ parts: Map<string, string>, modules: string[] }>} scripts by the parts' names; what the first
 *   script has to have in `modules`
 */
export async function divide(root, entry, options) {
  const first = await inputsOf(root, entry, options);
  const own = new Map();
  const waiting = [...first];
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const text = await readFile(join(root, file), 'utf8');
    for (const [, name] of text.matchAll(LATER)) {
      if (own.has(name)) continue;
      const inputs = await inputsOf(root, `export * from './${moduleOf(name)}';`, options);
      own.set(name, inputs);
      waiting.push(...inputs.filter((input) => !first.includes(input)));
    }
  }
  const all = [...own.values()].flat();
  const shared = new Set(first);
  for (const input of all) if (all.indexOf(input) !== all.lastIndexOf(input)) shared.add(input);

  const used = new Set();
  const parts = new Map();
  for (const name of own.keys()) {
    const plugins = [...(options.plugins ?? []), fromFirst(root, shared, used)];
    const contents = `export * from './${moduleOf(name)}';`;
    const script = { ...options, plugins, format: 'iife', globalName: 'streamSeaPart' };
    parts.set(name, await bundled(name, { ...script, stdin: sourceIn(root, contents) }));
  }
  return { parts, modules: [...used].sort() };
}

export function sourceIn(root, contents) {
  return { contents, resolveDir: root, sourcefile: 'editor.js', loader: 'js' };
}

function moduleOf(name) {
  return `nodes/${name}.editor`;
}

async function inputsOf(root, contents, options) {
  const inputs = [];
  const note = {
    name: 'note',
    setup({ onEnd }) {
      onEnd(({ metafile }) => void inputs.push(...Object.keys(metafile?.inputs ?? {})));
    },
  };
  await bundled('editor.js', {
    ...options,
    plugins: [...(options.plugins ?? []), note],
    stdin: sourceIn(root, contents),
    absWorkingDir: root,
    metafile: true,
  });
  return inputs.filter((input) => input.endsWith('.ts'));
}

/** Takes modules from the first script, and notes which. */
function fromFirst(root, shared, used) {
  return {
    name: 'from-first',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const file = relative(root, `${resolve(resolveDir, path)}.ts`)
          .split(sep)
          .join('/');
        return shared.has(file) ? { path: file, namespace: 'first', sideEffects: false } : undefined;
      });
      onLoad({ filter: /./, namespace: 'first' }, ({ path }) => {
        used.add(path);
        return { contents: `module.exports = streamSea.modules[${JSON.stringify(path)}];` };
      });
    },
  };
}
