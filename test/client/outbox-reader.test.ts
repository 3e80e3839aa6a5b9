import assert from 'node:assert/strict';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createDiskOutbox } from '../../src/client/disk-outbox';
import { readOutbox } from '../../src/client/outbox-reader';
import { freshFolder } from '../support/folders';
import { keep } from '../support/outbox';

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
    const texts = async () => (await readOutbox(folder)).map(({ text }) => text);
    assert.deepEqual(await texts(), expected);
    assert.deepEqual(await readdir(folder), names);
    // Damaged, too.
    await unlink(join(folder, 'CURRENT'));
    assert.deepEqual(await texts(), expected);
  });

  it('gives nothing of what is not there', async () => {
    assert.deepEqual(await readOutbox(freshFolder()), []);
  });
});
