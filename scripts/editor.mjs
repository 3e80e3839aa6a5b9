/**
 * Makes what the editor loads: one script and one style sheet for all nodes, and scripts for what is opened later, all
 * minified, as nobody reads them there; and for each node a page that registers its type, with the literals that the flow
 * library looks for in it, and holds its dialog.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BuildError } from './build-error.mjs';
import { bundled } from './bundled.mjs';
import { divide, exposed, sourceIn } from './editor-parts.mjs';

/** Whatever understands the rest of the styles understands rules within rules, too. */
const BROWSERS = ['chrome121', 'firefox121', 'safari17.4'];

/** What stands around all that the style sheet is for. */
const ROOTS = '.sea-dialog,.sea-sidebar,.sea-sidebar-tools';

/**
 * @param {string} root the package's folder
 * @param {{ type: string, source: string }[]} nodes with the folder of each
 * @returns {Promise<{ resources: Map<string, string>, pages: Map<string, string> }>} texts by the names of files in
 *   `resources/`, and by the nodes' types
 */
export async function editor(root, nodes) {
  const styles = await styleSheet(join(root, 'nodes', 'shared', 'editor', 'editor.css'));
  const { script, version, parts } = await scriptsOf(root, nodes, versionOf(styles));
  const withFields = await drawnBy(
    join(root, 'nodes', 'shared', 'editor', 'fields', 'page-fields.editor.ts'),
  );
  const pages = await Promise.all(
    nodes.map(async (node) => [node.type, await page(node, version, withFields)]),
  );
  const resources = new Map([
    ['editor.js', script],
    ['editor.css', styles],
    ...[...parts].map(([name, text]) => [`${basename(name)}.js`, text]),
  ]);
  return { resources, pages: new Map(pages) };
}

async function styleSheet(entry) {
  if (!existsSync(entry)) return '';
  const text = await bundled('editor.css', { entryPoints: [entry], minify: true, target: BROWSERS });
  return withShortColours(text);
}

/**
 * Colours of the theme that stand more than once get a short name of ours, in what all rules are about. The theme's own
 * names would be a sixth of all that there is.
 */
function withShortColours(styles) {
  const counts = new Map();
  for (const [colour] of styles.matchAll(/var\(--red-ui-[a-z-]+\)/g)) {
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const names = new Map();
  for (const [colour, count] of counts) if (count > 1) names.set(colour, `--sea-${names.size}`);
  const definitions = [...names].map(([colour, name]) => `${name}:${colour}`).join(';');
  const text = styles.replace(/var\(--red-ui-[a-z-]+\)/g, (colour) => {
    return names.has(colour) ? `var(${names.get(colour)})` : colour;
  });
  return `${ROOTS}{${definitions}}${text}`;
}

/** Of each node what its page asks for by the node's type; and what is loaded later. */
async function scriptsOf(root, nodes, styles) {
  const entry = [];
  const forAll = existsSync(join(root, 'nodes', 'shared', 'editor'));
  if (forAll) {
    entry.push(
      "import { addStyleSheet } from './nodes/shared/editor/style-sheet.editor';",
      "import { drawFields } from './nodes/shared/editor/fields/page-fields.editor';",
      'addStyleSheet();',
    );
  }
  entry.push(`window.streamSea = {${forAll ? ' drawFields ' : ''}};`);
  for (const { type } of nodes) {
    entry.push(await exposed(root, `window.streamSea['${type}']`, `nodes/${type}/behaviour.editor.ts`));
  }
  const options = {
    minify: true,
    target: BROWSERS,
    define: { STYLES_VERSION: JSON.stringify(styles) },
    plugins: [withoutEnglish],
  };
  const { parts, shared, place } = await divide(root, entry.join('\n'), options);
  const versions = Object.fromEntries([...parts].map(([name, text]) => [name, versionOf(text)]));
  for (const [index, { file, name }] of shared.entries()) {
    entry.push(`import { ${name} as shared_${index} } from './${file.replace(/\.ts$/, '')}';`);
  }
  entry.push(`${place} = [${shared.map((_each, index) => `shared_${index}`)}];`);
  const text = await bundled('editor.js', {
    ...options,
    stdin: sourceIn(root, entry.join('\n')),
    format: 'iife',
    define: { ...options.define, PART_VERSIONS: JSON.stringify(versions) },
  });
  const version = versionOf(text);
  return { script: `${text.trimEnd()}streamSea.version=${JSON.stringify(version)};\n`, version, parts };
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
  return `<script type="text/javascript">\n${plain(registration)}</script>\n\n${template}`;
}

/** Without what only those need who read the source: indentation, comments, empty lines. */
function plain(text) {
  return text.replace(/<!--.*?-->/gs, '').replace(/^\s*(?:\/\/.*\s*)*/gm, '');
}

/** Another content, another address: a browser never takes an old script for a new page. */
function versionOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
