import assert from 'node:assert/strict';
import { readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDiskOutbox, FORMAT } from '../../../src/client/outbox/disk-outbox';
import { readOutbox } from '../../../src/client/outbox/outbox-reader';
import type { Change } from '../../../src/store/database';
import { Store } from '../../../src/store/store';
import { freshFolder } from '../../support/store/folders';
import { keep } from '../../support/store/outbox';

describe('outbox reader', () => {
  it('gives what was not settled, in order, and leaves the folder as it is', async () => {
    const folder = freshFolder();
    for (const round of [1, 2]) {
      const outbox = createDiskOutbox({ folder, warn: assert.fail });
      await outbox.open(() => {});
      const keys = [];
      for (let number = 0; number < 12; number += 1) {
        keys.push(
          await keep(outbox, { stream: 'boiler', text: `${round * 100 + number}`, batch: true, at: 5 }),
        );
      }
      outbox.settle(keys[0] ?? 0);
      await outbox.close();
    }
    const names = await readdir(folder);
    const expected = [1, 2].flatMap((round) =>
      Array.from({ length: 11 }, (_, index) => `${round * 100 + index + 1}`),
    );
    const texts = async () => (await readOutbox(folder)).messages.map(({ text }) => text);
    assert.deepEqual(await texts(), expected);
    assert.deepEqual(await readdir(folder), names);
    // Damaged, too.
    await unlink(join(folder, 'CURRENT'));
    assert.deepEqual(await texts(), expected);
    assert.match((await readOutbox(folder)).unread?.message ?? '', /CURRENT is missing/);
    // A repair that died between its two renames.
    await rename(folder, `${folder}.rebuilt`);
    assert.deepEqual(await texts(), expected);
  });

  async function storeWith(format: string, ...changes: Change[]): Promise<string> {
    const folder = freshFolder();
    const store = new Store({ folder, format, warn: assert.fail });
    await store.open();
    await store.write(changes);
    await store.close();
    return folder;
  }

  it('says that there may be more: what is no message, of another form, damaged, or no store of ours', async () => {
    const strange: Change = { type: 'put', key: 'strange', value: '{}' };
    const cases = [
      [await storeWith(FORMAT, strange), /1 records that were left out/],
      [await storeWith('stream-sea outbox 3', strange), /another kind/],
      [freshFolder(), /it is a file/],
    ] as const;
    await writeFile(cases[2][0], '');
    for (const [folder, why] of cases) {
      const { messages, unread, isEmpty } = await readOutbox(folder);
      assert.deepEqual([messages, isEmpty], [[], false]);
      assert.match(unread?.message ?? '', why);
    }
    assert.deepEqual(await readOutbox(await storeWith(FORMAT)), { messages: [], isEmpty: true });
  });

  it('gives nothing of what is not there', async () => {
    assert.deepEqual(await readOutbox(freshFolder()), { messages: [], isEmpty: true });
  });
});
