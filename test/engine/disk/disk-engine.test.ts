import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { DiskEngine, type DiskEngineOptions } from '../../../src/engine/disk/disk-engine';
import type { Engine } from '../../../src/engine/engine';
import type { LogLimits } from '../../../src/engine/log';
import { FakeClock } from '../../support/clock';
import { diskFull, FakeDisk } from '../../support/database';
import { freshFolder } from '../../support/folders';
import { describeContract, type Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';

interface Made {
  readonly engine: Engine;
  readonly options: DiskEngineOptions;
  readonly disk: FakeDisk;
}

describe('engine/disk/disk-engine', () => {
  let clock = new FakeClock();
  const made: Made[] = [];

  function optionsOf(folder: string, limits?: Partial<LogLimits>): DiskEngineOptions {
    return {
      folder,
      limits: limitsOf(limits),
      now: () => clock.elapsed(),
      warn: (text) => assert.fail(text),
      onError() {},
    };
  }

  async function open(options: DiskEngineOptions, disk = new FakeDisk()): Promise<Engine> {
    const engine = await DiskEngine.open(options);
    made.push({ engine, options, disk });
    return engine;
  }

  function madeOf(engine: Engine): Made {
    const found = made.find((one) => one.engine === engine);
    assert.ok(found);
    return found;
  }

  async function tidy(): Promise<void> {
    for (const { engine, disk } of made.splice(0)) {
      disk.fault = undefined;
      await engine.close();
    }
    clock = new FakeClock();
  }

  const onDisk: Subject = {
    promises: { outlivesProcess: true, isShared: false },
    isExact: true,
    make: (limits) => open(optionsOf(freshFolder(), limits)),
    async reopen(engine) {
      await engine.close();
      return open(madeOf(engine).options);
    },
    async kill(engine) {
      const { options } = madeOf(engine);
      const folder = freshFolder();
      cpSync(options.folder, folder, { recursive: true });
      return open({ ...options, folder });
    },
    advance: (ms) => clock.advance(ms),
  };

  const onFakeDisk: Subject = {
    ...onDisk,
    async make(limits) {
      const disk = new FakeDisk();
      return open({ ...optionsOf(freshFolder(), limits), openDatabase: disk.openDatabase }, disk);
    },
    async reopen(engine) {
      await engine.close();
      const { options, disk } = madeOf(engine);
      return open(options, disk);
    },
    async kill(engine) {
      const { options, disk } = madeOf(engine);
      const copy = new FakeDisk();
      for (const [key, value] of disk.content) copy.content.set(key, value);
      return open({ ...options, openDatabase: copy.openDatabase }, copy);
    },
    cut(engine) {
      const { disk } = madeOf(engine);
      disk.fault = diskFull();
      return async () => {
        disk.fault = undefined;
      };
    },
  };

  describeContract(() => onDisk, tidy);

  describe('on a disk that may refuse', () => {
    describeContract(() => onFakeDisk, tidy);
  });
});
