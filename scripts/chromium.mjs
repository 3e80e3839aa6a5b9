/** The browser that the editor's tests and pictures drive: found on this machine, or got where that is possible. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const HOW_TO_GET_IT =
  'No Chromium found: install it ("sudo apt-get install chromium" on Debian), or set CHROMIUM to the path of one.';

/**
 * The path of a Chromium; on a Debian where we are root, one is installed when there is none.
 *
 * @param {(line: string) => void} log
 * @throws Error that says in one line how to get one
 */
export function getChromium(log) {
  const asked = process.env.CHROMIUM;
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new Error(`CHROMIUM=${asked} does not exist.`);
  }
  const found = findChromium() ?? (installChromium(log) ? findChromium() : undefined);
  if (found === undefined) throw new Error(HOW_TO_GET_IT);
  return found;
}

function findChromium() {
  const folders = ['/usr/bin', '/snap/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const places = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE];
  return places.find((place) => existsSync(place));
}

function installChromium(log) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  log('No Chromium found: installing it with apt-get ...');
  const aptGet = (...parameters) =>
    spawnSync('apt-get', parameters, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  return (
    aptGet('update') && aptGet('install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation')
  );
}
