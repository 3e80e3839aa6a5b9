/**
 * The tests, on any Node.js and Node-RED: dealt out to mocha processes, several side by side,
 * and the sum of what all of them said at their end. What a portion prints is printed when it is over, all at once.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execute, tool } from './execute.mjs';
import { DURATIONS, isQuick, portions, recordedDurations, testFiles } from './test-files.mjs';

/** On other versions: all that runs in a Node-RED or depends on Node.js, not what reads the repository. */
const OF_NODE =
  /^test\/((protocol|client|server|store|engine|bin|faults|nodes|e2e|examples)\/|(examples|packed)\.test\.ts$)/;
const RESULT = /^(\d+) passed, (\d+) failed$/;
const FAILURES = /^\s+\d+ failing$/;

/** One more than there are processors, as many tests wait for what takes its time; but a browser alone keeps two busy. */
const LANES = Math.min(availableParallelism() + 1, 5);

/** What takes less is not worth a line. */
const RECORDED_SECONDS = 1;

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
    const { files = [], quick = false } = this.#wanted;
    if (files.length > 0) return this.#runPortion(files, version, {}, console.log);
    const all = testFiles().filter((file) => version === undefined || concerns(file, version));
    const queue = portions(quick ? all.filter(isQuick) : all, LANES, recordedDurations());
    const folder = mkdtempSync(join(tmpdir(), 'stream-sea-suite-'));
    const failures = [];
    let started = 0;
    const lane = async () => {
      for (let portion = queue.shift(); portion !== undefined; portion = queue.shift()) {
        started += 1;
        const printed = [];
        const env = {
          TEST_DURATIONS_FILE: join(folder, `${started}.json`),
          ...(coverage !== undefined && { NODE_V8_COVERAGE: coverage }),
        };
        const start = performance.now();
        const failed = await this.#runPortion(portion, version, env, (line) => printed.push(line)).then(
          () => false,
          (error) => printed.push(`${error.message}, of ${portion.join(' ')}`),
        );
        const seconds = Math.round((performance.now() - start) / 1000);
        console.log(
          [...printed, `(${portion.length} files, ${seconds} s, ${queue.length} portions to go)`].join('\n'),
        );
        const from = printed.findIndex((line) => FAILURES.test(line));
        if (failed) failures.push(...printed.slice(from === -1 ? -1 : from));
      }
    };
    try {
      await Promise.all(Array.from({ length: LANES }, lane));
      if (record) writeDurations(folder, started);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    if (failures.length === 0) return;
    console.log(`\nOnce more, all that failed:\n${failures.filter((line) => !RESULT.test(line)).join('\n')}`);
    throw new Error('not all tests have passed');
  }

  async #runPortion(files, version, env, print) {
    const read = (line) => {
      const [, passed, failed] = RESULT.exec(line) ?? [];
      if (passed === undefined) return print(line);
      // More than one such line in a run: what is found to be left open after the tests adds a failure.
      this.#passed += Number(passed);
      this.#failed += Number(failed);
    };
    const options = version ? { node: version.node, env: { ...env, ...environment(version) } } : { env };
    await execute(tool('mocha/bin/mocha.js'), files, { print: read, ...options });
  }

  /** That it came to an end before its time is a failure, also where no test has failed. */
  stop() {
    this.#failed ||= 1;
  }
}

function concerns(file, { without }) {
  return OF_NODE.test(file) && !(without !== undefined && file.startsWith(without));
}

/** For what tests start by name: npm, for one, shall also run on that Node.js. */
function environment({ node, nodeRedDir }) {
  return { NODE_RED_DIR: nodeRedDir, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
}

function writeDurations(folder, count) {
  const all = {};
  for (let portion = 1; portion <= count; portion += 1) {
    Object.assign(all, JSON.parse(readFileSync(join(folder, `${portion}.json`), 'utf8')));
  }
  const long = Object.entries(all)
    .filter(([, seconds]) => seconds >= RECORDED_SECONDS)
    .map(([file, seconds]) => [file, Math.round(seconds)]);
  writeFileSync(DURATIONS, `${JSON.stringify(Object.fromEntries(long.sort()), null, 2)}\n`);
}
