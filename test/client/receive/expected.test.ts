import assert from 'node:assert/strict';
import { Expected } from '../../../src/client/receive/expected';
import { FakeClock } from '../../support/clock';

describe('those who are expected', () => {
  it('are so until each has said that it came, once, or for ten seconds', async () => {
    const clock = new FakeClock();
    const expected = new Expected(clock);
    const ended: string[] = [];
    const came = expected.add(() => ended.push('came'));
    expected.add(() => ended.push('late'));
    came();
    came();
    assert.deepEqual([ended, expected.any], [['came'], true]);
    await clock.advance(10_000);
    assert.deepEqual([ended, expected.any], [['came', 'late'], false]);
    expected.add(() => ended.push('closed'));
    expected.endAll();
    assert.deepEqual([ended.length, expected.any, clock.pending], [3, false, 0]);
  });
});
