/** Thousands of random runs: whatever happens, nothing of what is promised is broken. `npm run torture` does it for hours. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Profile } from './commands';
import { inTorture, overSockets, perform, runOf, shrink } from './run';

/** Enough that each of the mutations is found, as far as that goes in half a minute. */
const RUNS: Record<Profile, number> = { out: 1_500, in: 1_000 };
/** Of one test: who watches the tests takes what is silent for long for hung. */
const RUNS_AT_A_TIME = 250;
const COMMANDS = 40;
/** Each takes half a second. */
const SOCKET_RUNS = 8;

describe('torture', function () {
  this.timeout(240_000);

  for (const { profile, first, last } of parts()) {
    const what = profile === 'out' ? 'published' : 'subscribed';
    it(`finds no broken promise in the runs ${first} to ${last} where much is ${what}`, async () => {
      await inTorture(async () => {
        for (let seed = first; seed <= last; seed += 1) {
          const run = runOf(seed, COMMANDS, profile);
          const violation = await perform(run);
          if (violation === undefined) continue;
          const { run: least, violation: broken } = await shrink({ run, violation });
          const again = `npm run torture -- --profile ${profile} --seed ${seed} --runs 1 --commands ${COMMANDS}`;
          const commands = least.commands.map((command) => JSON.stringify(command)).join('\n');
          assert.fail(`${broken.message}\n${again}\n${JSON.stringify(least.setup)}\n${commands}`);
        }
      });
    });
  }

  it(`finds none over real sockets either, in ${2 * SOCKET_RUNS} runs`, async () => {
    await inTorture(async () => {
      for (let seed = 1; seed <= 2 * SOCKET_RUNS; seed += 1) {
        const profile = seed % 2 === 0 ? 'out' : 'in';
        const violation = await perform(overSockets(runOf(seed, COMMANDS, profile)), { sockets: true });
        const again = `npm run torture -- --sockets --profile ${profile} --seed ${seed} --runs 1 --commands ${COMMANDS}`;
        if (violation !== undefined) assert.fail(`${violation.message}\n${again}`);
      }
    });
  });

  it('does the same again with the same seed', async () => {
    const traces = await inTorture(async () => {
      const traces: string[][] = [];
      for (let time = 0; time < 2; time += 1) {
        const trace: string[] = [];
        for (const seed of [1, 2, 3])
          await perform(runOf(seed, COMMANDS, 'out'), { trace: (line) => trace.push(line) });
        traces.push(trace);
      }
      return traces;
    });
    assert.ok((traces[0]?.length ?? 0) > 200);
    assert.deepEqual(traces[0]?.map(withoutChance), traces[1]?.map(withoutChance));
  });
});

function* parts(): Generator<{ profile: Profile; first: number; last: number }> {
  for (const profile of ['out', 'in'] as const) {
    for (let first = 1; first <= RUNS[profile]; first += RUNS_AT_A_TIME) {
      yield { profile, first, last: first + RUNS_AT_A_TIME - 1 };
    }
  }
}

/** Groups are drawn at random. */
function withoutChance(line: string): string {
  return line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'group');
}
