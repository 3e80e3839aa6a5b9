/** The tests, run by mocha on any Node.js and Node-RED, and the sum of what all runs said at their end. */

import { delimiter, dirname } from 'node:path';
import { execute, tool } from './execute.mjs';

const EVERYTHING = ['test/**/*.test.ts'];
/** On other versions: all that runs in a Node-RED or depends on Node.js, not what reads the repository. */
const NODE_SUITE = [
  'test/{protocol,client,server,store,engine,bin,faults,nodes,e2e,examples}/**/*.test.ts',
  'test/{examples,packed}.test.ts',
];
const RESULT = /^(\d+) passed, (\d+) failed$/;

export class Suite {
  #files;
  #passed = 0;
  #failed = 0;

  /** @param {readonly string[]} files all tests, when empty */
  constructor(files) {
    this.#files = files;
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
    const print = (line) => {
      const [, passed, failed] = RESULT.exec(line) ?? [];
      if (passed === undefined) return console.log(line);
      // More than one such line in a run: what is found to be left open after the tests adds a failure.
      this.#passed += Number(passed);
      this.#failed += Number(failed);
    };
    const on = version && { node: version.node, env: environment(version) };
    const all = version === undefined ? EVERYTHING : NODE_SUITE;
    await execute(tool('mocha/bin/mocha.js'), this.#files.length > 0 ? this.#files : all, { print, ...on });
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
