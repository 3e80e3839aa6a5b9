import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { install } from '@sinonjs/fake-timers';
import { DiskEngine, type DiskEngineOptions } from '../../../src/engine/disk/disk-engine';
import type { Engine } from '../../../src/engine/engine';
import type { LogId, LogLimits } from '../../../src/engine/log';
import { Store } from '../../../src/store/store';
import { FakeClock, settled } from '../../support/clock';
import { ROOT } from '../../support/root';
import { alter, fileIn, MANIFEST } from '../../support/store/damage';
import { diskFull, FakeDisk } from '../../support/store/database';
import { freshFolder } from '../../support/store/folders';
import { TYPESCRIPT } from '../../support/typescript';
import { until } from '../../support/until';
import { describeContract, type Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';
import { append, LOG_ID, lasting, numbers, textsOf } from '../contract/reader';

interface Made {
  readonly engine: Engine;
  readonly options: DiskEngineOptions;
  readonly disk: FakeDisk;
}

describe('engine/disk/disk-engine', () => {
  let clock = new FakeClock();
  const made: Made[] = [];
  /** Of those on a fake disk. */
  const said: string[] = [];

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
      const options = { ...optionsOf(freshFolder(), limits), warn: (text: string) => said.push(text) };
      return open({ ...options, openDatabase: disk.openDatabase }, disk);
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

  it('says that the disk refuses, and once that it takes again', async () => {
    said.length = 0;
    const engine = await onFakeDisk.make();
    const mend = onFakeDisk.cut?.(engine);
    await assert.rejects(engine.catalogue.put(['a'], '1', undefined));
    assert.equal(engine.state.name, 'refusing');
    await mend?.();
    await until(() => engine.state.name === 'ready');
    await engine.catalogue.put(['a'], '1', undefined);
    assert.deepEqual(said, ['The disk of the server takes again what is written.']);
  });

  describe('on a store of the first release', () => {
    const first = (name: string): LogId => ({ jail: 'works', stream: name });

    async function release1(folder: string, messages: number): Promise<void> {
      const store = new Store({ folder, format: 'stream-sea server 1', warn: assert.fail });
      await store.open();
      const records: [unknown[], string][] = [
        [['jail', 'works'], '{"name":"Works"}'],
        [['first client', 'gauge'], '{"jwtPublicKey":null}'],
        [
          ['client', 'b'],
          '{"jail":"works","description":"","secret":{"salt":"s","hash":"h"},"jwtPublicKey":null}',
        ],
        [['stream', 'works', 'boiler'], '{"name":"boiler","version":1,"fields":[]}'],
        [['group', 'works', 'boiler', 'client a'], '{"vacantSince":1700000000000}'],
        [['group', 'works', 'boiler', 'client b'], '{"vacantSince":null}'],
        ...numbers(1, messages).map((text): [unknown[], string] => [
          ['message', 'works', 'boiler', 'client a', Number(text)],
          text,
        ]),
        [['message', 'works', 'boiler', 'client b', 7], '"b"'],
        [['message', 'works', 'boiler', 'client gone', 7], '"nobody\'s"'],
      ];
      await store.write(records.map(([key, value]) => ({ type: 'put', key: JSON.stringify(key), value })));
      await store.close();
    }

    async function keysOf(folder: string): Promise<string[]> {
      const store = new Store({ folder, format: 'stream-sea server 1', warn: assert.fail });
      const keys = (await store.open()).map(([key]) => key);
      await store.close();
      return keys;
    }

    it('takes records over as they are', async () => {
      const folder = freshFolder();
      await release1(folder, 3);
      const engine = await open(optionsOf(folder));
      assert.equal(
        (await engine.catalogue.get(['stream', 'works', 'boiler']))?.value,
        '{"name":"boiler","version":1,"fields":[]}',
      );
      const keys: string[] = [];
      for await (const change of engine.catalogue.watch(new AbortController().signal)) {
        if (change.type !== 'there') break;
        for (const { key } of change.records.values()) keys.push(key.join(' '));
      }
      assert.deepEqual(keys.sort(), ['client b', 'first client gauge', 'jail works', 'stream works boiler']);
    });

    it('gives each group first what was kept for it, over restarts, and deletes it as it is done', async () => {
      const folder = freshFolder();
      await release1(folder, 600);
      let engine = await open(optionsOf(folder));
      assert.equal(engine.log.stats.retained, 601);
      await engine.log.append(first('boiler'), ['"new"']);
      let a = await lasting(engine, 'client a');
      // Some hundreds make an entry.
      const [entry] = await a.take(1, 1);
      assert.ok(entry && entry.texts.length > 1);
      a.cursor.done(entry.number);
      await a.cursor.leave();
      engine = await onDisk.reopen(engine);
      a = await lasting(engine, 'client a');
      const rest = [...numbers(entry.texts.length + 1, 600), '"new"'];
      assert.deepEqual(textsOf(await a.take(rest.length)), rest);
      await a.cursor.leave();
      engine = await onDisk.kill(engine);
      a = await lasting(engine, 'client a');
      assert.deepEqual(await a.read(rest.length), rest);
      assert.deepEqual(await (await lasting(engine, 'client b')).read(2), ['"b"', '"new"']);
      await append(engine, ['"newer"']);
      assert.deepEqual(await a.read(1), ['"newer"']);
      await engine.close();
      const keys = await keysOf(madeOf(engine).options.folder);
      assert.deepEqual(
        keys.filter((key) => /message|^\["group/.test(key)),
        [],
      );
    });

    it('forgets none of its groups for the time that has passed', async () => {
      const folder = freshFolder();
      await release1(folder, 1);
      const engine = await open(optionsOf(folder, { retainedAge: 1_000 }));
      await clock.advance(900);
      assert.equal(engine.log.stats.retained, 2);
      await clock.advance(200);
      assert.deepEqual(engine.log.stats, { retained: 0, dropped: 2, forgotten: 2 });
    });
  });

  it('repairs what can be, and says what it left out', async () => {
    const folder = freshFolder();
    let engine = await open(optionsOf(folder));
    await (await lasting(engine, 'a')).cursor.leave();
    await append(engine, numbers(1, 3));
    await engine.close();
    const store = new Store({ folder, format: 'stream-sea server 1', warn: assert.fail });
    await store.open();
    await store.write([{ type: 'put', key: '["stream","works",1]', value: '{}' }]);
    await store.close();
    alter(fileIn(folder, MANIFEST), () => Buffer.alloc(0));
    const warnings: string[] = [];
    engine = await open({ ...optionsOf(folder), warn: (text) => warnings.push(text) });
    assert.equal(warnings.length, 2);
    assert.match(warnings[0] ?? '', /has been repaired/);
    assert.match(warnings[1] ?? '', /holds 1 records that were left out/);
    assert.deepEqual(await (await lasting(engine, 'a')).read(3), numbers(1, 3));
  });

  it('ages groups by the minute though its process dies, and lets the disk sleep where there are none', async () => {
    const timers = install({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const disk = new FakeDisk();
      const options = {
        ...optionsOf(freshFolder(), { retainedAge: 100_000 }),
        openDatabase: disk.openDatabase,
      };
      let engine = await open(options, disk);
      disk.writes.length = 0;
      await clock.advance(60_000);
      timers.tick(60_000);
      for (let turn = 0; turn < 5; turn += 1) await settled();
      assert.deepEqual(disk.writes, []);
      await (await lasting(engine, 'a')).cursor.leave();
      await clock.advance(60_000);
      timers.tick(60_000);
      await until(() => disk.content.get('time') === '120000');
      engine = await onFakeDisk.kill(engine);
      await append(engine, ['1']);
      await clock.advance(50_000);
      assert.equal(engine.log.stats.forgotten, 1);
    } finally {
      timers.uninstall();
    }
  });

  it('forgets nothing for a clock that is set to another day, while it runs or before it starts again', async () => {
    const wall = install({ toFake: ['Date'], now: Date.now() });
    try {
      const { now: _, ...options } = optionsOf(freshFolder());
      let engine = await open(options);
      for (const days of [8, -30, 365]) {
        await (await lasting(engine, 'a')).cursor.leave();
        wall.setSystemTime(Date.now() + days * 86_400_000);
        await append(engine, [String(days)]);
        engine = await onDisk.reopen(engine);
        assert.deepEqual([engine.log.stats.dropped, engine.log.stats.forgotten], [0, 0]);
        wall.setSystemTime(Date.now() + days * 86_400_000);
      }
      assert.deepEqual(await (await lasting(engine, 'a')).read(3), ['8', '-30', '365']);
    } finally {
      wall.uninstall();
    }
  });

  it("is in nobody else's folder", async () => {
    const options = optionsOf(freshFolder());
    await open(options);
    await assert.rejects(DiskEngine.open(options), /in use/);
  });

  it('flushes each entry that is accepted, where it is to', async () => {
    const disk = new FakeDisk();
    const options = { ...optionsOf(freshFolder()), openDatabase: disk.openDatabase };
    const engine = await open({ ...options, durability: 'flushed' }, disk);
    await (await lasting(engine, 'a')).cursor.leave();
    disk.writes.length = 0;
    await append(engine, ['1']);
    assert.equal(disk.writes[0]?.flush, true);
  });

  it('loses nothing that was accepted, and keeps its order, when its process is killed', async function () {
    this.timeout(120_000);
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
    await engine.log.append(LOG_ID, [end]);
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
    const script = join(ROOT, 'test/support/store/engine-process.ts');
    const child = spawn(process.execPath, [...TYPESCRIPT, script, folder, `${first}`, `${messages}`], {
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
