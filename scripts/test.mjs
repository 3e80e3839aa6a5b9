/**
 * `npm test`: build, lint, types, then every test, those in a browser included. Stops at the first step that fails.
 * The last line is always `N passed, N failed`.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { getChromium } from './chromium.mjs';

const root = resolve(import.meta.dirname, '..');
const tool = (path) => join(root, 'node_modules', path);

/** No step is silent for longer than this, unless it hangs. */
const SILENCE_LIMIT = 120_000;

const RESULT = /^\d+ passed, \d+ failed$/;

const temporary = mkdtempSync(join(tmpdir(), 'stream-sea-test-'));
const progressFile = join(temporary, 'progress');

const steps = {
  'find a browser': () => {
    process.env.CHROMIUM = getChromium(console.log);
    console.log(process.env.CHROMIUM);
  },
  build: () => execute(join(root, 'scripts', 'build.mjs')),
  lint: () => execute(tool('@biomejs/biome/bin/biome'), 'check', '.'),
  types: async () => {
    await execute(tool('typescript/bin/tsc'), '-p', 'tsconfig.json');
    await execute(tool('typescript/bin/tsc'), '-p', 'tsconfig.editor.json');
  },
  tests: () => execute(tool('mocha/bin/mocha.js'), 'test/**/*.test.ts'),
};

/** The last line: what the tests said, or that it did not come to that. */
let result = '0 passed, 1 failed';

async function main() {
  const start = performance.now();
  for (const [name, run] of Object.entries(steps)) {
    console.log(`\n== ${name}`);
    const stepStart = performance.now();
    try {
      await run();
    } catch (error) {
      console.log(`\n${name} failed (${seconds(stepStart)}): ${error.message}`);
      process.exitCode = 1;
      break;
    }
    console.log(`${name}: fine (${seconds(stepStart)})`);
  }
  console.log(`\nAll of it took ${seconds(start)}.`);
  console.log(result);
}

/** Runs a Node.js script with its output passed on. Rejects when it fails, or says nothing for too long. */
function execute(script, ...parameters) {
  return new Promise((resolve, reject) => {
    // A process group of its own: what hangs is ended with all that it started.
    const child = spawn(process.execPath, [script, ...parameters], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TEST_PROGRESS_FILE: progressFile,
        ...(process.stdout.isTTY && !process.env.NO_COLOR && { FORCE_COLOR: '1' }),
      },
    });
    let hung = '';
    const endGroup = () => kill(-child.pid);
    process.once('exit', endGroup);
    const silence = setTimeout(() => {
      hung = `it hangs${progress()}`;
      endGroup();
    }, SILENCE_LIMIT);
    for (const [stream, print] of [
      [child.stdout, console.log],
      [child.stderr, console.error],
    ]) {
      createInterface({ input: stream }).on('line', (line) => {
        silence.refresh();
        // Kept for the very end.
        if (RESULT.test(line)) result = line;
        else print(line);
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

function progress() {
  try {
    return ` in ${readFileSync(progressFile, 'utf8')}`;
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

function seconds(since) {
  return `${Math.round((performance.now() - since) / 1000)} s`;
}

// Its own group does not get the terminal's Ctrl-C; leaving ends it.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));

await main();
