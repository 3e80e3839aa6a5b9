/**
 * Where the time goes: runs one round of each hot path under the CPU profiler, and prints what took most, by package
 * and by function. `node bench/profile.mjs receive` picks by name. The profiles are kept for Chrome's DevTools.
 */

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { groups } from './rows.mjs';

const require = createRequire(import.meta.url);
const { values: flags, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    package: { type: 'string', default: join(import.meta.dirname, '..') },
    ms: { type: 'string', default: '3000' },
    out: { type: 'string', default: join(tmpdir(), 'stream-sea-profiles') },
  },
});
const setup = {
  packageDir: resolve(flags.package),
  nodeRedDir: resolve(process.env.NODE_RED_DIR ?? dirname(require.resolve('node-red/package.json'))),
};

await mkdir(flags.out, { recursive: true });
for (const { name: group, sides } of groups) {
  for (const [side, open] of Object.entries(sides)) {
    const name = `${group}: ${side}`;
    if (!words.every((word) => name.includes(word))) continue;
    const opened = await open(setup);
    if (opened.subject === undefined) continue;
    await opened.round(1_000);
    await opened.subject.startProfile();
    const { value } = await opened.round(Number(flags.ms));
    const file = join(flags.out, `${name.replace(/\W+/g, '-')}.cpuprofile`);
    await opened.subject.stopProfile(file);
    await opened.close();
    console.log(`\n${name}: ${Math.round(value)}\n${describe(JSON.parse(await readFile(file, 'utf8')))}`);
  }
}

function describe({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const places = new Map();
  const functions = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    if (functionName === '(idle)') return;
    const time = timeDeltas[index];
    const place = placeOf(url, functionName);
    const label = `${functionName || '(anonymous)'} ${place}${url.startsWith('node:') || url === '' ? '' : `:${lineNumber + 1}`}`;
    total += time;
    places.set(packageOf(url, functionName), (places.get(packageOf(url, functionName)) ?? 0) + time);
    functions.set(label, (functions.get(label) ?? 0) + time);
  });
  const top = (map, count) =>
    [...map]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([label, time]) => `${((time / total) * 100).toFixed(1).padStart(6)} %  ${label}`)
      .join('\n');
  return `${top(places, 12)}\n   ---\n${top(functions, 28)}`;
}

function packageOf(url, functionName) {
  if (url === '') return functionName === '(garbage collector)' ? 'garbage collector' : 'V8 and natives';
  if (url.startsWith('node:')) return 'Node.js';
  const modules = url.lastIndexOf('node_modules/');
  if (modules !== -1)
    return url
      .slice(modules + 13)
      .split('/', url.slice(modules + 13).startsWith('@') ? 2 : 1)
      .join('/');
  return url.includes('/bench/') ? 'bench' : 'this package';
}

function placeOf(url) {
  const modules = url.lastIndexOf('node_modules/');
  if (modules !== -1) return url.slice(modules + 13);
  return url.replace(/^.*\/dist\//, '').replace(/^.*\/bench\//, 'bench/');
}
