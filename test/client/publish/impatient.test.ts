import assert from 'node:assert/strict';
import { Impatient, impatient } from '../../../src/client/publish/impatient';
import { FakeClock } from '../../support/clock';

const nobody = { ended() {} };

describe('client/impatient', () => {
  it('is the publication itself where nothing limits it', () => {
    assert.equal(impatient(nobody, new FakeClock(), { batch: true } as object, assert.fail), nobody);
  });

  it('gives up its message when its time is over, unless that has ended', async () => {
    const clock = new FakeClock();
    const given: string[] = [];
    for (const stream of ['one', 'two']) {
      const waiting = impatient(nobody, clock, { timeout: 10 }, (entry) => given.push(entry.stream));
      assert.ok(waiting instanceof Impatient);
      waiting.entry = { stream } as never;
      if (stream === 'one') waiting.ended();
    }
    await clock.advance(10);
    assert.deepEqual(given, ['two']);
    assert.equal(clock.pending, 0);
  });
});
