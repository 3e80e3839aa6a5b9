import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import type { Journal } from '../../../src/engine/disk/journal';
import { EngineAway } from '../../../src/engine/faults';
import type { Store } from '../../../src/store/store';
import { settled } from '../../support/clock';
import { diskFull, FakeDisk } from '../../support/store/database';
import { until } from '../../support/until';
import { openJournal } from './journal-bench';

describe('engine/disk/journal', () => {
  let disk: FakeDisk;
  let store: Store;
  let journal: Journal;
  let errors: string[];
  let clock: Clock | undefined;

  beforeEach(async () => {
    disk = new FakeDisk();
    errors = [];
    ({ store, journal } = await openJournal(disk, {
      onError: ({ message }) => errors.push(message),
      onBack: () => errors.push('back'),
    }));
  });

  afterEach(async () => {
    clock?.uninstall();
    clock = undefined;
    disk.fault = undefined;
    await journal.close();
    await store.close();
  });

  const put = (key: string, value = '1') => ({ type: 'put' as const, key, value });
  const keys = (): string[] => [...disk.content.keys()].filter((key) => key !== '!format').sort();

  it('writes at once what is waited for, and flushes only what is to be', async () => {
    await journal.write([put('a')]);
    await journal.write([put('b')], { flush: true });
    assert.deepEqual(
      disk.writes.map(({ flush }) => flush),
      [false, true],
    );
  });

  it('writes behind the latest of each record, and not again what is there already', async () => {
    let value = '1';
    for (let round = 0; round < 5; round += 1) journal.behind('a', () => value);
    value = '2';
    await journal.caughtUp();
    journal.behind('a', () => value);
    await journal.caughtUp();
    assert.deepEqual(
      disk.writes.flatMap(({ changes }) => changes),
      [put('a', '2')],
    );
    journal.behind('a', () => undefined);
    await journal.caughtUp();
    journal.behind('a', () => value);
    await journal.caughtUp();
    assert.equal(disk.content.get('a'), '2');
  });

  it('deletes in batches that hold nobody up', async () => {
    for (let index = 0; index < 5_000; index += 1) journal.delete(`k${index}`);
    await until(() => disk.writes.reduce((sum, { changes }) => sum + changes.length, 0) === 5_000);
    assert.ok(disk.writes.length >= 3);
  });

  it('deletes with the next write, and alone only when none has come', async () => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    const written = (): string[][] => disk.writes.map(({ changes }) => changes.map(({ key }) => key));
    journal.delete('a');
    await settled();
    await journal.write([put('b')]);
    assert.deepEqual(written(), [['b', 'a']]);
    journal.delete('c');
    await clock.tickAsync(20);
    while (disk.writes.length < 2) await settled();
    assert.deepEqual(written().slice(1), [['c']]);
  });

  it('deletes nothing before the record that was changed with it is written', async () => {
    journal.behind('group', () => 'without a');
    journal.delete('a');
    await journal.write([put('b')]);
    await journal.caughtUp();
    assert.deepEqual(
      disk.writes.map(({ changes }) => changes.map(({ key }) => key)),
      [['b'], ['a', 'group']],
    );
  });

  it('leaves no timer when it is closed', async () => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    const closing = journal.close();
    journal.delete('a');
    await closing;
    journal.delete('b');
    assert.equal(clock.countTimers(), 0);
  });

  it('deletes what a write that failed was to take along', async () => {
    disk.content.set('a', '0');
    journal.delete('a');
    disk.fault = diskFull();
    await assert.rejects(journal.write([put('b')]), EngineAway);
    disk.fault = undefined;
    await until(() => journal.state.name === 'ready');
    await until(() => !disk.content.has('a'));
    assert.deepEqual(keys(), ['time']);
  });

  it('does not ask a disk that refuses more often than once a second, and says so once', async () => {
    disk.fault = diskFull();
    await assert.rejects(journal.write([put('a')]), (thrown) => {
      assert.ok(thrown instanceof EngineAway);
      // Whoever publishes is told nothing of folders.
      assert.equal(thrown.message, 'The disk of the server takes nothing now.');
      return true;
    });
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    const { refused } = disk;
    for (let round = 0; round < 100; round += 1) {
      await assert.rejects(journal.write([put('a')]), EngineAway);
      await assert.rejects(journal.caughtUp(), EngineAway);
    }
    assert.equal(disk.refused, refused);
    assert.deepEqual([errors.length, journal.state.name], [1, 'refusing']);
    assert.match(JSON.stringify(journal.state), /No space left/);
  });

  it('asks again after each time that the disk has refused, and says no more of it', async () => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    disk.fault = diskFull();
    await assert.rejects(journal.write([put('a')]), EngineAway);
    const { state } = journal;
    for (let round = 1; round <= 3; round += 1) {
      await clock.tickAsync(1_000);
      while (clock.countTimers() === 0) await settled();
      assert.deepEqual([errors.length, journal.state], [1, state]);
    }
    disk.fault = undefined;
    await clock.tickAsync(1_000);
    while (journal.state.name !== 'ready') await settled();
    assert.deepEqual([journal.state.name, errors.slice(1)], ['ready', ['back']]);
  });

  it('comes back by itself, with what was to be written behind', async () => {
    disk.fault = diskFull();
    await assert.rejects(journal.write([put('a')]), EngineAway);
    journal.behind('b', () => '1');
    journal.behind('c', () => '1');
    journal.behind('c', () => undefined);
    journal.delete('d');
    disk.fault = undefined;
    await until(() => journal.state.name === 'ready');
    await journal.caughtUp();
    assert.deepEqual(keys(), ['b', 'time']);
    assert.deepEqual(errors.slice(1), ['back'], 'which is told once');
    disk.fault = diskFull();
    await assert.rejects(journal.write([put('a')]), EngineAway);
    assert.equal(errors.length, 3);
  });

  it('lets what is newer stand when a batch has failed', async () => {
    disk.content.set('a', '0').set('gone', '0');
    const release = disk.hold();
    journal.behind('a', () => undefined);
    journal.behind('b', () => '1');
    journal.delete('gone');
    await until(() => disk.held === 1);
    journal.behind('a', () => '2');
    disk.fault = diskFull();
    release();
    await until(() => journal.state.name === 'refusing');
    disk.fault = undefined;
    await until(() => journal.state.name === 'ready');
    await journal.caughtUp();
    assert.deepEqual(
      [disk.content.get('a'), disk.content.get('b'), disk.content.has('gone')],
      ['2', '1', false],
    );
  });

  it('writes behind again what it had written before the disk refused, which may have something else now', async () => {
    journal.behind('a', () => '1');
    await journal.caughtUp();
    disk.fault = diskFull();
    journal.behind('a', () => '2');
    await assert.rejects(journal.caughtUp(), EngineAway);
    disk.content.set('a', '2');
    journal.behind('a', () => '1');
    disk.fault = undefined;
    await until(() => journal.state.name === 'ready');
    await journal.caughtUp();
    assert.equal(disk.content.get('a'), '1');
  });

  it('rejects those who wait for what the disk refuses', async () => {
    const release = disk.hold();
    journal.behind('a', () => '1');
    await until(() => disk.held === 1);
    journal.behind('b', () => '1');
    const waits = journal.caughtUp();
    disk.fault = diskFull();
    release();
    await assert.rejects(waits, EngineAway);
  });

  it('rejects those, too, who wait when the disk refuses something else', async () => {
    disk.fault = diskFull();
    const writing = assert.rejects(journal.write([put('a')]), EngineAway);
    // Its batch is made in the next turn, in which the disk is known to refuse.
    const waits = assert.rejects(journal.caughtUp(), EngineAway);
    await Promise.all([writing, waits]);
  });

  it('lets what is written at once stand against what was to be written behind', async () => {
    const release = disk.hold();
    journal.behind('a', () => 'old');
    const writing = journal.write([put('a', 'new')]);
    await until(() => disk.held === 1);
    release();
    await writing;
    await journal.caughtUp();
    assert.equal(disk.content.get('a'), 'new');
    journal.behind('a', () => 'old');
    await journal.caughtUp();
    await journal.write([put('a', 'new')]);
    journal.behind('a', () => 'old');
    await journal.caughtUp();
    assert.equal(disk.content.get('a'), 'old');
  });

  it('has written everything, flushed, when it is closed', async () => {
    for (let index = 0; index < 5_000; index += 1) {
      disk.content.set(`k${index}`, '1');
      journal.delete(`k${index}`);
    }
    journal.behind('a', () => '1');
    await journal.close();
    assert.deepEqual(keys(), ['a']);
    assert.equal(disk.writes.at(-1)?.flush, true);
    await assert.rejects(journal.write([put('b')]), EngineAway);
    assert.deepEqual(journal.state, { name: 'closed' });
  });

  it('closes though the disk refuses', async () => {
    disk.fault = diskFull();
    journal.behind('a', () => '1');
    await journal.close();
    assert.equal(errors.length, 1);
  });
});
