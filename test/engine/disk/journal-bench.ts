/** A journal, on a store, on a disk of the test's making. */

import assert from 'node:assert/strict';
import { Journal, type JournalOptions } from '../../../src/engine/disk/journal';
import { Store } from '../../../src/store/store';
import type { FakeDisk } from '../../support/store/database';
import { freshFolder } from '../../support/store/folders';

/** Nothing is written when it is there. */
export async function openJournal(
  disk: FakeDisk,
  heard: Pick<JournalOptions, 'onError' | 'onBack'> = { onError() {}, onBack() {} },
): Promise<{ store: Store; journal: Journal }> {
  const store = new Store({
    folder: freshFolder(),
    format: 'test 1',
    warn: assert.fail,
    openDatabase: disk.openDatabase,
  });
  await store.open();
  const journal = new Journal({
    store,
    flush: false,
    ...heard,
    probe: { key: 'time', latest: () => '1' },
  });
  disk.writes.length = 0;
  return { store, journal };
}
