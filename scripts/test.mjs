/**
 * `npm test`: build, lint, types, then every test, those in a browser included, and what none of them has run. `npm run
 * test:fast` runs the quick ones alone, as CONTRIBUTING.md has it. `npm run versions` runs the tests on the other versions of
 * Node-RED and Node.js, too. Behind any, after `--`, files run these tests only. Stops at the first step that fails. The
 * last line is always `N passed, N failed`.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { getChromium } from './chromium.mjs';
import { execute, root, tool } from './execute.mjs';
import { getNatsServer } from './nats-server.mjs';
import { Suite } from './suite.mjs';
import { getVersion, VERSIONS } from './versions.mjs';

const { values: wanted, positionals: files } = parseArgs({
  options: {
    versions: { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    /** Notes how long each file takes: the files are dealt out to processes by that. */
    record: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

/** Of all tests or none: what a few of them run says little. */
const coverage =
  wanted.fast || files.length > 0 ? undefined : mkdtempSync(join(tmpdir(), 'stream-sea-coverage-'));
if (coverage) process.once('exit', () => rmSync(coverage, { recursive: true, force: true }));

const suite = new Suite({ files, quick: wanted.fast });

const preparation = {
  'find a browser': () => {
    process.env.CHROMIUM = getChromium(console.log);
    console.log(process.env.CHROMIUM);
  },
  'find a NATS server': () => {
    process.env.NATS_SERVER = getNatsServer(console.log);
    console.log(process.env.NATS_SERVER);
  },
  // Side by side, as the longest of the build keeps one processor busy. It has checked the types of the editors.
  'build, lint, types': () =>
    Promise.all([
      execute(join(root, 'scripts', 'build.mjs')),
      execute(tool('@biomejs/biome/bin/biome'), ['check', '.']),
      execute(tool('typescript/bin/tsc'), ['-p', 'tsconfig.json']),
    ]),
};
const steps = {
  ...(!wanted.fast && preparation),
  tests: () => suite.run({ record: wanted.record, ...(coverage && { coverage }) }),
  ...(coverage && {
    // In a process of its own, and never the reason why tests fail: it reads all that all of them have run.
    coverage: () =>
      execute(join(root, 'scripts', 'coverage.mjs'), [coverage]).catch((error) =>
        console.log(`It could not be counted: ${error.message}`),
      ),
  }),
};
if (wanted.versions) {
  for (const version of VERSIONS) {
    steps[`tests on ${version.name}`] = () => suite.run({ version: getVersion(version) });
  }
}

const start = performance.now();
for (const [name, run] of Object.entries(steps)) {
  console.log(`\n== ${name}`);
  const stepStart = performance.now();
  try {
    await run();
  } catch (error) {
    console.log(`\n${name} failed (${seconds(stepStart)}): ${error.message}`);
    suite.stop();
    process.exitCode = 1;
    break;
  }
  console.log(`${name}: fine (${seconds(stepStart)})`);
}
console.log(`\nAll of it took ${seconds(start)}.`);
console.log(suite.result);

function seconds(since) {
  return `${Math.round((performance.now() - since) / 1000)} s`;
}
