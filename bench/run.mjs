/**
 * `npm run bench`: every row, its goal, and whether it is met. With `--quick` short rounds, for development; words
 * pick groups by their names: `npm run bench -- --quick receive`. NODE_RED_DIR names another Node-RED; another
 * Node.js measures by running this file.
 */

import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { grow } from './growth.mjs';
import { beside } from './lib/beside.mjs';
import { compare } from './lib/compare.mjs';
import { figure, groupText, markdownTable } from './lib/report.mjs';
import { groups } from './rows.mjs';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');

const { values: flags, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    /** How cost grows, with plots, instead of the rows. */
    growth: { type: 'boolean', default: false },
    openings: { type: 'string' },
    /** In each opening. */
    rounds: { type: 'string' },
    ms: { type: 'string' },
    /** The folder of the built package. */
    package: { type: 'string', default: root },
    /** Another one, that of an earlier release: the sides of both take turns. */
    beside: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, 'results') },
  },
});
const openings = Number(flags.openings ?? (flags.quick ? 1 : 3));
const rounds = Number(flags.rounds ?? (flags.quick ? 3 : 2));
const ms = Number(flags.ms ?? (flags.quick ? 400 : 1_500));
const setup = {
  packageDir: resolve(flags.package),
  nodeRedDir: resolve(process.env.NODE_RED_DIR ?? dirname(require.resolve('node-red/package.json'))),
};

const machine = await describeMachine();
console.log(
  Object.entries(machine)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n'),
);
await mkdir(flags.out, { recursive: true });
if (flags.growth) await measureGrowth();
else await measureRows();

async function measureRows() {
  const results = [];
  const other = flags.beside === undefined ? undefined : resolve(flags.beside);
  for (const group of groups.filter(({ name }) => isChosen(name)).map((each) => beside(each, other))) {
    // Some open their sides anew in each round anyhow.
    const times = group.rounds === undefined ? { openings, rounds } : { openings: 1, rounds: group.rounds };
    const result = await compare(group, setup, { ...times, ms });
    results.push({ ...result, date: machine.date, commit: machine.commit });
    console.log(groupText(result));
  }
  const rows = results.flatMap((result) => result.rows);
  const missed = rows.filter(({ met }) => met === false).length;
  console.log(`\n${rows.filter(({ met }) => met).length} goals met, ${missed} not met`);
  const name = flags.quick ? 'partial' : `node-red-${machine['Node-RED']}`;
  const all = await inPlace(`${name}.json`, results, 'name');
  await write(`${name}.json`, { machine, openings, rounds, ms, results: all });
  await writeFile(join(flags.out, `${name}.md`), `${markdownTable(all)}\n`);
}

async function measureGrowth() {
  const results = await grow(setup, {
    rounds: flags.quick ? 1 : 3,
    ms: flags.quick ? 300 : 1_000,
    out: join(flags.out, 'growth'),
    isChosen,
  });
  // Not all are of the same run.
  const dated = results.map((result) => ({
    ...result,
    date: machine.date,
    load: machine.load,
    commit: machine.commit,
  }));
  const file = join('growth', 'growth.json');
  await write(file, { machine, results: await inPlace(file, dated, 'title') });
}

function isChosen(name) {
  return words.length === 0 || words.some((word) => name.includes(word));
}

/** What was measured now in the place of what was measured before, where only some was chosen. */
async function inPlace(file, results, key) {
  if (words.length === 0) return results;
  const text = await readFile(join(flags.out, file), 'utf8').catch(() => '{ "results": [] }');
  const anew = new Map(results.map((result) => [result[key], result]));
  const kept = JSON.parse(text).results.map((before) => {
    const result = anew.get(before[key]) ?? before;
    anew.delete(before[key]);
    return result;
  });
  return [...kept, ...anew.values()];
}

async function write(name, content) {
  // Made anew: in a quarter of an hour, somebody may have tidied up.
  const file = join(flags.out, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
  console.log(`Written to ${file}`);
}

async function describeMachine() {
  const version = async (folder) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version;
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    processor: `${cpus().length} x ${cpu.model.trim()}`,
    memory: `${figure(totalmem())} bytes`,
    load: loadavg()
      .map((value) => value.toFixed(2))
      .join(' '),
    'Node.js': process.version,
    'Node-RED': await version(setup.nodeRedDir),
    package: await version(setup.packageDir),
    commit: commit(),
  };
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
