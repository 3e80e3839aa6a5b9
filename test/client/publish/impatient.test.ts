import assert from 'node:assert/strict';
import { Impatient } from '../../../src/client/publish/impatient';
import { FakeClock } from '../../support/clock';

const nobody = { ended() {} };

describe('client/impatient', () => {
  it('gives up its message when its time is over, unless that has ended', async () => {
    const clock = new FakeClock();
    const given: string[] = [];
    for (const stream of ['one', 'two']) {
      const waiting = new Impatient(nobody, clock, { timeout: 10 }, (entry) => given.push(entry.stream));
      waiting.entry = { stream } as never;
      if (stream === 'one') waiting.ended();
    }
    await clock.advance(10);
    assert.deepEqual(given, ['two']);
    assert.equal(clock.pending, 0);
  });
});
