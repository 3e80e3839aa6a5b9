import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { FakeClock } from '../../support/clock';
import { describeContract, type Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';

describe('engine/memory/memory-engine', () => {
  const clock = new FakeClock();
  const made: MemoryEngine[] = [];

  const subject: Subject = {
    promises: { outlivesProcess: false, isShared: false },
    isExact: true,
    async make(limits) {
      const engine = new MemoryEngine({ limits: limitsOf(limits), now: () => clock.elapsed() });
      made.push(engine);
      return engine;
    },
    async reopen(engine) {
      await engine.close();
      return subject.make();
    },
    kill: () => subject.make(),
    advance: (ms) => clock.advance(ms),
  };

  describeContract(
    () => subject,
    async () => {
      for (const engine of made.splice(0)) await engine.close();
    },
  );
});
