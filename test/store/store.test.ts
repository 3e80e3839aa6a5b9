import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../../src/errors';
import { type Change, Damage, openDatabase, type Pair } from '../../src/store/database';
import { Store, type StoreOptions } from '../../src/store/store';
import { ROOT } from '../support/root';
import { alter, fileIn, flip, LOG, MANIFEST, TABLE } from '../support/store/damage';
import { diskFull, FakeDisk } from '../support/store/database';
import { freshFolder, setAsides } from '../support/store/folders';
import { TYPESCRIPT } from '../support/typescript';
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
      await mkdir(folder);
      await writeFile(join(folder, 'notes.txt'), 'is damage to whoever examines it');
      await store.write([put('b')]);
      assert.deepEqual(warnings, []);
      assert.equal(disk.opened, 2);
      assert.equal(disk.read, 1, 'is not read again');
      assert.equal(disk.open, 1);
      assert(disk.content.has('b'));
    });

    it('is repaired when the damage shows only as it is read', async () => {
      await filled(['a', 'b']);
      let fails = true;
      const store = storeWith({
        openDatabase: async (place) => {
          const database = await openDatabase(place);
          const entries = (): Promise<readonly Pair[]> =>
            fails ? Promise.reject(new Damage('a block is torn')) : database.entries();
          const close = (): Promise<void> => {
            fails = false;
            return database.close();
          };
          return { ...database, entries, close };
        },
      });
      assert.deepEqual(
        (await store.open()).map(([key]) => key),
        ['a', 'b'],
      );
      assert.match(warnings.splice(0).join(), /a block is torn.* has been repaired/);
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

  describe('a damaged folder is repaired:', () => {
    /** What costs nothing: all that LevelDB has of its own. */
    const harmless: Record<string, (folder: string) => unknown> = {
      'CURRENT zeroed': () => writeFile(join(folder, 'CURRENT'), Buffer.alloc(16)),
      'CURRENT garbage': () => writeFile(join(folder, 'CURRENT'), 'garbage'),
      'no CURRENT': () => unlink(join(folder, 'CURRENT')),
      'a MANIFEST that is empty': () => writeFile(fileIn(folder, MANIFEST), ''),
      'a MANIFEST of zeros': () => writeFile(fileIn(folder, MANIFEST), Buffer.alloc(500)),
      'a MANIFEST with a bit flipped': () => flip(fileIn(folder, MANIFEST), 30),
      'a MANIFEST that was cut': () => alter(fileIn(folder, MANIFEST), (bytes) => bytes.subarray(0, -20)),
      'no MANIFEST': () => unlink(fileIn(folder, MANIFEST)),
      'a table without its end': () => alter(fileIn(folder, TABLE), (bytes) => bytes.subarray(0, -60)),
      'a folder in the place of LOCK': async () => {
        await unlink(join(folder, 'LOCK'));
        await mkdir(join(folder, 'LOCK'));
      },
    };
    for (const [name, damage] of Object.entries(harmless)) {
      it(`${name}: all is there, and nothing else is left`, async () => {
        await filled(['a', 'b']);
        await filled(['c']);
        await writeFile(join(folder, 'notes.txt'), 'do not lose me');
        await damage(folder);
        const store = storeWith();
        assert.deepEqual(
          (await store.open()).map(([key]) => key),
          ['a', 'b', 'c'],
        );
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? '', /was damaged \(.+\) and has been repaired\. Records saved: 3\.$/);
        assert.deepEqual(await readdir(dirname(folder)), ['store']);
        assert.equal(await readFile(join(folder, 'notes.txt'), 'utf8'), 'do not lose me');
        await store.write([put('d')]);
        await store.close();
        assert.equal((await storeWith().open()).length, 4, 'it works');
        assert.equal(warnings.length, 1);
      });
    }

    it('a log with a flipped bit loses the record that it is in, and that is told and kept', async () => {
      const store = storeWith();
      for (let index = 0; index < 50; index += 1) await store.write([put(`key ${index + 10}`)]);
      await store.close();
      const log = fileIn(folder, LOG);
      flip(log, readFileSync(log).indexOf('value of key 37'));
      const entries = await storeWith().open();
      assert.equal(entries.length, 49);
      assert(!entries.some(([key]) => key === 'key 37'));
      const [place = ''] = await setAsides(folder);
      assert.match(
        warnings[0] ?? '',
        /\.log is damaged\) and has been repaired\. Records saved: 49\. Bytes that could not be read: \d\d \(files: 1\)\. The damaged one is kept as .+\.$/,
      );
      assert(warnings[0]?.endsWith(`kept as ${place}.`));
      assert((await readdir(place)).includes(basename(log)));
    });

    it('a table with a flipped bit never gives a changed value', async () => {
      await filled(Array.from({ length: 300 }, (_, index) => `key ${index + 100}`));
      await filled([]);
      const table = fileIn(folder, TABLE);
      flip(table, readFileSync(table).indexOf('value of key 250'));
      const entries = await storeWith().open();
      for (const [key, value] of entries) assert.equal(value, `value of ${key}`);
      assert(entries.length > 150 && entries.length < 300, `${entries.length}`);
      assert.match(
        warnings[0] ?? '',
        new RegExp(`saved: ${entries.length}\\. Bytes that could not be read: \\d+ \\(files: 1\\)`),
      );
    });

    it('without its format, when that is what was lost', async () => {
      await filled(['a', 'b']);
      flip(fileIn(folder, LOG), 25);
      assert.deepEqual(
        (await storeWith().open()).map(([key]) => key),
        ['a', 'b'],
      );
      await stores.at(-1)?.close();
      assert.equal((await storeWith().open()).length, 2);
      assert.equal(warnings.length, 1);
    });

    it('whenever its process dies on the way, the next one finds everything', async () => {
      await filled(['a', 'b']);
      await unlink(join(folder, 'CURRENT'));
      const damaged = `${folder}.copy`;
      await cp(folder, damaged, { recursive: true });
      await mkdir(`${folder}.rebuilding`);
      await writeFile(join(`${folder}.rebuilding`, 'MANIFEST-000001'), 'half of it');
      assert.equal((await storeWith().open()).length, 2);
      await stores.at(-1)?.close();
      // Built, and the damaged one is still in its place.
      await cp(folder, `${folder}.rebuilt`, { recursive: true });
      await rm(folder, { recursive: true });
      await cp(damaged, folder, { recursive: true });
      assert.equal((await storeWith().open()).length, 2);
      await stores.at(-1)?.close();
      // Out of its place, and the new one not yet there.
      await rename(folder, `${folder}.rebuilt`);
      assert.equal((await storeWith().open()).length, 2);
    });

    it('and so it is when it is killed at any moment', async () => {
      const keys = Array.from({ length: 3_000 }, (_, index) => `key ${index}`);
      const store = storeWith();
      for (const key of keys) await store.write([put(key, key.repeat(200))], { flush: false });
      await store.close();
      await unlink(join(folder, 'CURRENT'));
      const damaged = `${folder}.copy`;
      await cp(folder, damaged, { recursive: true });
      const duration = await lifeOf(folder);
      for (let round = 1; round <= 8; round += 1) {
        for (const name of await readdir(dirname(folder))) {
          if (name !== basename(damaged)) await rm(join(dirname(folder), name), { recursive: true });
        }
        await cp(damaged, folder, { recursive: true });
        await lifeOf(folder, (duration * round) / 8);
        assert.equal((await storeWith().open()).length, keys.length, `round ${round}`);
        await stores.at(-1)?.close();
      }
    }).timeout(120_000);

    it('but not while another process has it open, whatever it looks like', async () => {
      const store = storeWith();
      await store.write([put('a')]);
      await writeFile(join(folder, 'CURRENT'), 'garbage');
      await assert.rejects(storeWith().open(), /is in use: another Node-RED/);
      assert.deepEqual(await readdir(dirname(folder)), ['store']);
      await store.write([put('b')]);
      await store.close();
      assert.equal((await storeWith().open()).length, 2);
    });

    it('and is as it was when there is no room for the repair', async () => {
      await filled(['a']);
      await unlink(join(folder, 'CURRENT'));
      const openDatabase = async (): Promise<never> => {
        throw diskFull();
      };
      await assert.rejects(storeWith({ openDatabase }).open(), (error) => {
        assert(error instanceof StoreError);
        assert.match(error.message, /No space left on device$/);
        return true;
      });
      assert.deepEqual(await readdir(dirname(folder)), ['store']);
      assert.equal((await storeWith().open()).length, 1);
    });
  });

  describe("what is somebody else's is left alone, where nobody has said that the folder is ours:", () => {
    const others: Record<string, () => Promise<void>> = {
      'a file': () => writeFile(folder, 'do not lose me'),
      'files, some of which are named as those of databases are': async () => {
        await mkdir(folder);
        await writeFile(join(folder, '20261126.log'), 'do not lose me');
        await writeFile(join(folder, 'CURRENT'), 'nor me');
      },
      'a database': async () => {
        const database = await openDatabase(folder);
        await database.write([put('!an'), put('other')], true);
        await database.close();
      },
      'a database that lacks nothing but its list of files': async () => {
        await others['a database']?.();
        await unlink(join(folder, 'CURRENT'));
      },
      'a store for something else': async () => {
        const store = storeWith({ format: 'other 1' });
        await store.write([put('a')]);
        await store.close();
      },
    };
    for (const [name, fill] of Object.entries(others)) {
      it(name, async () => {
        await fill();
        await assert.rejects(storeWith().open(), /^StoreError: The store in .+ cannot be used: .+/);
        await assert.rejects(storeWith().write([put('b')]), StoreError);
        assert.deepEqual(await readdir(dirname(folder)), ['store']);
        assert.deepEqual(warnings, []);
      });
    }
  });

  it('cannot be where nothing can be made, which is told at once', async () => {
    // Its answer to whoever makes a folder in it is that there is none.
    const nowhere = process.platform === 'linux' ? '/proc/store' : join(folder, '\0');
    for (const place of [nowhere, join(nowhere, 'a')]) {
      await assert.rejects(storeWith({ folder: place }).open(), StoreError);
    }
  });

  describe('what is beyond repair is set aside with a warning:', () => {
    const WARNING =
      /could not be read \(.+\)\. It was set aside as .+ \(bytes: \d+, files: \d+\)\. Records in the new one: 0\.$/;

    const damages: Record<string, () => Promise<void>> = {
      'another format': async () => {
        const other = storeWith({ format: 'test 2', folder });
        await rm(folder, { recursive: true });
        await other.write([put('a')]);
        await other.close();
      },
      'nothing that can be read': async () => {
        for (const name of await readdir(folder))
          await writeFile(join(folder, name), Buffer.alloc(500, 'no'));
      },
    };
    for (const [name, damage] of Object.entries(damages)) {
      it(name, async () => {
        await filled(['a', 'b']);
        await damage();
        const store = storeWith();
        assert.deepEqual(await store.open(), []);
        const [place = '', ...others] = await setAsides(folder);
        assert.deepEqual(others, []);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? '', WARNING);
        assert(warnings[0]?.includes(place));
        await store.write([put('c')]);
        await store.close();
        assert.equal((await storeWith().open()).length, 1, 'the new one works');
      });
    }

    it('a folder of foreign files', async () => {
      await mkdir(folder);
      await writeFile(join(folder, 'notes.txt'), 'do not lose me');
      assert.deepEqual(await storeWith({ isOurs: true }).open(), []);
      const [place = ''] = await setAsides(folder);
      assert.equal(await readFile(join(place, 'notes.txt'), 'utf8'), 'do not lose me');
      assert.match(warnings[0] ?? '', /it holds notes\.txt, but no database.+bytes: 14, files: 1/);
    });

    it('a file in the place of the folder', async () => {
      await writeFile(folder, 'a file');
      assert.deepEqual(await storeWith({ isOurs: true }).open(), []);
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

    it('and what its owner cannot read of it, with what it wants to keep in the new one', async () => {
      await filled(['a', 'b', 'c']);
      const store = storeWith();
      const [first, ...others] = await store.open();
      assert(first);
      await store.setAside('they are odd', others);
      await store.close();
      assert.deepEqual(
        (await storeWith().open()).map(([key]) => key),
        ['b', 'c'],
      );
      assert.match(warnings[0] ?? '', /\(they are odd\).+Records in the new one: 2\.$/);
      assert.equal((await setAsides(folder)).length, 1);
    });
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

/**
 * Opens a store in a process of its own. Resolves, when that has ended, with how many milliseconds opening took.
 *
 * @param ms after which it is killed.
 */
async function lifeOf(folder: string, ms?: number): Promise<number> {
  const script = join(ROOT, 'test/support/store/store-process.ts');
  const child = fork(script, [folder], { execArgv: [...TYPESCRIPT] });
  const ended = once(child, 'exit');
  await once(child, 'message');
  const began = performance.now();
  const timer = ms === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), ms);
  await ended;
  clearTimeout(timer);
  return performance.now() - began;
}
