/** The browser that the editor's tests and pictures drive: found on this machine, or got where that is possible. */

import { delimiter, join } from 'node:path';
import { getProgram } from './program.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const CHROMIUM = {
  name: 'Chromium',
  variable: 'CHROMIUM',
  places: () => {
    const folders = ['/usr/bin', '/snap/bin', ...(process.env.PATH ?? '').split(delimiter)];
    return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE];
  },
  packages: ['chromium', 'fonts-liberation'],
};

/** As `getProgram`: its path. @param {(line: string) => void} log */
export function getChromium(log) {
  return getProgram(CHROMIUM, log);
}
