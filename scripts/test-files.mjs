/** Which test files there are, which of them are quick, how long each takes, and how they are dealt out to processes. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Those that take a second or longer; `npm test -- --record` writes it anew. */
export const DURATIONS = join(root, 'scripts', 'durations.json');

/** What starts a browser, a Node-RED, a NATS server or another program. */
const PROGRAMS = /from '(node:child_process|playwright-core)'/;
/** What reads the build, which the quick tests do without. */
const BUILD = /from '[./]+\/support\/package\/built'/;
/** Time itself is the test. */
const LONG = 'test/torture/';

/** Of a file that is not among those above: most of them take far less, each costs a moment when it is loaded. */
const USUAL_SECONDS = 0.25;

/** A process takes two seconds until its first test; smaller portions than this are not worth it. */
const LEAST_PORTION = 15;
const PORTIONS_PER_LANE = 6;

/** All of them, from the root, with slashes. */
export function testFiles() {
  return readdirSync(join(root, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file.split(sep).join('/')}`)
    .sort();
}

/** Whether all that it does, it does in its own process, from the sources, within moments. */
export function isQuick(file) {
  return !file.startsWith(LONG) && !startsPrograms(file) && !imports(BUILD, join(root, file));
}

/** Whether other programs set its pace: a browser with its menus and its focus, NATS servers that choose a leader. */
export function startsPrograms(file) {
  return imports(PROGRAMS, join(root, file));
}

function imports(what, file, seen = new Set()) {
  seen.add(file);
  const code = readFileSync(file, 'utf8');
  if (what.test(code)) return true;
  return [...code.matchAll(/from '(\.[^']*)'/g)].some(([, name]) => {
    const imported = `${resolve(dirname(file), name)}.ts`;
    const isOfTests = imported.startsWith(join(root, 'test'));
    return isOfTests && !seen.has(imported) && existsSync(imported) && imports(what, imported, seen);
  });
}

/** In seconds, by file. */
export function recordedDurations() {
  return existsSync(DURATIONS) ? JSON.parse(readFileSync(DURATIONS, 'utf8')) : {};
}

/**
 * Deals files out into portions that take about equally long, the longest first: processes that take one portion after
 * the other then end at about the same time. A file that takes longer than a portion is one by itself.
 *
 * @param {readonly string[]} files
 * @param {number} lanes how many processes run at a time
 * @param {Readonly<Record<string, number>>} durations in seconds, of those that take long
 * @returns {string[][]}
 */
export function portions(files, lanes, durations) {
  const secondsOf = (file) => durations[file] ?? USUAL_SECONDS;
  const all = files.reduce((sum, file) => sum + secondsOf(file), 0);
  const most = Math.max(LEAST_PORTION, all / (lanes * PORTIONS_PER_LANE));
  const made = [];
  for (const file of files.toSorted((a, b) => secondsOf(b) - secondsOf(a))) {
    const seconds = secondsOf(file);
    let portion = made.find((candidate) => candidate.seconds + seconds <= most);
    if (portion === undefined) {
      portion = { seconds: 0, files: [] };
      made.push(portion);
    }
    portion.seconds += seconds;
    portion.files.push(file);
  }
  return made.toSorted((a, b) => b.seconds - a.seconds).map((portion) => portion.files.sort());
}
