import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DiskEngine } from '../../../src/engine/disk/disk-engine';
import { entryKey } from '../../../src/engine/disk/disk-record';
import type { Engine } from '../../../src/engine/engine';
import { EngineAway } from '../../../src/engine/faults';
import type { LogLimits } from '../../../src/engine/log';
import { FakeClock } from '../../support/clock';
import { diskFull, FakeDisk } from '../../support/store/database';
import { freshFolder } from '../../support/store/folders';
import { until } from '../../support/until';
import type { Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';
import { LOG_ID, lasting, passing } from '../contract/reader';
import { bounds, commands, Model } from '../model';

describe('engine/disk/disk-log', () => {
  const clock = new FakeClock();
  let folder: string;
  let disk: FakeDisk;
  let limits: Partial<LogLimits>;
  /** Of a disk that is to refuse. */
  let errors: Error[] | undefined;

  beforeEach(() => {
    folder = freshFolder();
    disk = new FakeDisk();
    errors = undefined;
  });

  function open(): Promise<Engine> {
    return DiskEngine.open({
      folder,
      openDatabase: disk.openDatabase,
      limits: limitsOf(limits),
      now: () => clock.elapsed(),
      warn: (text) => (errors === undefined ? assert.fail(text) : assert.match(text, /takes again/)),
      onError: (error) => (errors === undefined ? assert.fail(error) : errors.push(error)),
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

  const texts = ['{"a":1}', '{"a":2}'];
  const entries = (): string[] => [...disk.content.keys()].filter((key) => key.startsWith('entry'));

  async function vacate(engine: Engine, ...groups: string[]): Promise<void> {
    for (const group of groups) await (await lasting(engine, group)).cursor.leave();
  }

  it('writes nothing of a stream that no lasting group is to be given', async () => {
    const engine = await subject.make();
    const reader = await passing(engine, 'b');
    disk.writes.length = 0;
    await engine.log.append(LOG_ID, texts);
    assert.deepEqual(await reader.read(2), texts);
    assert.deepEqual(disk.writes, []);
    await engine.close();
  });

  it('writes an entry once, however many groups it is kept for, and deletes it when the last one has it', async () => {
    const engine = await subject.make();
    await vacate(engine, 'a', 'b', 'c');
    await engine.log.append(LOG_ID, texts);
    assert.equal(entries().length, 1);
    for (const group of ['a', 'b', 'c']) {
      assert.equal(entries().length, 1);
      await (await lasting(engine, group)).read(2);
    }
    await until(() => entries().length === 0);
    await engine.close();
  });

  it('shows an entry to nobody before it is written, and then in its order', async () => {
    const engine = await subject.make();
    await vacate(engine, 'a');
    const reader = await passing(engine, 'b');
    const release = disk.hold();
    const first = engine.log.append(LOG_ID, ['1']);
    await until(() => disk.held === 1);
    const forgetting = engine.log.forget(LOG_ID.jail, 'a');
    // Nobody is to be given it after a restart, and yet it comes after the first.
    const second = engine.log.append(LOG_ID, ['2']);
    const reading = reader.read(2);
    let isRead = false;
    void reading.then(() => {
      isRead = true;
    });
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isRead, false);
    release();
    assert.deepEqual(await reading, ['1', '2']);
    await Promise.all([first, second, forgetting]);
    await until(() => entries().length === 0);
    await engine.close();
  });

  it('gives a group that was given up and opened again within one write nothing old, dying or not', async () => {
    let engine = await subject.make();
    await vacate(engine, 'a');
    await engine.log.append(LOG_ID, ['1']);
    const release = disk.hold();
    const forgetting = engine.log.forget(LOG_ID.jail, 'a');
    const opening = lasting(engine, 'a');
    await until(() => disk.held === 1);
    release();
    await forgetting;
    await (await opening).cursor.leave();
    engine = await subject.kill(engine);
    await engine.log.append(LOG_ID, ['2']);
    assert.deepEqual(await (await lasting(engine, 'a')).read(1), ['2']);
    engine = await subject.reopen(engine);
    assert.deepEqual(entries(), []);
    await engine.close();
  });

  it('reads on while the disk refuses, and keeps nothing of what it refuses', async () => {
    errors = [];
    const engine = await subject.make();
    await vacate(engine, 'a');
    await engine.log.append(LOG_ID, ['1']);
    disk.fault = diskFull();
    for (let round = 0; round < 5; round += 1)
      await assert.rejects(engine.log.append(LOG_ID, ['2']), EngineAway);
    const reader = await lasting(engine, 'a');
    assert.deepEqual(await reader.read(1), ['1']);
    await assert.rejects(engine.log.open(LOG_ID, 'new', { lasting: true }), EngineAway);
    await assert.rejects(engine.log.forget(LOG_ID.jail, 'a'), EngineAway);
    disk.fault = undefined;
    await until(() => engine.state.name === 'ready');
    await engine.log.append(LOG_ID, ['3']);
    assert.deepEqual(await reader.read(1), ['3']);
    await until(() => entries().length === 0);
    assert.equal(errors.length, 1);
    await engine.close();
  });

  it('does not bring back what it has refused, though it had reached the disk', async () => {
    errors = [];
    const engine = await subject.make();
    await vacate(engine, 'a');
    disk.fault = diskFull();
    await assert.rejects(engine.log.append(LOG_ID, ['1']), EngineAway);
    // As when it was written, and only its flush has failed.
    disk.content.set(entryKey(LOG_ID, 1), '1');
    disk.fault = undefined;
    await until(() => entries().length === 0);
    await engine.close();
  });

  it('deletes what was left of entries that all groups are beyond', async () => {
    let engine = await subject.make();
    await vacate(engine, 'a');
    await engine.log.append(LOG_ID, ['1']);
    const reader = await lasting(engine, 'a');
    await reader.read(1);
    await reader.cursor.leave();
    await engine.close();
    disk.content.set(entryKey(LOG_ID, 1), '1').set(entryKey({ jail: 'x', stream: 'y' }, 2), '2');
    engine = await open();
    await until(() => entries().length === 0);
    assert.equal(engine.log.stats.retained, 0);
    await engine.close();
  });

  it('remembers no group that it has refused to, once the disk takes something again', async () => {
    errors = [];
    const engine = await subject.make();
    disk.fault = diskFull();
    await assert.rejects(engine.log.open(LOG_ID, 'a', { lasting: true }), EngineAway);
    disk.fault = undefined;
    await until(() => engine.state.name === 'ready');
    await engine.log.append(LOG_ID, texts);
    assert.deepEqual([engine.log.stats.retained, entries()], [0, []]);
    await engine.close();
    assert.deepEqual(
      [...disk.content.keys()].filter((key) => key.startsWith('group')),
      [],
    );
  });

  it('writes places down for none but those that others hold up', async () => {
    const engine = await subject.make();
    const reader = await lasting(engine, 'a');
    disk.writes.length = 0;
    for (let round = 0; round < 20; round += 1) {
      await engine.log.append(LOG_ID, texts);
      await reader.read(2);
    }
    await until(() => entries().length === 0);
    const places = disk.writes.flatMap(({ changes }) => changes.filter(({ key }) => key.startsWith('group')));
    assert.deepEqual(places, []);
    await engine.close();
  });

  it('does what a simple one does, whatever is asked of it in whatever order, restarts and crashes between', async () => {
    await fc.assert(
      fc.asyncProperty(bounds, commands, (own, all) =>
        Model.run(subject, { ...own, retainedGroups: 5 }, all),
      ),
      { numRuns: 150 },
    );
  });
});
