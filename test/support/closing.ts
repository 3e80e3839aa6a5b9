/** What tests open, closed after each of them: what was opened last first, as it may stand on what was there before. */
import { afterEach } from 'mocha';

const closings: (() => unknown)[] = [];

afterEach(async () => {
  const failed: unknown[] = [];
  for (let close = closings.pop(); close !== undefined; close = closings.pop()) {
    try {
      await close();
    } catch (thrown) {
      failed.push(thrown);
    }
  }
  if (failed.length > 0) throw failed[0];
});

/** Is awaited when the test is over. Files' own hooks do not do for what stands on something else: they come in any order. */
export function closeAfterwards(close: () => unknown): void {
  closings.push(close);
}
