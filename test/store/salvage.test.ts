import assert from 'node:assert/strict';
import { mkdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inEnglish } from '../../src/sentences';
import { openDatabase } from '../../src/store/database';
import { salvage } from '../../src/store/salvage';
import { fileIn, flip, LOG } from '../support/store/damage';
import { freshFolder } from '../support/store/folders';

describe('store/salvage', () => {
  it('gives the latest of each key, and none that was deleted, whichever file it is in', async () => {
    const folder = freshFolder();
    for (const round of [1, 2]) {
      const database = await openDatabase(folder);
      for (const key of ['a', 'b', 'ä"'])
        await database.write([{ type: 'put', key, value: `${key} ${round}` }], true);
      if (round === 2) await database.write([{ type: 'del', key: 'b' }], true);
      await database.close();
    }
    await unlink(join(folder, 'CURRENT'));
    const { entries, lost } = await salvage(folder);
    assert.deepEqual(
      [...entries].sort(),
      [
        ['a', 'a 2'],
        ['ä"', 'ä" 2'],
      ].sort(),
    );
    assert.deepEqual(lost, { files: 0, bytes: 0 });
    flip(fileIn(folder, LOG), 20);
    assert.equal((await salvage(folder)).lost.files, 1);
  });

  it('gives nothing of what is none of ours', async () => {
    const folder = freshFolder();
    await mkdir(folder);
    await writeFile(join(folder, 'notes.txt'), '');
    const { entries, damage } = await salvage(folder);
    assert.deepEqual(entries, []);
    assert.deepEqual(damage.map(inEnglish), ['it holds notes.txt, but no database']);
  });
});
