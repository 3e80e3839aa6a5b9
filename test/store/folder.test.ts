import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoreError } from '../../src/errors';
import { buildBeside, discard, setAside, settleIn, weigh } from '../../src/store/folder';
import { freshFolder } from '../support/store/folders';

describe('store/folder', () => {
  async function folderWith(...names: string[]): Promise<string> {
    const folder = freshFolder();
    await fill(folder, ...names);
    return folder;
  }

  async function fill(folder: string, ...names: string[]): Promise<void> {
    await mkdir(folder);
    for (const name of names) await writeFile(join(folder, name), 'content');
  }

  describe('changing one for another', () => {
    it('leaves the old one alone until it is out of the way', async () => {
      const folder = await folderWith('old');
      await buildBeside(folder, (place) => fill(place, 'new'));
      assert.deepEqual(await readdir(folder), ['old']);
      await setAside(folder);
      await settleIn(folder);
      assert.deepEqual(await readdir(folder), ['new']);
      assert.equal((await readdir(dirname(folder))).length, 2, 'nothing else is left');
    });

    it('goes on where a process died: with the old one, or with the new one where the old is gone', async () => {
      const folder = await folderWith('old');
      // Half built.
      await mkdir(`${folder}.rebuilding`);
      await writeFile(join(`${folder}.rebuilding`, 'half'), '');
      await settleIn(folder);
      assert.deepEqual(await readdir(folder), ['old']);
      // Built, but the old one is there.
      await buildBeside(folder, (place) => fill(place, 'new'));
      await settleIn(folder);
      assert.deepEqual(await readdir(folder), ['old']);
      assert.deepEqual(await readdir(dirname(folder)), ['store']);
      // Between the two renames.
      await buildBeside(folder, (place) => fill(place, 'new'));
      await setAside(folder);
      await settleIn(folder);
      assert.deepEqual(await readdir(folder), ['new']);
    });

    it('leaves no half of one where it cannot be built, as on a full disk', async () => {
      const folder = await folderWith('old');
      await assert.rejects(
        buildBeside(folder, async (place) => {
          await fill(place, 'half');
          throw new Error('no room');
        }),
        /no room/,
      );
      assert.deepEqual(await readdir(dirname(folder)), ['store']);
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

  it('discard deletes what LevelDB has made, and takes along what it has not', async () => {
    const folder = await folderWith('CURRENT', '000005.ldb', 'LOG.old', 'MANIFEST-000004', '.DS_Store');
    await mkdir(join(folder, 'LOCK'));
    await mkdir(join(folder, 'mine'));
    const successor = `${folder}.new`;
    await mkdir(successor);
    await discard(folder, successor);
    assert(!existsSync(folder));
    assert.deepEqual((await readdir(successor)).sort(), ['.DS_Store', 'mine']);
  });

  it('weigh counts files and bytes, folders in it included, and of a file alone', async () => {
    const folder = await folderWith('a', 'b');
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'deep', 'c'), '123');
    assert.deepEqual(await weigh(folder), { files: 3, bytes: 17 });
    assert.deepEqual(await weigh(join(folder, 'a')), { files: 1, bytes: 7 });
  });
});
