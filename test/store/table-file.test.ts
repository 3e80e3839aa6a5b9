import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openDatabase } from '../../src/store/database';
import { readTable } from '../../src/store/table-file';
import { fileIn, TABLE } from '../support/store/damage';
import { freshFolder } from '../support/store/folders';

describe('store/table-file', () => {
  const COUNT = 200;
  const KEYS = Array.from({ length: COUNT }, (_, index) => `key ${String(index).padStart(4, '0')}`);
  const textOf = (key: string): string => `${key}:${'x'.repeat(100)}`;
  let table: Buffer;
  /** Where the entries end, and the filter, the other blocks and the footer begin. */
  let dataEnd: number;

  before(async () => {
    const folder = freshFolder();
    const database = await openDatabase(folder);
    await database.write(
      KEYS.map((key) => ({ type: 'put', key, value: textOf(key) })),
      true,
    );
    await database.write([{ type: 'del', key: 'gone' }], true);
    await database.close();
    // Opening writes what the log holds into a table.
    await (await openDatabase(folder)).close();
    table = readFileSync(fileIn(folder, TABLE));
    dataEnd = table.lastIndexOf('xxxxxxxx') + 8;
  });

  function read(file: Buffer, size: number | null = table.length) {
    const found = new Map<string, string | undefined>();
    const examined = readTable(file, size ?? undefined, ({ key, value }) => {
      if (value !== undefined) assert.equal(value.toString(), textOf(key.toString()), 'nothing false');
      found.set(key.toString(), value?.toString());
    });
    assert.deepEqual(readTable(file, size ?? undefined), examined, 'nor when nobody wants the entries');
    return { ...examined, found };
  }

  it('gives all entries of a whole one, deletions too', () => {
    const { isWhole, lost, found } = read(table);
    assert(isWhole);
    assert.equal(lost, 0);
    assert.deepEqual([...found.keys()], ['gone', ...KEYS]);
    assert.equal(found.get('gone'), undefined);
    assert(found.has('gone'));
  });

  it('finds each wrong byte; one among the entries costs its block, and the others come out', () => {
    for (let at = 0; at < dataEnd; at += 41) {
      const file = Buffer.from(table);
      file[at] = (file[at] ?? 0) ^ 0x11;
      const { isWhole, lost, found } = read(file);
      assert(!isWhole, `byte ${at}`);
      assert(lost > 0 && lost < 5_000, `byte ${at}: ${lost} bytes`);
      assert(found.size >= COUNT - 60 && found.size < COUNT, `byte ${at}: ${found.size}`);
    }
  });

  it('and one behind them costs nothing', () => {
    let unseen = 0;
    for (let at = dataEnd + 80; at < table.length; at += 1) {
      const file = Buffer.from(table);
      file[at] = (file[at] ?? 0) ^ 0x11;
      const { isWhole, lost, found } = read(file);
      assert.equal(found.size, COUNT + 1, `byte ${at}`);
      assert.equal(lost, 0, `byte ${at}`);
      if (isWhole) unseen += 1;
    }
    // The padding of the footer, which says nothing.
    assert(unseen <= 32, `${unseen} bytes`);
  });

  it('gives what is left of one that was cut, and counts what is not', () => {
    const { isWhole, lost, found } = read(table.subarray(0, 10_000));
    assert(!isWhole);
    assert(found.size > 40 && found.size < 100, `${found.size}`);
    assert(lost >= table.length - 10_000 && lost < table.length - 5_000, `${lost}`);
    // When nobody knows how long it was.
    assert(read(table.subarray(0, 10_000), null).lost < 5_000);
  });

  it('gives what it can when all that leads to it is gone', () => {
    const { isWhole, lost, found } = read(table.subarray(0, dataEnd + 200));
    assert(!isWhole);
    assert(found.size >= COUNT);
    assert(lost < 6_000);
  });

  it('gives nothing of garbage or zeros, and counts them', () => {
    for (const garbage of [Buffer.alloc(9_000), Buffer.from('no table. '.repeat(900))]) {
      const { isWhole, lost, found } = read(garbage, null);
      assert(!isWhole);
      assert.equal(found.size, 0);
      assert.equal(lost, 9_000);
    }
  });

  it('and does not read it to its end from each of its bytes, as the filter of a table of large entries', () => {
    // One place for each 2 KB of an entry, all the same: from some of its bytes it looks like entries.
    const filter = Buffer.alloc(400_000, Buffer.from([9, 0, 0, 0]));
    assert.deepEqual([read(filter, null).lost, read(filter, null).found.size], [filter.length, 0]);
  });
});
