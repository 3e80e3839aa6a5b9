/**
 * Mocha's spec reporter with one plain last line, `N passed, N failed`, that scripts can read. A pending test counts
 * as failed: a test that does not run proves nothing. Under `npm test` it also tells the parent, over its channel,
 * which file is running and what each file leaves open, so that a run that hangs can be explained.
 */

const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_BEGIN, EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_BEGIN } =
  Runner.constants;

module.exports = class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const tell = (news) => process.connected && process.send(news);
    let before = new Map();
    runner.on(EVENT_RUN_BEGIN, () => {
      before = countOpen();
    });
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      if (suite.file !== undefined) tell({ file: relative(process.cwd(), suite.file) });
    });
    runner.on(EVENT_TEST_BEGIN, (test) => tell({ test: test.fullTitle() }));
    runner.on(EVENT_SUITE_END, (suite) => {
      if (!suite.parent?.root) return;
      const now = countOpen();
      const left = [...now].filter(([what, count]) => count > (before.get(what) ?? 0)).map(([what]) => what);
      before = now;
      if (left.length > 0) tell({ file: relative(process.cwd(), suite.file), left });
    });
    runner.on(EVENT_RUN_END, () => tell({ end: true }));
  }

  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    process.stdout.write(`${passes} passed, ${failures + pending} failed\n`);
  }
};

/** What keeps this process alive, by kind. */
function countOpen() {
  const counts = new Map();
  for (const what of process.getActiveResourcesInfo()) counts.set(what, (counts.get(what) ?? 0) + 1);
  return counts;
}
