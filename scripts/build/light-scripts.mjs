/**
 * The editor's first script and its parts, with less. That takes longer than all else of a build together, so what came of
 * it is kept, and taken for as long as it would be made of the same by the same.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { renamed, squeezed } from './squeezed.mjs';
import { commonWords, sayingWords, takingWords } from './words.mjs';

const require = createRequire(import.meta.url);

/** Who makes them: what another one of these has made is of no use. */
const MAKERS = [
  ...['light-scripts', 'squeezed', 'syntax', 'words'].map((name) => join(import.meta.dirname, `${name}.mjs`)),
  ...['acorn', 'uglify-js'].map((name) => require.resolve(`${name}/package.json`)),
];

/**
 * @typedef {{ text: string, parts: ReadonlyMap<string, string> }} Scripts the first script, and the others by name
 *
 * @param {string} root the package's folder
 * @param {Scripts} scripts
 * @returns {Promise<Scripts>}
 */
export async function lightScripts(root, scripts) {
  const file = join(root, '.cache', 'light-scripts.json');
  const makers = await Promise.all(MAKERS.map((maker) => readFile(maker, 'utf8')));
  const of = digest([...makers, scripts.text, ...[...scripts.parts].flat()]);
  const kept = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  if (kept?.of === of) return { text: kept.text, parts: new Map(kept.parts) };
  const { text, parts } = lightened(scripts);
  // Where nothing can be kept, the next build takes its time.
  await keep(file, { of, text, parts: [...parts] }).catch(() => {});
  return { text, parts };
}

function lightened({ text, parts }) {
  const first = squeezed('editor.js', text);
  const others = [...parts].map(([name, part]) => [name, squeezed(name, part)]);
  const words = commonWords([first, ...others.map(([, part]) => part)]);
  const place = `streamSea.words_${digest(words).slice(0, 8)}`;
  return {
    text: renamed('editor.js', sayingWords(first, words, place)),
    parts: new Map(others.map(([name, part]) => [name, renamed(name, takingWords(part, words, place))])),
  };
}

/** Whole or not at all: two builds may run at a time. */
async function keep(file, what) {
  await mkdir(dirname(file), { recursive: true });
  const written = `${file}.${process.pid}`;
  await writeFile(written, JSON.stringify(what));
  await rename(written, file);
}

function digest(texts) {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}
