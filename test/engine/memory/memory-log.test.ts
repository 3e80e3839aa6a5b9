import fc from 'fast-check';
import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { FakeClock } from '../../support/clock';
import type { Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';
import { bounds, commands, Model } from '../model';

describe('engine/memory/memory-log', () => {
  const clock = new FakeClock();

  const subject: Subject = {
    promises: { outlivesProcess: false, isShared: false },
    make: async (limits) => new MemoryEngine({ limits: limitsOf(limits), now: () => clock.elapsed() }),
    reopen: () => subject.make(),
    kill: () => subject.make(),
    advance: (ms) => clock.advance(ms),
  };

  it('does what a simple one does, whatever is asked of it in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(bounds, commands, (limits, all) => Model.run(subject, limits, all)),
      { numRuns: 500 },
    );
  });
});
