import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DiskEngine, type DiskEngineOptions } from '../../../src/engine/disk/disk-engine';
import type { Engine } from '../../../src/engine/engine';
import type { LogLimits } from '../../../src/engine/log';
import { FakeClock } from '../../support/clock';
import { diskFull, FakeDisk } from '../../support/database';
import { freshFolder } from '../../support/folders';
import { describeContract, type Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';
import { lasting, numbers, PLACE } from '../contract/reader';

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

  it('loses nothing that was accepted, and keeps its order, when its process is killed', async function () {
    this.timeout(60_000);
    const folder = freshFolder();
    const options = optionsOf(folder, { retainedMessages: 10_000_000, retainedBytes: 1_000_000_000 });
    let first = 1;
    for (const messages of [1, 64, 3]) {
      const said = await killed(folder, first, messages);
      assert.ok(said.accepted.length > 0 && said.read.length > 0);
      const engine = await DiskEngine.open(options);
      made.push({ engine, options, disk: new FakeDisk() });
      const away = await readAll(engine, 'away');
      assert.deepEqual(away, numbers(first, first + away.length - 1));
      assert.ok(away.length >= said.accepted.length);
      const there = await readAll(engine, 'there');
      const last = Number(away.at(-1));
      assert.deepEqual(there, there.length === 0 ? [] : numbers(Number(there[0]), last));
      const known = new Set([...said.read, ...there]);
      assert.deepEqual(
        away.filter((text) => !known.has(text)),
        [],
      );
      first = last + 1;
      await tidy();
    }
  });

  /** To its end. */
  async function readAll(engine: Engine, group: string): Promise<string[]> {
    const reader = await lasting(engine, group);
    const end = JSON.stringify(`end of ${group}`);
    await engine.log.append(PLACE, [end]);
    const texts: string[] = [];
    while (texts.at(-1) !== end) texts.push(...(await reader.read(1)));
    await reader.cursor.leave();
    return texts.filter((text) => !text.startsWith('"end'));
  }

  /** What a process says until it is killed, with all its work under way. */
  async function killed(
    folder: string,
    first: number,
    messages: number,
  ): Promise<{ accepted: string[]; read: string[] }> {
    const script = join(__dirname, '../../support/engine-process.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder, `${first}`, `${messages}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = { accepted: [] as string[], read: [] as string[] };
    let deadline: NodeJS.Timeout | undefined;
    try {
      for await (const line of createInterface(child.stdout)) {
        const [what = '', list = ''] = line.split(' ');
        assert.ok(what === 'accepted' || what === 'read', line);
        said[what].push(...list.split(','));
        // Not before it has done both.
        if (said.read.length > 0)
          deadline ??= setTimeout(() => child.kill('SIGKILL'), 100 + Math.random() * 200);
      }
    } finally {
      clearTimeout(deadline);
      child.kill('SIGKILL');
    }
    return said;
  }

  describe('on a disk that may refuse', () => {
    describeContract(() => onFakeDisk, tidy);
  });
});
