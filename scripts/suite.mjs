/** The tests, run by mocha on any Node.js and Node-RED, and the sum of what all runs said at their end. */

import { delimiter, dirname } from 'node:path';
import { execute, tool } from './execute.mjs';

const EVERYTHING = ['test/**/*.test.ts'];
const RESULT = /^(\d+) passed, (\d+) failed$/;

export class Suite {
  #files;
  #passed = 0;
  #failed = 0;

  /** @param {readonly string[]} files all tests, when empty */
  constructor(files) {
    this.#files = files.length > 0 ? files : EVERYTHING;
  }

  /** What scripts read as the last line. */
  get result() {
    return `${this.#passed} passed, ${this.#failed} failed`;
  }

  /**
   * Rejects when a test has failed.
   *
   * @param {{ node: string, nodeRedDir: string }} [version] those of this checkout by default
   */
  async run(version) {
    let result = [];
    const print = (line) => {
      // The last one counts: mocha says it anew when it finds afterwards that something was left open.
      if (RESULT.test(line)) result = RESULT.exec(line).slice(1);
      else console.log(line);
    };
    const on = version && { node: version.node, env: environment(version) };
    try {
      await execute(tool('mocha/bin/mocha.js'), this.#files, { print, ...on });
    } finally {
      const [passed = 0, failed = 0] = result.map(Number);
      this.#passed += passed;
      this.#failed += failed;
    }
  }

  /** That it came to an end before its time is a failure, also where no test has failed. */
  stop() {
    this.#failed ||= 1;
  }
}

/** For what tests start by name: npm, for one, shall also run on that Node.js. */
function environment({ node, nodeRedDir }) {
  return { NODE_RED_DIR: nodeRedDir, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
}
