import fc from 'fast-check';
import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { FakeClock } from '../../support/clock';
import type { Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';
import { commands, Model } from '../model';

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
    const limits = { retainedMessages: 9, retainedBytes: 4_000, retainedGroups: 2, retainedAge: 1_000 };
    await fc.assert(
      fc.asyncProperty(commands, (all) => Model.run(subject, limits, all)),
      { numRuns: Number(process.env.RUNS ?? 200) },
    );
  });
});
