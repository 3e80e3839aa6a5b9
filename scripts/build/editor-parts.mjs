/**
 * Divides the editor's code into scripts: one that every page needs, and parts that are loaded later. What two of them
 * need is in the first; the parts have it from there, by its place in a list. The list has an address of what is in it,
 * so that a part of another build finds none, instead of something else.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { parse } from 'acorn';
import { BuildError } from './build-error.mjs';
import { bundled } from './bundled.mjs';

/** `later<typeof import('./filter-dialog.editor')>('filter-dialog')` in a source. */
const LATER = /\blater<typeof import\('([^']+)'\)>\(\s*'([^']+)'/g;

/** Stands before a place in the list where a name is needed. */
const PLACE = '_';

/** Whence a part has what is in the first script, until its import becomes a look into that script's object. */
const FIRST = 'first';

/**
 * @param {string} root
 * @param {string} entry the source of the first script
 * @param {object} options for esbuild
 * @returns {Promise<{ parts: Map<string, string>, shared: Shared[], place: string }>} scripts by the parts' names; what
 *   the first script has to put into a list, and where that is
 *
 * @typedef {{ file: string, name: string }} Shared what a file exports
 */
export async function divide(root, entry, options) {
  const first = await inputsOf(root, entry, options);
  const modules = new Map();
  const own = [];
  const waiting = [...first];
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const text = await readFile(join(root, file), 'utf8');
    for (const [, path, name] of text.matchAll(LATER)) {
      if (modules.has(name)) continue;
      const module = relative(root, resolve(root, dirname(file), path))
        .split(sep)
        .join('/');
      if (basename(module) !== `${name}.editor`) throw new BuildError(`${file}: ${path} is not ${name}`);
      modules.set(name, module);
      const inputs = await inputsOf(root, `export * from './${module}';`, options);
      own.push(...inputs);
      waiting.push(...inputs.filter((input) => !first.includes(input)));
    }
  }
  const inFirst = new Set(first);
  for (const input of own) if (own.indexOf(input) !== own.lastIndexOf(input)) inFirst.add(input);

  const shared = [];
  const bodies = new Map();
  for (const [name, module] of modules) {
    bodies.set(name, await partOf(root, module, inFirst, shared, options));
  }
  const place = `streamSea.shared_${createHash('sha256').update(JSON.stringify(shared)).digest('hex').slice(0, 8)}`;
  const parts = new Map();
  for (const [name, { text, imports }] of bodies) {
    const taken = imports.map((each) => `${each.name.replace(PLACE, '')}:${each.local}`);
    parts.set(name, `(()=>{let{${taken}}=${place};${text}})();\n`);
  }
  return { parts, shared, place };
}

/**
 * A part's text, and what it has from the first script, by places.
 * Bundled twice: what is used of the first script is known only by the first time.
 */
async function partOf(root, module, inFirst, shared, options) {
  const contents = await exposed(root, 'window.streamSeaPart', `${module}.ts`);
  const bundledWith = async (plugin) => {
    const plugins = [...(options.plugins ?? []), plugin];
    return unbound(
      await bundled(module, { ...options, plugins, format: 'esm', stdin: sourceIn(root, contents) }),
    );
  };
  const { imports } = await bundledWith(fromFirst(root, inFirst));
  for (const { from: file, name } of imports) {
    if (!shared.some((each) => each.file === file && each.name === name)) shared.push({ file, name });
  }
  const wanted = shared.map((each, index) => ({ ...each, as: `${PLACE}${index}` }));
  return bundledWith(fromFirst(root, inFirst, wanted));
}

/** A module's text without its imports, and these. */
function unbound(text) {
  const imports = [];
  const kept = [];
  let end = 0;
  for (const statement of parse(text, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    if (statement.type !== 'ImportDeclaration') continue;
    kept.push(text.slice(end, statement.start));
    end = statement.end;
    for (const { imported, local } of statement.specifiers) {
      imports.push({ from: statement.source.value, name: imported.name, local: local.name });
    }
  }
  return { text: [...kept, text.slice(end)].join('').trim(), imports };
}

export function sourceIn(root, contents) {
  return { contents, resolveDir: root, sourcefile: 'editor.js', loader: 'js' };
}

/** A source that puts an object of all that a module exports into `place`. */
export async function exposed(root, place, file) {
  const names = await exportsOf(root, file);
  const local = file.replace(/\W/g, '_');
  const imports = names.map((name) => `${name} as ${local}_${name}`);
  const properties = names.map((name) => `${name}: ${local}_${name}`);
  return `import { ${imports} } from './${file.replace(/\.ts$/, '')}';\n${place} = { ${properties} };\nexport {};\n`;
}

async function exportsOf(root, file) {
  const names = [];
  const note = noted(({ outputs }) => names.push(...Object.values(outputs).flatMap((each) => each.exports)));
  const entry = { entryPoints: [join(root, file)], absWorkingDir: root };
  await bundled(file, { ...entry, bundle: false, format: 'esm', metafile: true, plugins: [note] });
  return names;
}

async function inputsOf(root, contents, options) {
  const inputs = [];
  const note = noted((metafile) => inputs.push(...Object.keys(metafile.inputs)));
  await bundled('editor.js', {
    ...options,
    plugins: [...(options.plugins ?? []), note],
    stdin: sourceIn(root, contents),
    absWorkingDir: root,
    metafile: true,
  });
  return inputs.filter((input) => input.endsWith('.ts'));
}

function noted(take) {
  return {
    name: 'note',
    setup({ onEnd }) {
      onEnd(({ metafile }) => void (metafile && take(metafile)));
    },
  };
}

/** Takes modules from the first script: each from its file as long as nobody knows what is wanted, then all from one. */
function fromFirst(root, inFirst, wanted) {
  return {
    name: 'from-first',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const file = relative(root, `${resolve(resolveDir, path)}.ts`)
          .split(sep)
          .join('/');
        if (!inFirst.has(file)) return;
        const known = wanted === undefined ? { external: true } : { namespace: FIRST };
        return { path: file, sideEffects: false, ...known };
      });
      onResolve({ filter: new RegExp(`^${FIRST}$`) }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /./, namespace: FIRST }, ({ path }) => {
        const names = wanted.filter(({ file }) => file === path).map(({ name, as }) => `${as} as ${name}`);
        return { contents: `export { ${names} } from '${FIRST}';` };
      });
    },
  };
}
