/** Runs one tool, and notices when it hangs. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const root = resolve(import.meta.dirname, '..');

/** The path of a tool among the development dependencies. */
export const tool = (path) => join(root, 'node_modules', path);

/** No tool is silent for longer than this, unless it hangs. */
const SILENCE_LIMIT = 360_000;

const temporary = mkdtempSync(join(tmpdir(), 'stream-sea-test-'));
let started = 0;

/**
 * Runs a Node.js script with its output passed on. Rejects when it fails, or says nothing for too long.
 *
 * @param {string} script
 * @param {readonly string[]} [parameters]
 * @param {{ node?: string, env?: object, print?: (line: string) => void }} [options]
 */
export function execute(
  script,
  parameters = [],
  { node = process.execPath, env = {}, print = console.log } = {},
) {
  started += 1;
  const progressFile = join(temporary, String(started));
  return new Promise((resolve, reject) => {
    // A process group of its own: what hangs is ended with all that it started.
    const child = spawn(node, [script, ...parameters], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TEST_PROGRESS_FILE: progressFile,
        ...(process.stdout.isTTY && !process.env.NO_COLOR && { FORCE_COLOR: '1' }),
        ...env,
      },
    });
    let hung = '';
    const endGroup = () => kill(-child.pid);
    process.once('exit', endGroup);
    const silence = setTimeout(() => {
      hung = `it hangs${progressIn(progressFile)}`;
      endGroup();
    }, SILENCE_LIMIT);
    for (const [stream, write] of [
      [child.stdout, print],
      [child.stderr, console.error],
    ]) {
      createInterface({ input: stream }).on('line', (line) => {
        silence.refresh();
        write(line);
      });
    }
    child.on('close', (code, signal) => {
      clearTimeout(silence);
      process.off('exit', endGroup);
      if (code === 0) resolve();
      else reject(new Error(hung || (signal ? `ended by ${signal}` : `exit code ${code}`)));
    });
  });
}

function progressIn(file) {
  try {
    return ` in ${readFileSync(file, 'utf8')}`;
  } catch {
    return '';
  }
}

function kill(group) {
  try {
    process.kill(group, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

// A tool's own group does not get the terminal's Ctrl-C; leaving ends it.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
