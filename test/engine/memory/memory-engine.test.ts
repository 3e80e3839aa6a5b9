import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { FakeClock } from '../../support/clock';
import { describeContract, type Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';
import { append, lasting } from '../contract/reader';

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

  it('forgets nothing for a clock that is set to another day', async () => {
    const wall = install({ toFake: ['Date'], now: Date.now() });
    try {
      const engine = new MemoryEngine({ limits: limitsOf() });
      made.push(engine);
      for (const days of [8, -30, 365]) {
        await (await lasting(engine, 'a')).cursor.leave();
        wall.setSystemTime(Date.now() + days * 86_400_000);
        await append(engine, [String(days)]);
      }
      assert.deepEqual(engine.log.stats, { retained: 3, dropped: 0, forgotten: 0 });
      assert.deepEqual(await (await lasting(engine, 'a')).read(3), ['8', '-30', '365']);
    } finally {
      wall.uninstall();
    }
  });

  describeContract(
    () => subject,
    async () => {
      for (const engine of made.splice(0)) await engine.close();
    },
  );
});
