import assert from 'node:assert/strict';
import { Expected } from '../../../src/client/receive/expected';
import { FakeClock } from '../../support/clock';

describe('those who are expected', () => {
  it('are so until each has said that it came, once, or for ten seconds', async () => {
    const clock = new FakeClock();
    const expected = new Expected(clock);
    const ended: string[] = [];
    const came = expected.expect(() => ended.push('came'));
    expected.expect(() => ended.push('late'));
    came();
    came();
    assert.deepEqual([ended, expected.expecting], [['came'], true]);
    await clock.advance(10_000);
    assert.deepEqual([ended, expected.expecting], [['came', 'late'], false]);
    expected.expect(() => ended.push('closed'));
    expected.endAll();
    assert.deepEqual([ended.length, expected.expecting, clock.pending], [3, false, 0]);
  });
});
