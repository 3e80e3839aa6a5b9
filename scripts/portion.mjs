/** Some of the test files in one process of mocha: what it printed, and by file, what came out. */

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { execute, tool } from './execute.mjs';

const RESULT = /^(\d+) passed, (\d+) failed$/;
const FAILURES = /^\s+\d+ failing$/;

export class Portion {
  files;
  printed = [];
  /** @type {Record<string, { passed: number, failed: number, seconds: number }>} */
  results = {};
  seconds = 0;
  /** What has failed though no test has: something was left open after them, or the process died. */
  #others = 0;

  /** @param {readonly string[]} files from the root */
  constructor(files) {
    this.files = files;
  }

  get passed() {
    return sum(Object.values(this.results).map(({ passed }) => passed));
  }

  get failed() {
    return sum(Object.values(this.results).map(({ failed }) => failed)) + this.#others;
  }

  get failedFiles() {
    return Object.keys(this.results).filter((file) => this.results[file].failed > 0);
  }

  /** From where mocha begins to say what failed. */
  get failures() {
    const from = this.printed.findIndex((line) => FAILURES.test(line));
    return this.printed.slice(from === -1 ? -1 : from);
  }

  /**
   * @param {{ version?: { node: string, nodeRedDir: string }, coverage?: string, results: string }} options the versions of this
   *   checkout by default; a folder to write into what has run; a file for what came out
   * @param {(line: string) => void} [print] gets each line at once
   */
  async run({ version, coverage, results }, print = () => {}) {
    const start = performance.now();
    let said = 0;
    const read = (line) => {
      const [, , failed] = RESULT.exec(line) ?? [];
      // More than one such line in a run: what is found to be left open after the tests adds a failure.
      if (failed !== undefined) said += Number(failed);
      else {
        this.printed.push(line);
        print(line);
      }
    };
    const env = {
      TEST_RESULTS_FILE: results,
      ...(coverage !== undefined && { NODE_V8_COVERAGE: coverage }),
      ...(version !== undefined && environment(version)),
    };
    const options = { print: read, env, ...(version !== undefined && { node: version.node }) };
    const error = await execute(tool('mocha/bin/mocha.js'), this.files, options).catch((error) => error);
    this.seconds = Math.round((performance.now() - start) / 1000);
    this.results = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {};
    // A test that fails may well leave something open.
    this.#others = this.failedFiles.length > 0 ? 0 : Math.max(said, error === undefined ? 0 : 1);
    if (error !== undefined) this.printed.push(`${error.message}, of ${this.files.join(' ')}`);
  }

  /** Takes what came out when some of its files were run again. */
  replace(again) {
    for (const file of this.failedFiles) this.results[file] = again.results[file] ?? this.results[file];
  }
}

/** For what tests start by name: npm, for one, shall also run on that Node.js. */
function environment({ node, nodeRedDir }) {
  return { NODE_RED_DIR: nodeRedDir, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
}

function sum(numbers) {
  return numbers.reduce((all, number) => all + number, 0);
}
