/**
 * What the tests have run of the sources, and what not, from what Node.js wrote of each process. The editor's part runs in
 * a browser and is not in it, nor is what a whole Node-RED runs in a process of its own, from dist/.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Report } from 'c8';

/** What is printed; the rest is in a file. */
const MOST_FILES = 25;
const MOST_RANGES = 8;

const FOLDERS = ['src', 'nodes', 'bin'];

/**
 * @param {string} root of the repository
 * @param {string} folder where Node.js wrote
 * @param {string} file gets the whole table
 * @returns {Promise<string>} a short one
 */
export async function coverageTable(root, folder, file) {
  const report = new Report({
    // Absolute, as it otherwise takes them to be below the folder that this process was started in.
    allowExternal: true,
    include: FOLDERS.map((name) => `${root.split(sep).join('/')}/${name}/**`),
    exclude: ['**/*.editor.ts'],
    extension: ['.ts'],
    tempDirectory: folder,
    resolve: root,
    mergeAsync: true,
  });
  const map = await report.getCoverageMapFromAllCoverageFiles();
  const files = map
    .files()
    .map((path) => coverageOf(relative(root, path).split(sep).join('/'), map.fileCoverageFor(path)))
    .sort((a, b) => b.uncovered.length - a.uncovered.length || a.name.localeCompare(b.name));
  const missed = files.filter(({ uncovered }) => uncovered.length > 0);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${missed.map((entry) => row(entry, Number.POSITIVE_INFINITY)).join('\n')}\n`);
  const rest = missed.length - MOST_FILES;
  return [
    `Of the lines of ${files.length} files, ${share(files)} were run${byArea(files)}`,
    ...(missed.length > 0 ? ['', 'Not run, most lines first:'] : []),
    ...missed.slice(0, MOST_FILES).map((entry) => row(entry, MOST_RANGES)),
    ...(rest > 0 ? [`  and in ${rest} more files: ${relative(root, file)}`] : []),
  ].join('\n');
}

function coverageOf(name, coverage) {
  const lines = Object.entries(coverage.getLineCoverage());
  const uncovered = lines.filter(([, count]) => count === 0).map(([line]) => Number(line));
  return { name, lines: lines.length, uncovered };
}

function share(files) {
  const sum = (of) => files.reduce((before, file) => before + of(file), 0);
  const lines = sum((file) => file.lines);
  const run = lines - sum((file) => file.uncovered.length);
  return `${lines === 0 ? 100 : Math.floor((1_000 * run) / lines) / 10} %`;
}

/** By the folders that the architecture knows: `src/client`, `nodes/stream-sea-in`. */
function byArea(files) {
  const areas = new Map();
  for (const file of files) {
    const area = file.name.split('/').slice(0, 2).join('/');
    areas.set(area, [...(areas.get(area) ?? []), file]);
  }
  const folders = [...areas].filter(([area]) => !area.endsWith('.ts'));
  if (folders.length === 0) return '.';
  const rows = folders.sort().map(([area, members]) => `  ${area.padEnd(28)} ${share(members)}`);
  return `:\n${rows.join('\n')}`;
}

function row({ name, lines, uncovered }, most) {
  const all = ranges(uncovered);
  const named = all.slice(0, most).join(', ');
  const more = all.length > most ? `, and ${all.length - most} more` : '';
  return `  ${name.padEnd(52)} ${share([{ lines, uncovered }]).padStart(7)}  lines ${named}${more}`;
}

/** `[3, 4, 5, 9]` as `['3-5', '9']`. */
export function ranges(numbers) {
  const found = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = resolve(import.meta.dirname, '..');
  console.log(await coverageTable(root, process.argv[2], join(root, '.cache', 'coverage.txt')));
}
