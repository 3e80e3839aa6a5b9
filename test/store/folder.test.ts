import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../../src/errors';
import { Damage } from '../../src/store/database';
import { droppedBytes, inspectFolder, setAside } from '../../src/store/folder';
import { freshFolder } from '../support/folders';

describe('store/folder', () => {
  async function folderWith(...names: string[]): Promise<string> {
    const folder = freshFolder();
    await mkdir(folder);
    for (const name of names) await writeFile(join(folder, name), 'content');
    return folder;
  }

  describe('inspectFolder', () => {
    it('is content with no folder, an empty one, a database, and the beginnings of one', async () => {
      await inspectFolder(freshFolder());
      await inspectFolder(await folderWith());
      await inspectFolder(await folderWith('CURRENT', '000005.ldb', 'notes.txt'));
      await inspectFolder(await folderWith('LOCK', 'LOG', 'LOG.old', 'MANIFEST-000001', '000001.dbtmp'));
    });

    it('finds damage where LevelDB would delete data, or settle among the files of others', async () => {
      for (const name of ['000005.ldb', '000006.log', 'notes.txt']) {
        await assert.rejects(inspectFolder(await folderWith('LOCK', name)), Damage);
      }
    });

    it('finds damage in a file, but not in a file further up the path', async () => {
      const file = freshFolder();
      await writeFile(file, 'content');
      await assert.rejects(inspectFolder(file), Damage);
      await assert.rejects(inspectFolder(join(file, 'deep')), StoreError);
    });
  });

  describe('setAside', () => {
    it('renames the folder, each time to another name', async () => {
      const folder = await folderWith('a');
      const first = await setAside(folder);
      await mkdir(folder);
      const second = await setAside(folder);
      assert.notEqual(first, second);
      assert.match(first, /store\.set-aside-\d{4}-\d\d-\d\d-[0-9a-f]{8}$/);
      assert.deepEqual(await readdir(first), ['a']);
      assert.equal(await readFile(join(first, 'a'), 'utf8'), 'content');
    });

    it('says so when it cannot', async () => {
      await assert.rejects(setAside(freshFolder()), (error) => {
        assert(error instanceof StoreError);
        assert.match(error.message, /is damaged, and cannot be set aside: ENOENT/);
        return true;
      });
    });
  });

  it('droppedBytes adds up what LevelDB says it has left out', async () => {
    const folder = await folderWith();
    assert.equal(await droppedBytes(folder), 0);
    await writeFile(
      join(folder, 'LOG'),
      [
        '2026/01/01-00:00:00.0 7f Recovering log #3',
        '2026/01/01-00:00:00.0 7f (ignoring error) /q/000003.log: dropping 26988 bytes; Corruption: checksum mismatch',
        '2026/01/01-00:00:00.0 7f (ignoring error) /q/000003.log: dropping 12 bytes; Corruption: missing start',
      ].join('\n'),
    );
    assert.equal(await droppedBytes(folder), 27_000);
  });
});
