import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StoreError } from '../../src/errors';
import { inEnglish } from '../../src/sentences';
import { Damage, openDatabase } from '../../src/store/database';
import { examine } from '../../src/store/examination';
import { alter, fileIn, flip, LOG, MANIFEST, TABLE } from '../support/store/damage';
import { freshFolder } from '../support/store/folders';

describe('store/examination', () => {
  async function folderWith(...names: string[]): Promise<string> {
    const folder = freshFolder();
    await mkdir(folder);
    for (const name of names) await writeFile(join(folder, name), 'content');
    return folder;
  }

  /** With a table that holds `old` and a log that holds `new`. */
  async function databaseFolder(): Promise<string> {
    const folder = freshFolder();
    for (const key of ['old', 'new']) {
      const database = await openDatabase(folder);
      await database.write([{ type: 'put', key, value: `value of ${key}` }], true);
      await database.close();
    }
    return folder;
  }

  async function examined(folder: string) {
    const keys: string[] = [];
    const found = await examine(folder, ({ key }) => keys.push(key.toString()));
    assert.deepEqual(await examine(folder), found, 'whoever wants what is found');
    return found && { keys, damage: found.damage.map(inEnglish), lost: found.lost };
  }

  it('finds nothing where no database is yet, nor in the beginnings of one', async () => {
    assert.equal(await examined(freshFolder()), undefined);
    assert.equal(await examined(await folderWith()), undefined);
    assert.equal(
      await examined(await folderWith('LOCK', 'LOG', 'LOG.old', 'MANIFEST-000001', '000001.dbtmp')),
      undefined,
    );
  });

  it('throws at what is none of LevelDB, but not at a file further up the path', async () => {
    await assert.rejects(examine(await folderWith('LOCK', 'notes.txt')), /holds notes\.txt/);
    const file = freshFolder();
    await writeFile(file, 'content');
    await assert.rejects(examine(file), Damage);
    await assert.rejects(examine(join(file, 'deep')), StoreError);
  });

  it('finds all in a whole one, and changes nothing', async () => {
    const folder = await databaseFolder();
    await writeFile(join(folder, 'notes.txt'), '');
    const before = await readdir(folder);
    assert.deepEqual(await examined(folder), {
      keys: ['old', 'new'],
      damage: [],
      lost: { files: 0, bytes: 0 },
    });
    assert.deepEqual(await readdir(folder), before);
  });

  it('leaves out what is not part of it, as a dying process leaves it: tables half written, old logs', async () => {
    const folder = await databaseFolder();
    await writeFile(join(folder, '000099.ldb'), 'half a table');
    await writeFile(join(folder, '000001.log'), 'an old log');
    assert.deepEqual((await examined(folder))?.damage, []);
  });

  const emptyLists: Record<string, (folder: string) => unknown> = {
    'CURRENT is missing': (folder) => unlink(join(folder, 'CURRENT')),
    'CURRENT is damaged': (folder) => writeFile(join(folder, 'CURRENT'), Buffer.alloc(16)),
    'MANIFEST-000077 is missing': (folder) => writeFile(join(folder, 'CURRENT'), 'MANIFEST-000077\n'),
    'MANIFEST is damaged': (folder) => alter(fileIn(folder, MANIFEST), () => Buffer.alloc(0)),
    'MANIFEST is damaged, too': (folder) => flip(fileIn(folder, MANIFEST), 40),
    'LOCK is damaged': async (folder) => {
      await rm(join(folder, 'LOCK'));
      await mkdir(join(folder, 'LOCK'));
    },
  };
  for (const [name, damage] of Object.entries(emptyLists)) {
    it(`tells that ${name}, which costs nothing`, async () => {
      const folder = await databaseFolder();
      await damage(folder);
      const found = await examined(folder);
      assert.deepEqual(found?.keys, ['old', 'new']);
      assert.deepEqual(found.lost, { files: 0, bytes: 0 });
      assert.equal(found.damage.length, 1);
      assert.equal(found.damage[0]?.replace(/-\d+ is damaged/, ' is damaged'), name.replace(', too', ''));
    });
  }

  it('is not deceived by a list of files that was cut short', async () => {
    for (let length = 0; ; length += 1) {
      const folder = await databaseFolder();
      const manifest = fileIn(folder, MANIFEST);
      let whole = 0;
      alter(manifest, (bytes) => {
        whole = bytes.length;
        return bytes.subarray(0, length);
      });
      if (length === whole) break;
      const found = await examined(folder);
      assert.deepEqual(found?.keys, ['old', 'new'], `${length} of ${whole} bytes`);
      assert.deepEqual(found.damage, [`${basename(manifest)} is damaged`]);
      assert.deepEqual(found.lost, { files: 0, bytes: 0 });
    }
  });

  it('nor by one that knows an earlier day of the same process', async () => {
    const folder = freshFolder();
    const database = await openDatabase(folder);
    const keys = Array.from({ length: 60 }, (_, index) => `key ${index + 10}`);
    for (const key of keys) await database.write([{ type: 'put', key, value: 'x'.repeat(60_000) }], false);
    await database.close();
    const manifest = fileIn(folder, MANIFEST);
    const whole = await readFile(manifest);
    for (let length = 1; length < whole.length; length += 9) {
      await writeFile(manifest, whole.subarray(0, length));
      const found = await examined(folder);
      assert.deepEqual(new Set(found?.keys), new Set(keys), `${length} of ${whole.length} bytes`);
      assert.deepEqual(found?.lost, { files: 0, bytes: 0 });
    }
  });

  it('counts what is missing: a table with its size, a log whose size nobody knows', async () => {
    const folder = await databaseFolder();
    const table = fileIn(folder, TABLE);
    await rename(table, `${table}.elsewhere`);
    const found = await examined(folder);
    assert.deepEqual(found?.keys, ['new']);
    assert.deepEqual(found.damage, [`${basename(table)} is missing`]);
    assert.equal(found.lost.files, 1);
    assert(found.lost.bytes > 100);
    await unlink(fileIn(folder, LOG));
    assert.equal((await examined(folder))?.lost.files, 2);
  });

  it('counts what is wrong in a table and in a log, and a folder in the place of one', async () => {
    const folder = await databaseFolder();
    flip(fileIn(folder, TABLE), 10);
    flip(fileIn(folder, LOG), 10);
    const found = await examined(folder);
    assert.deepEqual(found?.keys, []);
    assert.equal(found.damage.length, 2);
    assert.equal(found.lost.files, 2);
    const log = fileIn(folder, LOG);
    await unlink(log);
    await mkdir(log);
    assert((await examined(folder))?.damage.includes(`${basename(log)} is damaged`));
  });

  it('is refused where it may not read, which is no damage', async () => {
    // Root may read everything.
    if (process.getuid?.() === 0) return;
    const folder = await databaseFolder();
    await chmod(fileIn(folder, TABLE), 0);
    await assert.rejects(examined(folder), StoreError);
  });
});
