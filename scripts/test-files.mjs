/** Which test files there are, which of them are quick, how long each takes, and how they are dealt out to processes. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Those that take a second or longer; `npm test -- --record` writes it anew. */
export const DURATIONS = join(root, 'scripts', 'durations.json');

/** What starts a browser, a Node-RED, a NATS server or another program. */
const PROGRAMS = /from '(node:child_process|playwright-core)'/;
/** What reads the build, by whatever helper: the quick tests do without one. */
const BUILD = /\bROOT, '(dist|resources)'/;
/** What took longer belongs to the others: thousands of random commands, every fault at every step, a client for minutes. */
const QUICK_SECONDS = 10;

/** Of a file that is not among those above: most of them take far less, each costs a moment when it is loaded. */
const USUAL_SECONDS = 0.25;

/** A process keeps a processor busy for one to two seconds until its first test; smaller portions are not worth it. */
const LEAST_PORTION = 25;
const PORTIONS_PER_LANE = 6;

/** All of them, from the root, with slashes. */
export function testFiles() {
  return readdirSync(join(root, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file.split(sep).join('/')}`)
    .sort();
}

/** Whether all that it does, it does in its own process, from the sources, and in less than ten seconds when that was recorded. */
export function isQuick(file, durations = recordedDurations()) {
  const seconds = durations[file] ?? USUAL_SECONDS;
  return seconds < QUICK_SECONDS && !startsPrograms(file) && !imports(BUILD, join(root, file));
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

/** `test/client` of all that is in it. */
function areaOf(file) {
  return file.split('/').slice(0, 2).join('/');
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
    const fitting = made.filter((candidate) => candidate.seconds + seconds <= most);
    // What a folder's tests stand on, a whole Node-RED for some, is loaded once for all that run in a process.
    let portion =
      fitting.find((each) => each.files.some((other) => areaOf(other) === areaOf(file))) ?? fitting[0];
    if (portion === undefined) {
      portion = { seconds: 0, files: [] };
      made.push(portion);
    }
    portion.seconds += seconds;
    portion.files.push(file);
  }
  return made.toSorted((a, b) => b.seconds - a.seconds).map((portion) => portion.files.sort());
}
