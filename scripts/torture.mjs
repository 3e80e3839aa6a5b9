/**
 * `npm run torture`: random commands against the real client, for as long as wanted, and promises that must hold whatever
 * happens (test/torture/violation.ts). A run follows from its seed alone. A failure is made as small as it gets; the last
 * line says what was done. Exit code 1 when a promise was broken.
 *
 * --seed 1       the first run's seed; the others count on
 * --runs 10000   how many
 * --minutes 60   instead: for how long
 * --commands 60  in each run
 * --profile out  much is published; `in`: much is subscribed; both in turn by default
 * --all          goes on after a failure, and sorts the failures by kind
 * --sockets      over real sockets, far slower, and timed by the operating system
 * --only NAME    nothing but this invariant, one of those in test/torture/violation.ts
 * --whole        failures as they are, not made small
 * --mutants      instead: defects are put into copies of the source, and each must be found (test/torture/mutants/mutations.ts)
 * --print        the commands of one run
 * --trace        tells all that happens in it
 * --replay FILE  a run from a file, or from standard input (-), as printed
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findMutants } from '../test/torture/mutants/mutants.ts';
import { inTorture, overSockets, perform, runOf, shrink } from '../test/torture/run.ts';

const { values: wanted } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '10000' },
    minutes: { type: 'string' },
    commands: { type: 'string', default: '60' },
    profile: { type: 'string' },
    all: { type: 'boolean', default: false },
    only: { type: 'string' },
    sockets: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
});

const PROFILES = wanted.profile === undefined ? ['out', 'in'] : [wanted.profile];
const start = performance.now();
const until =
  wanted.minutes === undefined ? Number.POSITIVE_INFINITY : start + Number(wanted.minutes) * 60_000;
const runs = wanted.minutes === undefined ? Number(wanted.runs) : Number.POSITIVE_INFINITY;
const length = Number(wanted.commands);

function print({ run, violation }) {
  console.log(`\n${violation.message}`);
  console.log(
    `  repeat: npm run torture -- --seed ${run.seed} --runs 1 --commands ${length} --profile ${run.profile}${wanted.sockets ? ' --sockets' : ''}`,
  );
  const { commands, ...rest } = run;
  console.log(`  ${JSON.stringify(rest)}`);
  for (const command of commands) console.log(`    ${JSON.stringify(command)}`);
}

/** The same mistake, mostly: the words without their numbers and names. */
function kindOf({ message }) {
  return message
    .replace(/\d[\d-]*/g, '#')
    .replace(/alpha|beta|gamma/g, 'S')
    .replace(/[0-9a-f#]{8}-\S+/g, 'G');
}

async function torture() {
  const kinds = new Map();
  let done = 0;
  let told = start;
  for (let seed = Number(wanted.seed); done < runs && performance.now() < until; seed += 1) {
    const whole = runOf(seed, length, PROFILES[seed % PROFILES.length]);
    const run = wanted.sockets ? overSockets(whole) : whole;
    if (wanted.print) for (const command of run.commands) console.log(JSON.stringify(command));
    const violation = await perform(run, {
      sockets: wanted.sockets,
      ...(wanted.trace && { trace: console.log }),
    });
    done += 1;
    if (violation !== undefined && (wanted.only ?? violation.invariant) === violation.invariant) {
      const kind = kindOf(violation);
      const known = kinds.get(kind);
      if (known === undefined) {
        kinds.set(kind, { count: 1, failure: { run, violation } });
        console.log(`  seed ${seed}: ${violation.message}`);
      } else known.count += 1;
      if (!wanted.all) break;
    }
    if (performance.now() - told > 30_000) {
      told = performance.now();
      console.log(
        `  ${done} runs, ${done * length} commands, next seed ${seed + 1}, ${kinds.size} kinds of failure`,
      );
    }
  }
  const seconds = (performance.now() - start) / 1_000;
  for (const { count, failure } of [...kinds.values()].sort((a, b) => b.count - a.count)) {
    print(wanted.whole ? failure : await shrink(failure, wanted.sockets));
    console.log(`  ${count} runs like it`);
  }
  const failed = [...kinds.values()].reduce((sum, { count }) => sum + count, 0);
  const rate = Math.round((done * length) / seconds);
  console.log(
    `\n${done} runs from seed ${wanted.seed}, ${done * length} commands, ${Math.round(seconds)} s, ${rate} a second, ${failed} failed`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}

async function replay(file) {
  const run = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  const violation = await perform(run, {
    sockets: wanted.sockets,
    ...(wanted.trace && { trace: console.log }),
  });
  console.log(violation?.message ?? 'nothing was broken');
  process.exitCode = violation === undefined ? 0 : 1;
}

/** A table of which defect was found, by which promise, after how many runs. */
async function mutants() {
  let unfound = 0;
  await findMutants(
    resolve(import.meta.dirname, '..'),
    Number(wanted.minutes ?? 3),
    length,
    ({ mutation, found }) => {
      const after = found === undefined ? 'NOT FOUND' : `run ${found.seed}`;
      console.log(`${mutation.invariant.padEnd(10)} ${after.padEnd(10)} ${mutation.name}`);
      if (found === undefined) unfound += 1;
      else console.log(`${' '.repeat(22)}${found.what.slice(0, 120)}`);
    },
  );
  console.log(`${unfound} were not found`);
  process.exitCode = unfound > 0 ? 1 : 0;
}

if (wanted.mutants) await mutants();
else await inTorture(() => (wanted.replay === undefined ? torture() : replay(wanted.replay)));
// A client in which something was broken may go on for ever.
process.exit();
