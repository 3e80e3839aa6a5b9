import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DiskEngine } from '../../../src/engine/disk/disk-engine';
import type { Engine } from '../../../src/engine/engine';
import type { LogLimits } from '../../../src/engine/log';
import { FakeClock } from '../../support/clock';
import { FakeDisk } from '../../support/database';
import { freshFolder } from '../../support/folders';
import type { Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';
import { bounds, commands, Model } from '../model';

describe('engine/disk/disk-log', () => {
  const clock = new FakeClock();
  let folder: string;
  let disk: FakeDisk;
  let limits: Partial<LogLimits>;

  beforeEach(() => {
    folder = freshFolder();
    disk = new FakeDisk();
  });

  function open(): Promise<Engine> {
    return DiskEngine.open({
      folder,
      openDatabase: disk.openDatabase,
      limits: limitsOf(limits),
      now: () => clock.elapsed(),
      warn: (text) => assert.fail(text),
      onError: (error) => assert.fail(error),
    });
  }

  const subject: Subject = {
    promises: { outlivesProcess: true, isShared: false },
    async make(given = {}) {
      limits = given;
      disk = new FakeDisk();
      return open();
    },
    async reopen(engine) {
      await engine.close();
      return open();
    },
    async kill() {
      const { content } = disk;
      disk = new FakeDisk();
      for (const [key, value] of content) disk.content.set(key, value);
      return open();
    },
    advance: (ms) => clock.advance(ms),
  };

  it('does what a simple one does, whatever is asked of it in whatever order, restarts and crashes between', async () => {
    await fc.assert(
      fc.asyncProperty(bounds, commands, (own, all) =>
        Model.run(subject, { ...own, retainedGroups: 5 }, all),
      ),
      { numRuns: 150 },
    );
  });
});
