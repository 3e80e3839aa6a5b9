/**
 * Mocha's spec reporter with one plain last line, `N passed, N failed`, that scripts can read. A pending test counts
 * as failed: a test that does not run proves nothing. So does a run that does not end by itself: then something was
 * left open, and the files that left it are named.
 */

const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

const {
  EVENT_RUN_BEGIN,
  EVENT_RUN_END,
  EVENT_SUITE_BEGIN,
  EVENT_SUITE_END,
  EVENT_TEST_BEGIN,
  EVENT_TEST_FAIL,
  EVENT_TEST_PASS,
  EVENT_TEST_PENDING,
} = Runner.constants;

/** Programs that tests start note what they run only where a test asks for that: most of it is not ours, and large. */
const coverage = process.env.NODE_V8_COVERAGE;
if (coverage) {
  delete process.env.NODE_V8_COVERAGE;
  process.env.TEST_COVERAGE_FOLDER = coverage;
}

/** How long what is closing may take to be closed: longer than any `until` waits, which a test may have left behind. */
const END_DEADLINE = 40_000;

module.exports = class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    /** By file, what it left open: a suspicion only, as some things take a moment to close. */
    const left = new Map();
    let before = new Map();
    let file = '';
    /** By file: how many of its tests passed and failed, and how long it took, in seconds. */
    const files = {};
    const count = (what, more = 1) => {
      files[file] ??= { passed: 0, failed: 0, seconds: 0 };
      files[file][what] += more;
    };
    let begin = 0;
    runner.on(EVENT_RUN_BEGIN, () => {
      before = countOpen();
    });
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      if (suite.file !== undefined) file = relative(process.cwd(), suite.file).replaceAll('\\', '/');
      if (suite.parent?.root) begin = performance.now();
    });
    runner.on(EVENT_TEST_BEGIN, (test) => note('TEST_PROGRESS_FILE', `${file}: ${test.fullTitle()}`));
    runner.on(EVENT_SUITE_END, (suite) => {
      if (!suite.parent?.root) return;
      count('seconds', (performance.now() - begin) / 1_000);
      const now = countOpen();
      const more = [...now].filter(([what, count]) => count > (before.get(what) ?? 0)).map(([what]) => what);
      if (more.length > 0) left.set(file, more);
      before = now;
    });
    runner.on(EVENT_TEST_PASS, () => count('passed'));
    runner.on(EVENT_TEST_FAIL, () => count('failed'));
    runner.on(EVENT_TEST_PENDING, () => count('failed'));
    runner.on(EVENT_RUN_END, () => {
      note('TEST_RESULTS_FILE', JSON.stringify(files));
      setTimeout(() => failForLeak(left), END_DEADLINE).unref();
    });
  }

  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures + pending} failed`);
  }
};

/** For whoever watches this run, and finds that it stands still, or wants to know what takes long. */
function note(variable, text) {
  const path = process.env[variable];
  if (path !== undefined) writeFileSync(path, text);
}

function failForLeak(left) {
  console.log(`The tests are over, but something is still open: ${[...countOpen().keys()].join(', ')}.`);
  for (const [file, what] of left) console.log(`  left open after ${file}: ${what.join(', ')}`);
  // Added to what was said before: whoever sums up counts the leak as one failure.
  console.log('0 passed, 1 failed');
  process.exit(1);
}

/** What keeps this process alive, by kind. */
function countOpen() {
  const counts = new Map();
  for (const what of process.getActiveResourcesInfo()) counts.set(what, (counts.get(what) ?? 0) + 1);
  return counts;
}
