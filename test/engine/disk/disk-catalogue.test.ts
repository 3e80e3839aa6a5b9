import assert from 'node:assert/strict';
import { DiskCatalogue } from '../../../src/engine/disk/disk-catalogue';
import type { Journal } from '../../../src/engine/disk/journal';
import { EngineAway } from '../../../src/engine/faults';
import type { Store } from '../../../src/store/store';
import { diskFull, FakeDisk } from '../../support/store/database';
import { until } from '../../support/until';
import { openJournal } from './journal-bench';

describe('engine/disk/disk-catalogue', () => {
  let disk: FakeDisk;
  let store: Store;
  let journal: Journal;
  let catalogue: DiskCatalogue;

  beforeEach(async () => {
    disk = new FakeDisk();
    ({ store, journal } = await openJournal(disk));
    const record = { key: ['client', 'a'], value: '"old"', revision: 1 };
    catalogue = new DiskCatalogue(journal, new Map([['["client","a"]', record]]));
  });

  afterEach(async () => {
    disk.fault = undefined;
    await catalogue.close();
    await journal.close();
    await store.close();
  });

  it('shows a change once the disk has flushed it', async () => {
    const release = disk.hold();
    const putting = catalogue.put(['client', 'b'], '1', undefined);
    await until(() => disk.held === 1);
    assert.equal(await catalogue.get(['client', 'b']), undefined);
    release();
    await putting;
    assert.equal((await catalogue.get(['client', 'b']))?.value, '1');
    assert.deepEqual(disk.writes, [
      { changes: [{ type: 'put', key: '["client","b"]', value: '1' }], flush: true },
    ]);
  });

  it('has, after a restart, nothing of a change that was refused, even one that had reached the disk', async () => {
    const record = await catalogue.get(['client', 'a']);
    // More than once: what was written again after the first is not there any more after the second.
    for (const value of ['"second"', '"third"']) {
      disk.fault = diskFull();
      await assert.rejects(catalogue.put(['client', 'a'], value, record?.revision), EngineAway);
      // As when it was written, and only its flush has failed.
      disk.content.set('["client","a"]', value);
      disk.fault = undefined;
      await until(() => journal.state.name === 'ready');
      await journal.caughtUp();
      assert.equal(disk.content.get('["client","a"]'), '"old"');
    }
    assert.deepEqual(await catalogue.get(['client', 'a']), record);
  });

  it('has a change that was refused, and then made, also when the disk is told of both at once', async () => {
    disk.fault = diskFull();
    await assert.rejects(catalogue.put(['client', 'b'], '1', undefined), EngineAway);
    disk.fault = undefined;
    await until(() => journal.state.name === 'ready');
    // What was there before the refused one, nothing, is about to be written again.
    const release = disk.hold();
    const putting = catalogue.put(['client', 'b'], '2', undefined);
    await until(() => disk.held > 0);
    await new Promise((resolve) => setImmediate(resolve));
    release();
    await putting;
    await journal.caughtUp();
    assert.equal(disk.content.get('["client","b"]'), '2');
  });

  it('keeps nothing of what it refuses while the disk is known to refuse', async () => {
    disk.fault = diskFull();
    for (let index = 0; index < 10; index += 1) {
      await assert.rejects(catalogue.put(['client', `${index}`], '1', undefined), EngineAway);
    }
    disk.fault = undefined;
    await until(() => journal.state.name === 'ready');
    await journal.caughtUp();
    const named = disk.writes
      .flatMap(({ changes }) => changes.map(({ key }) => key))
      .filter((key) => key !== 'time');
    assert.deepEqual(named, ['["client","0"]']);
  });

  it('keeps what it has accepted right after it refused another value', async () => {
    const record = await catalogue.get(['client', 'a']);
    disk.fault = diskFull();
    await assert.rejects(catalogue.put(['client', 'a'], '"refused"', record?.revision), EngineAway);
    disk.fault = undefined;
    while (journal.state.name !== 'ready') await new Promise((resolve) => setImmediate(resolve));
    // The old value is about to be written again, in the next turn.
    const release = disk.hold();
    const putting = catalogue.put(['client', 'a'], '"new"', record?.revision);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    release();
    await putting;
    await journal.caughtUp();
    assert.equal(disk.content.get('["client","a"]'), '"new"');
  });

  it('finishes what is under way before it is closed', async () => {
    const release = disk.hold();
    const putting = catalogue.put(['client', 'b'], '1', undefined);
    await until(() => disk.held === 1);
    const closing = catalogue.close();
    release();
    await putting;
    await closing;
    assert.equal(disk.content.get('["client","b"]'), '1');
  });
});
