import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoreError } from '../../src/errors';
import type { Change } from '../../src/store/database';
import { Store, type StoreOptions } from '../../src/store/store';
import { diskFull, FakeDisk } from '../support/database';
import { freshFolder, setAsides } from '../support/folders';
import { until } from '../support/until';

function put(key: string, value = `value of ${key}`): Change {
  return { type: 'put', key, value };
}

describe('store/store', () => {
  let folder: string;
  let warnings: string[];
  const stores: Store[] = [];

  beforeEach(() => {
    folder = freshFolder();
    warnings = [];
  });

  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

  function storeWith(options: Partial<StoreOptions> = {}): Store {
    const store = new Store({ folder, format: 'test 1', warn: (text) => warnings.push(text), ...options });
    stores.push(store);
    return store;
  }

  /** Writes with one store, and closes it. */
  async function filled(keys: readonly string[]): Promise<void> {
    const store = storeWith();
    await store.write(keys.map((key) => put(key)));
    await store.close();
  }

  it('gives back what was written, in the order of the keys', async () => {
    await filled(['b', 'c', 'a']);
    const store = storeWith();
    await store.write([{ type: 'del', key: 'b' }]);
    assert.deepEqual(await store.open(), [
      ['a', 'value of a'],
      ['c', 'value of c'],
    ]);
    assert.deepEqual(warnings, []);
  });

  it('makes its folder, and begins empty', async () => {
    const deep = storeWith({ folder: join(folder, 'a', 'b') });
    assert.deepEqual(await deep.open(), []);
  });

  describe('group commit', () => {
    it('flushes 256 writes of one turn together', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      await store.open();
      disk.writes.length = 0;
      await Promise.all(Array.from({ length: 256 }, (_, index) => store.write([put(String(index))])));
      assert.equal(disk.writes.length, 1);
      assert.equal(disk.content.size, 257);
    });

    it('flushes what gathered during a flush in the next one, in order', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      await store.open();
      disk.writes.length = 0;
      const release = disk.hold();
      const done: string[] = [];
      const write = (key: string): Promise<unknown> => store.write([put(key)]).then(() => done.push(key));
      const first = write('a');
      await until(() => disk.held > 0, 'the first flush');
      const others = [write('b'), write('c'), write('d')];
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(done, [], 'nothing has resolved before the disk has it');
      release();
      await Promise.all([first, ...others]);
      assert.deepEqual(
        disk.writes.map(({ changes }) => changes.map(({ key }) => key)),
        [['a'], ['b', 'c', 'd']],
      );
      assert.deepEqual(done, ['a', 'b', 'c', 'd']);
    });

    it('does not flush for writes that need none', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      await store.write([put('a')], { flush: false });
      await Promise.all([store.write([put('b')], { flush: false }), store.write([put('c')])]);
      assert.deepEqual(
        disk.writes.map(({ flush }) => flush),
        [true, false, true],
        'the format, a alone, b together with c',
      );
    });

    it('divides a long queue, so that its copies do not fill the memory', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      await store.open();
      disk.writes.length = 0;
      const value = 'x'.repeat(3 * 1_048_576);
      await Promise.all(['a', 'b', 'c'].map((key) => store.write([put(key, value)])));
      assert.equal(disk.writes.length, 3);
    });
  });

  describe('a disk that fails', () => {
    it('fails the writes at hand, and takes later ones again', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      await store.write([put('a')]);
      disk.fault = diskFull();
      await assert.rejects(store.write([put('b')]), (error) => {
        assert(error instanceof StoreError);
        assert.match(error.message, /cannot be used: 000003\.log: No space left on device$/);
        return true;
      });
      await assert.rejects(store.write([put('c')]), StoreError);
      disk.fault = undefined;
      await store.write([put('d')]);
      assert.deepEqual([...disk.content.keys()], ['!format', 'a', 'd']);
    });

    it('is opened anew after a failed write, as what LevelDB calls flushed then is lost', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      await store.open();
      disk.fault = diskFull();
      await assert.rejects(store.write([put('a')]), StoreError);
      disk.fault = undefined;
      await store.write([put('b')]);
      assert.equal(disk.opened, 2);
      assert.equal(disk.open, 1);
      assert(disk.content.has('b'));
    });

    it('can be opened later when it could not be at first', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      disk.fault = diskFull();
      await assert.rejects(store.open(), StoreError);
      disk.fault = undefined;
      assert.deepEqual(await store.open(), []);
    });

    it('is a StoreError, and nothing is moved, when the folder cannot be made', async () => {
      await writeFile(folder, 'a file');
      const store = storeWith({ folder: join(folder, 'store') });
      await assert.rejects(store.open(), StoreError);
      await assert.rejects(store.write([put('a')]), StoreError);
      assert.equal(await readFile(folder, 'utf8'), 'a file');
      await unlink(folder);
      await store.write([put('a')]);
    });
  });

  it('is held by one at a time, and says so; the other is not set aside', async () => {
    const store = storeWith();
    await store.write([put('a')]);
    await assert.rejects(storeWith().open(), (error) => {
      assert(error instanceof StoreError);
      assert.match(error.message, /is in use: another Node-RED/);
      return true;
    });
    assert.deepEqual(await setAsides(folder), []);
    await store.write([put('b')]);
    await store.close();
    assert.equal((await storeWith().open()).length, 2);
  });

  describe('what it cannot read is set aside with a warning', () => {
    const damages: Record<string, () => Promise<void>> = {
      'a CURRENT that is garbage': () => writeFile(join(folder, 'CURRENT'), 'garbage'),
      'no MANIFEST': async () => {
        for (const name of await readdir(folder)) {
          if (name.startsWith('MANIFEST')) await unlink(join(folder, name));
        }
      },
      'a MANIFEST of zeros': async () => {
        for (const name of await readdir(folder)) {
          if (name.startsWith('MANIFEST')) await writeFile(join(folder, name), Buffer.alloc(500));
        }
      },
      'no CURRENT, where LevelDB would delete the data': () => unlink(join(folder, 'CURRENT')),
      'another format': async () => {
        const other = storeWith({ format: 'test 2' });
        await other.open();
        await other.close();
        assert.equal(warnings.length, 1);
      },
    };
    for (const [name, damage] of Object.entries(damages)) {
      it(name, async () => {
        await filled(['a', 'b']);
        await damage();
        const store = storeWith();
        assert.deepEqual(await store.open(), []);
        const places = await setAsides(folder);
        assert.equal(places.length, warnings.length);
        assert.match(
          warnings.at(-1) ?? '',
          /could not be read \(.+\)\. It was set aside as .+; a new one begins empty\.$/,
        );
        assert(places.some((place) => warnings.at(-1)?.includes(place)));
        await store.write([put('c')]);
        await store.close();
        assert.equal((await storeWith().open()).length, 1, 'the new one works');
      });
    }

    it('a table with flipped bits', async () => {
      await filled(Array.from({ length: 100 }, (_, index) => `key ${index}`));
      // Opening writes what the log holds into a table.
      const store = storeWith();
      await store.open();
      await store.close();
      const table = (await readdir(folder)).find((name) => name.endsWith('.ldb'));
      assert(table !== undefined);
      const bytes = await readFile(join(folder, table));
      // The block's index, where it is not protected from being misread.
      bytes.fill(7, bytes.length - 120, bytes.length - 60);
      await writeFile(join(folder, table), bytes);
      assert.deepEqual(await storeWith().open(), []);
      assert.equal((await setAsides(folder)).length, 1);
      assert.equal(warnings.length, 1);
    });

    it('a folder of foreign files', async () => {
      await mkdir(folder);
      await writeFile(join(folder, 'notes.txt'), 'do not lose me');
      assert.deepEqual(await storeWith().open(), []);
      const [place = ''] = await setAsides(folder);
      assert.equal(await readFile(join(place, 'notes.txt'), 'utf8'), 'do not lose me');
      assert.match(warnings[0] ?? '', /it holds notes\.txt, but no database/);
    });

    it('a file in the place of the folder', async () => {
      await writeFile(folder, 'a file');
      assert.deepEqual(await storeWith().open(), []);
      const [place = ''] = await setAsides(folder);
      assert.equal(await readFile(place, 'utf8'), 'a file');
    });

    it('but not a whole database for a stray file in its folder', async () => {
      await filled(['a']);
      await writeFile(join(folder, '.DS_Store'), '');
      assert.equal((await storeWith().open()).length, 1);
      assert.deepEqual(warnings, []);
    });

    it('nor what a process leaves that died while it made the database', async () => {
      await mkdir(folder);
      for (const name of ['LOCK', 'LOG', 'MANIFEST-000001']) await writeFile(join(folder, name), '');
      assert.deepEqual(await storeWith().open(), []);
      assert.deepEqual(await setAsides(folder), []);
    });
  });

  it('says how much it lost of a log with flipped bits, and gives the rest', async () => {
    const store = storeWith();
    for (let index = 0; index < 50; index += 1) {
      await store.write([put(String(index).padStart(2, '0'), 'x'.repeat(2_000))], { flush: false });
    }
    await store.close();
    const log = (await readdir(folder)).find((name) => /^\d+\.log$/.test(name)) ?? '';
    const bytes = await readFile(join(folder, log));
    bytes.fill(7, 40_000, 40_100);
    await writeFile(join(folder, log), bytes);
    const entries = await storeWith().open();
    assert(entries.length > 10 && entries.length < 50);
    assert.match(warnings[0] ?? '', /was damaged: \d+ bytes could not be read and are lost\.$/);
  });

  describe('close', () => {
    it('waits for what was written before it, and frees the folder', async () => {
      const store = storeWith();
      const written = store.write([put('a')]);
      await store.close();
      await written;
      assert.equal((await storeWith().open()).length, 1);
    });

    it('tries what was written before it even when the disk has to be opened anew', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      await store.open();
      disk.fault = diskFull();
      await assert.rejects(store.write([put('a')]), StoreError);
      disk.fault = undefined;
      const written = store.write([put('b')]);
      await store.close();
      await written;
      assert.equal(disk.open, 0);
    });

    it('refuses what comes after it, and may be called again', async () => {
      const store = storeWith();
      await store.close();
      await store.close();
      await assert.rejects(store.write([put('a')]), /is closed\.$/);
      await assert.rejects(store.open(), /is closed\.$/);
      assert.equal(existsSync(dirname(folder)), true);
      assert.equal(existsSync(folder), false, 'nothing was made');
    });

    it('waits for an opening that is under way', async () => {
      const disk = new FakeDisk();
      const store = storeWith(disk);
      const opened = store.open();
      await store.close();
      await opened;
      assert.equal(disk.open, 0);
    });
  });
});
