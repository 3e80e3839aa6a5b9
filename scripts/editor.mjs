/**
 * Makes what the editor loads: one script and one style sheet for all nodes, and scripts for what is opened later, all
 * minified, as nobody reads them there; and for each node a page that registers its type, with the literals that the flow
 * library looks for in it, and holds its dialog.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError } from './build/build-error.mjs';
import { bundled } from './build/bundled.mjs';
import { divide, exposed, sourceIn } from './build/editor-parts.mjs';
import { lightScripts } from './build/light-scripts.mjs';
import { squeezed } from './build/squeezed.mjs';

/** Whatever understands the rest of the styles understands rules within rules, too. */
const BROWSERS = ['chrome121', 'firefox121', 'safari17.4'];

/** What stands around all that the style sheet is for. */
const ROOTS = '.sea-dialog,.sea-sidebar,.sea-sidebar-tools';

/**
 * @param {string} root the package's folder
 * @param {{ type: string, source: string }[]} nodes with the folder of each
 * @param {{ light?: boolean }} [options] false: larger scripts, made much faster
 * @returns {Promise<{ resources: Map<string, string>, pages: Map<string, string> }>} texts by the names of files in
 *   `resources/`, and by the nodes' types
 */
export async function editor(root, nodes, { light = true } = {}) {
  const styles = await styleSheet(join(root, 'nodes', 'shared', 'editor', 'editor.css'));
  const { script, version, parts } = await scriptsOf(root, nodes, versionOf(styles), light);
  const withFields = await drawnBy(
    join(root, 'nodes', 'shared', 'editor', 'fields', 'page-fields.editor.ts'),
  );
  const pages = await Promise.all(
    nodes.map(async (node) => [node.type, await page(node, version, withFields)]),
  );
  const resources = new Map([
    ['editor.js', script],
    ['editor.css', styles],
    ...[...parts].map(([name, text]) => [`${name}.js`, text]),
  ]);
  return { resources, pages: new Map(pages) };
}

async function styleSheet(entry) {
  if (!existsSync(entry)) return '';
  const text = await bundled('editor.css', { entryPoints: [entry], minify: true, target: BROWSERS });
  return withShortNames(text);
}

/** What gets a short name in the style sheet when it stands there more than once: colours of the theme, lines in them. */
const OFTEN = [/var\(--red-ui-[a-z-]+\)/g, /\dpx solid var\(--\d+\)/g];

/** Values that are ours, but those that scripts ask for, which are numbered. */
const OURS = /--sea-[a-z-]*[a-z](?![\w-])/g;

/** Names take much of a style sheet, those of the theme's colours too. */
function withShortNames(styles) {
  const names = new Map();
  const nameOf = (long) => names.get(long) ?? names.set(long, `--${names.size}`).get(long);
  let text = styles.replace(/(--[\w-]+): /g, '$1:');
  for (const values of OFTEN) {
    const all = text.match(values) ?? [];
    text = text.replace(values, (value) => (count(all, value) > 1 ? `var(${nameOf(value)})` : value));
  }
  const definitions = [...names].map(([value, name]) => `${name}:${value}`).join(';');
  return `${ROOTS}{${definitions}}${text.replace(OURS, nameOf)}`;
}

function count(all, wanted) {
  return all.filter((each) => each === wanted).length;
}

/** Of each node what its page asks for by the node's type; and what is loaded later. */
async function scriptsOf(root, nodes, styles, light) {
  const entry = [];
  const forAll = existsSync(join(root, 'nodes', 'shared', 'editor'));
  if (forAll) {
    entry.push(
      "import { addStyleSheet } from './nodes/shared/editor/style-sheet.editor';",
      "import { drawFields } from './nodes/shared/editor/fields/page-fields.editor';",
      "import { placeTips } from './nodes/shared/editor/tips.editor';",
      'addStyleSheet();',
      'placeTips();',
    );
  }
  entry.push(
    `window.streamSea = {${forAll ? ' open(type) { drawFields(type); return this[type]; } ' : ''}};`,
  );
  for (const { type } of nodes) {
    entry.push(await exposed(root, `window.streamSea['${type}']`, `nodes/${type}/behaviour.editor.ts`));
  }
  const options = {
    minify: true,
    target: BROWSERS,
    define: { STYLES_VERSION: JSON.stringify(styles) },
    plugins: [withoutEnglish],
  };
  const divided = await divide(root, entry.join('\n'), options);
  for (const [index, { file, name }] of divided.shared.entries()) {
    entry.push(`import { ${name} as shared_${index} } from './${file.replace(/\.ts$/, '')}';`);
  }
  entry.push(`${divided.place} = [${divided.shared.map((_each, index) => `shared_${index}`)}];`);
  const define = { ...options.define, PART_VERSIONS: JSON.stringify(standIns([...divided.parts.keys()])) };
  const stdin = sourceIn(root, entry.join('\n'));
  const first = await bundled('editor.js', { ...options, stdin, format: 'iife', define });
  const scripts = { text: first, parts: divided.parts };
  const { text: whole, parts } = light ? await lightScripts(root, scripts) : scripts;
  let text = whole;
  for (const [name, part] of parts) text = text.replace(versionOf(name), versionOf(part));
  const version = versionOf(text);
  return { script: `${text}\nstreamSea.version=${JSON.stringify(version)};\n`, version, parts };
}

/** Stand in the first script for the versions of parts, which have their texts only when the first script has its own. */
function standIns(names) {
  return Object.fromEntries(names.map((name) => [name, versionOf(name)]));
}

/** The texts of sentences: the editor says them from the catalogues, in its viewer's language, English included. */
const withoutEnglish = {
  name: 'without-english',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/](server-)?sentences\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(/(export const \w*SENTENCES = )\{\n[\s\S]*?\n\} as const;/, '$1{};');
      if (contents === text) throw new BuildError(`${path}: the table of sentences was not found`);
      return { contents, loader: 'ts' };
    });
  },
};

/** What the editor draws the fields of a dialog with. */
async function drawnBy(file) {
  if (!existsSync(file)) return (_type, template) => template;
  const text = await bundled('page-fields', { entryPoints: [file], format: 'esm' });
  const { withFields } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return withFields;
}

async function page({ type, source }, script, withFields) {
  const name = `${type}.editor.ts`;
  const path = join(source, name);
  if (!existsSync(path)) throw new BuildError(`${name} is missing`);
  const registration = await bundled(name, {
    stdin: {
      // In a package of type commonjs, esbuild takes a file that exports nothing for CommonJS and wraps it.
      contents: `${await readFile(path, 'utf8')}export {};\n`,
      resolveDir: source,
      sourcefile: name,
      loader: 'ts',
    },
    format: 'iife',
    minify: true,
    target: 'es2020',
    define: { SCRIPT_VERSION: JSON.stringify(script) },
  });
  const template = plain(await readFile(join(source, `${type}.html`), 'utf8'));
  if (!template.includes(`data-template-name="${type}"`)) {
    throw new BuildError(`${type}.html has no template for ${type}`);
  }
  const [unknown] = /<\/?sea-[^>\s]*/.exec(withFields(type, template)) ?? [];
  if (unknown !== undefined) {
    throw new BuildError(`${type}.html: ${unknown}> is no field of a dialog, or has no end`);
  }
  const text = squeezed(name, registration, { unsafe: true });
  return `<script type="text/javascript">\n${text}\n</script>\n\n${template}`;
}

/** Without what only those need who read the source: indentation, comments, empty lines, quotes around single words. */
function plain(text) {
  const [head, ...lines] = text
    .replace(/<!--.*?-->/gs, '')
    .replace(/^\s+/gm, '')
    .split('\n');
  return [head, ...lines.map((line) => line.replace(/="([\w.:-]+)"/g, '=$1'))].join('\n');
}

/** Another content, another address: a browser never takes an old script for a new page. */
function versionOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
