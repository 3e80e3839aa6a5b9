/**
 * Builds dist/, which mirrors src/, nodes/ and bin/: runtimes compiled file by file (a bundle per node would give each
 * its own copy of the library, and instanceof would fail between nodes), a page per node, catalogues and icons copied;
 * and resources/, which Node-RED serves to the editor as it is: what the pages share, and what draws charts.
 * `node scripts/build.mjs [folder of the package]` exits with 1 when anything is wrong; with `--quick`, as `npm run dev` has
 * it, the editor's scripts are larger, and made much faster.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { BuildError } from './build/build-error.mjs';
import { editor } from './editor.mjs';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/**
 * @param {string} root the package's folder
 * @param {(line: string) => void} log gets one line for each step
 * @param {{ light?: boolean }} [options] of the editor
 */
export async function build(root, log = console.log, { light = true } = {}) {
  const nodes = await listNodes(root);
  const compiled = join(root, '.cache', 'compiled');
  await step(log, 'compile src, nodes and bin, check the editors', async () => {
    await remove(compiled);
    await Promise.all([
      compile(root, 'tsconfig.build.json', '--outDir', compiled),
      compile(root, 'tsconfig.editor.json'),
    ]);
  });
  // Not before: what does not compile leaves the build there is to those who run it, or have an editor open on it.
  await step(log, 'clean dist and resources', async () => {
    await Promise.all(['dist', 'resources'].map((folder) => remove(join(root, folder))));
    await rename(compiled, join(root, 'dist'));
    await Promise.all([letRun(root), writeModule(root)]);
  });
  await step(log, `bundle ${nodes.length} editors`, () => writeEditor(root, nodes, light));
  await step(log, 'copy catalogues, icons, and what draws charts', () => {
    return Promise.all([copyAssets(root, nodes), copyResources(root)]);
  });
  await step(log, 'check that every node is whole', () => checkOutput(root, nodes));
}

/** The nodes as package.json names them to Node-RED: the one list of them. */
async function listNodes(root) {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return Object.entries(manifest['node-red'].nodes).map(([type, script]) => {
    const output = join(root, dirname(script));
    const source = join(root, relative(join(root, 'dist'), output));
    if (basename(script, '.js') !== type)
      throw new BuildError(`package.json: ${type} should be in ${type}.js`);
    return { type, script: join(root, script), source, output };
  });
}

function remove(folder) {
  return rm(folder, { recursive: true, force: true });
}

async function compile(root, project, ...options) {
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  try {
    await run(process.execPath, [compiler, '-p', join(root, project), ...options], { cwd: root });
  } catch (error) {
    throw new BuildError(`${project}:\n${error.stdout || error.message}`);
  }
}

/** npm does this for those who install the package; whoever has a copy of the repository starts it from dist/. */
async function letRun(root) {
  const { bin = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await Promise.all(Object.values(bin).map((script) => chmod(join(root, script), 0o755)));
}

/**
 * What `import` gets: each name that `require` gives, by itself; and the types of both. One copy of the library, however it is loaded, as
 * instanceof would fail between two.
 */
async function writeModule(root) {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { import: module, require: common } = exports?.['.'] ?? {};
  if (module === undefined) return;
  const names = Object.keys(require(join(root, common.default)));
  const from = `./${basename(common.default)}`;
  const lines = names.sort().map((name) => `export const ${name} = library.${name};`);
  await writeFile(join(root, module.default), [`import library from '${from}';`, ...lines, ''].join('\n'));
  await writeFile(join(root, module.types), `export * from '${from}';\n`);
  // A second compiler, which takes longer to load than a small package to build.
  const { cutTypes } = await import('./build/public-types.mjs');
  const hidden = await cutTypes(dirname(join(root, common.types)));
  if (hidden.length > 0) throw new BuildError(`in signatures, but not exported: ${hidden.join(', ')}`);
}

async function writeEditor(root, nodes, light) {
  const { resources, pages } = await editor(root, nodes, { light });
  await mkdir(join(root, 'resources'), { recursive: true });
  await Promise.all([
    ...[...resources].map(([name, text]) => writeFile(join(root, 'resources', name), text)),
    ...nodes.map(async ({ type, output }) => {
      await mkdir(output, { recursive: true });
      await writeFile(join(output, `${type}.html`), pages.get(type));
    }),
  ]);
}

async function copyAssets(root, nodes) {
  const copies = nodes.map(({ source, output }) => {
    return cp(join(source, 'locales'), join(output, 'locales'), { recursive: true });
  });
  // Node-RED offers the icons beside any node of a package to all its nodes; beside each, the picker would list six.
  copies.push(cp(join(root, 'icons'), join(nodes[0].output, 'icons'), { recursive: true }));
  await Promise.all(copies);
}

/** What the editor loads when a chart is opened: as it was published, with its licence, which asks to go with each copy. */
async function copyResources(root) {
  const folder = dirname(require.resolve('uplot/package.json'));
  const [script, license] = await Promise.all(
    ['dist/uPlot.iife.min.js', 'LICENSE'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  await mkdir(join(root, 'resources'), { recursive: true });
  await writeFile(join(root, 'resources', 'uplot.js'), `/*!\n${license.trim()}\n*/\n${script}`);
}

async function checkOutput(root, nodes) {
  for (const { type, script, output } of nodes) {
    const catalogue = join(output, 'locales', 'en-US', `${type}.json`);
    const help = join(output, 'locales', 'en-US', `${type}.html`);
    for (const file of [script, catalogue, help]) {
      if (!existsSync(file)) throw new BuildError(`${relative(root, file)} is missing`);
    }
    await readFile(catalogue, 'utf8')
      .then(JSON.parse)
      .catch((error) => {
        throw new BuildError(`${relative(root, catalogue)}: ${error.message}`);
      });
  }
}

async function step(log, name, work) {
  const start = performance.now();
  await work();
  log(`${name} (${Math.round(performance.now() - start)} ms)`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false } },
  });
  const root = resolve(positionals[0] ?? join(import.meta.dirname, '..'));
  build(root, console.log, { light: !values.quick }).catch((error) => {
    console.error(`build failed: ${error instanceof BuildError ? error.message : error.stack}`);
    process.exitCode = 1;
  });
}
