/**
 * `npm test`: build, lint, types, then every test, those in a browser included. `npm run versions` runs the tests on
 * the other versions of Node-RED and Node.js, too. Behind either, after `--`, files run these tests only. Stops at the
 * first step that fails. The last line is always `N passed, N failed`.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { getChromium } from './chromium.mjs';
import { execute, root, tool } from './execute.mjs';
import { getNatsServer } from './nats-server.mjs';
import { Suite } from './suite.mjs';
import { getVersion, VERSIONS } from './versions.mjs';

const { values: wanted, positionals: files } = parseArgs({
  options: { versions: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const suite = new Suite(files);

const steps = {
  'find a browser': () => {
    process.env.CHROMIUM = getChromium(console.log);
    console.log(process.env.CHROMIUM);
  },
  'find a NATS server': () => {
    process.env.NATS_SERVER = getNatsServer(console.log);
    console.log(process.env.NATS_SERVER);
  },
  build: () => execute(join(root, 'scripts', 'build.mjs')),
  lint: () => execute(tool('@biomejs/biome/bin/biome'), ['check', '.']),
  types: async () => {
    await execute(tool('typescript/bin/tsc'), ['-p', 'tsconfig.json']);
    await execute(tool('typescript/bin/tsc'), ['-p', 'tsconfig.editor.json']);
  },
  tests: () => suite.run(),
};
if (wanted.versions) {
  for (const version of VERSIONS) {
    steps[`tests on ${version.name}`] = () => suite.run(getVersion(version));
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
