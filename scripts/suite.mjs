/**
 * The tests, on any Node.js and Node-RED: dealt out to mocha processes, several side by side,
 * and the sum of what all of them said at their end. What a portion prints is printed when it is over, all at once.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Portion } from './portion.mjs';
import { DURATIONS, isQuick, portions, recordedDurations, startsPrograms, testFiles } from './test-files.mjs';

/** On other versions: all that runs in a Node-RED or depends on Node.js, not what reads the repository. */
const OF_NODE =
  /^test\/((protocol|client|server|store|engine|bin|faults|nodes|e2e|examples)\/|(examples|packed)\.test\.ts$)/;

/**
 * Two more than there are processors, as many tests wait, for NATS servers that choose a leader or for a deadline: these
 * keep a processor busy for a fifth of their time.
 */
const LANES = Math.min(availableParallelism() + 2, 6);

/** What takes less is not worth a line. */
const RECORDED_SECONDS = 1;

/** Of more than that, it is no longer a menu that closed too early: it is said at once that they have failed. */
const MOST_AGAIN = 3;

export class Suite {
  #wanted;
  #passed = 0;
  #failed = 0;

  /** @param {{ files?: readonly string[], quick?: boolean }} wanted all tests, when there is neither */
  constructor(wanted = {}) {
    this.#wanted = wanted;
  }

  /** What scripts read as the last line. */
  get result() {
    return `${this.#passed} passed, ${this.#failed} failed`;
  }

  /**
   * Rejects when a test has failed.
   *
   * @param {{ version?: { node: string, nodeRedDir: string, without?: string }, coverage?: string, record?: boolean }} [options] the
   *   versions of this checkout by default; a folder to write into what has run; whether to note how long each file took
   */
  async run({ version, coverage, record = false } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'stream-sea-suite-'));
    try {
      const portions = await this.#runAll(folder, version, coverage);
      for (const { passed, failed } of portions) {
        this.#passed += passed;
        this.#failed += failed;
      }
      if (record) writeDurations(portions);
      const failures = portions.filter(({ failed }) => failed > 0).flatMap((portion) => portion.failures);
      if (failures.length === 0) return;
      if (portions.length > 1) console.log(`\nAll that failed, together:\n${failures.join('\n')}`);
      throw new Error('not all tests have passed');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #runAll(folder, version, coverage) {
    const { files = [], quick = false } = this.#wanted;
    if (files.length > 0) {
      const portion = new Portion(files);
      await portion.run({ version, results: join(folder, 'all.json') }, console.log);
      return [portion];
    }
    const all = testFiles().filter((file) => version === undefined || concerns(file, version));
    const durations = recordedDurations();
    const dealt = quick ? all.filter((file) => isQuick(file, durations)) : all;
    const queue = portions(dealt, LANES, durations);
    const done = [];
    const lane = async () => {
      for (let files = queue.shift(); files !== undefined; files = queue.shift()) {
        const portion = new Portion(files);
        // No two are taken while as many are left.
        await portion.run({ version, coverage, results: join(folder, `${queue.length}.json`) });
        done.push(portion);
        const summary = `${files.length} files, ${portion.seconds} s, ${queue.length} portions to go`;
        console.log([...portion.printed, `(${summary})`].join('\n'));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await repeat(done, { version, results: join(folder, 'again.json') });
    return done;
  }

  /** That it came to an end before its time is a failure, also where no test has failed. */
  stop() {
    this.#failed ||= 1;
  }
}

/**
 * Runs files that failed once more, with nothing else at that time, and says so, where other programs set their pace: of
 * ten thousand such tests side by side on two processors, one met a menu of Node-RED's that had closed by itself, or
 * NATS servers that were still choosing a leader. What fails again has failed, and so has what starts no program.
 */
async function repeat(portions, options) {
  const failed = portions.flatMap((portion) => portion.failedFiles);
  if (failed.length === 0 || failed.length > MOST_AGAIN || !failed.every(startsPrograms)) return;
  console.log(`\nOnce more, alone, what failed beside others: ${failed.join(' ')}`);
  const again = new Portion(failed);
  await again.run(options, console.log);
  if (again.failed === 0) for (const portion of portions) portion.replace(again);
}

function concerns(file, { without }) {
  return OF_NODE.test(file) && !(without !== undefined && file.startsWith(without));
}

function writeDurations(portions) {
  const long = portions
    .flatMap(({ results }) => Object.entries(results))
    .filter(([, { seconds }]) => seconds >= RECORDED_SECONDS)
    .map(([file, { seconds }]) => [file, Math.round(seconds)]);
  writeFileSync(DURATIONS, `${JSON.stringify(Object.fromEntries(long.sort()), null, 2)}\n`);
}
