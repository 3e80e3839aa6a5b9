import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { openDatabase } from '../../src/store/database';
import { readLog, readWrites } from '../../src/store/log-file';
import { fileIn, LOG } from '../support/store/damage';
import { freshFolder } from '../support/store/folders';

describe('store/log-file', () => {
  interface Write {
    readonly keys: readonly string[];
    readonly from: number;
    readonly to: number;
  }

  /** A log as LevelDB writes it: each write is of some keys, and of some bytes each. */
  async function logOf(...writes: (readonly [keys: readonly string[], bytes: number])[]): Promise<{
    file: Buffer;
    writes: Write[];
  }> {
    const folder = freshFolder();
    const database = await openDatabase(folder);
    const log = fileIn(folder, LOG);
    const done: Write[] = [];
    for (const [keys, bytes] of writes) {
      const from = statSync(log).size;
      await database.write(
        keys.map((key) =>
          bytes < 0 ? { type: 'del', key } : { type: 'put', key, value: `${key}:${'x'.repeat(bytes)}` },
        ),
        true,
      );
      done.push({ keys, from, to: statSync(log).size });
    }
    await database.close();
    return { file: readFileSync(log), writes: done };
  }

  function read(file: Buffer): { keys: string[]; lost: number } {
    const keys: string[] = [];
    let inRecords = 0;
    const outside = readLog(file, (record) => {
      inRecords += readWrites(record, ({ key, value }) => {
        assert.match(value?.toString() ?? `${key}:`, new RegExp(`^${key}:x*$`), 'nothing false comes out');
        keys.push(key.toString());
      });
    });
    return { keys, lost: outside + inRecords };
  }

  const LARGE = 100_000;

  it('gives all that LevelDB has written, in its order, over several blocks, with growing numbers', async () => {
    const { file } = await logOf([['a'], 10], [['b', 'c'], LARGE], [['a'], -1], [['d'], 0]);
    const found: [string, number, boolean][] = [];
    const lost = readLog(file, (record) => {
      const rest = readWrites(record, ({ key, value, number }) =>
        found.push([key.toString(), number, value === undefined]),
      );
      assert.equal(rest, 0);
    });
    assert.equal(lost, 0);
    assert.deepEqual(found, [
      ['a', 1, false],
      ['b', 2, false],
      ['c', 3, false],
      ['a', 4, true],
      ['d', 5, false],
    ]);
  });

  it('loses only the write that a wrong byte is in, whichever byte that is', async () => {
    const { file, writes } = await logOf([['a'], 20], [['b'], 20], [['c'], 20]);
    for (const { keys, from, to } of writes) {
      for (let at = from; at < to; at += 1) {
        const damaged = Buffer.from(file);
        damaged[at] = (damaged[at] ?? 0) ^ 0x11;
        const { keys: found, lost } = read(damaged);
        assert.deepEqual(
          found,
          ['a', 'b', 'c'].filter((key) => !keys.includes(key)),
          `byte ${at}`,
        );
        assert.equal(lost, to - from);
      }
    }
  });

  it('of a write over several blocks, gives what lies outside of the damaged one', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `key${index}`);
    const { file } = await logOf([['before'], 1], [keys, 1_000], [['after'], 1]);
    file.fill('y', file.indexOf('key70:') + 50, file.indexOf('key70:') + 150);
    const { keys: found, lost } = read(file);
    assert.equal(found.at(0), 'before');
    assert.equal(found.at(-1), 'after');
    assert(found.length > 165 && found.length < 202, `${found.length} of 202`);
    assert(lost > 30_000 && lost < 36_000, `${lost} bytes`);
  });

  it('and when a length in it is wrong, what lies before', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `key${index}`);
    const { file } = await logOf([keys, 1_000], [['after'], 1]);
    const at = file.indexOf('key75:');
    // The length of the value stands before it, in two bytes.
    file[at - 2] = (file[at - 2] ?? 0) ^ 0x55;
    const { keys: found } = read(file);
    assert(found.length > 40 && found.length < 75, `${found.length} of 201`);
    assert.equal(found.at(-1), 'after');
  });

  it('takes an end that was left unfinished for no damage: cut anywhere, or zeros', async () => {
    const { file, writes } = await logOf([['a'], 20], [['b'], LARGE]);
    const [, last] = writes;
    assert(last);
    for (let length = last.from; length < last.to; length += 97) {
      assert.deepEqual(read(file.subarray(0, length)), { keys: ['a'], lost: 0 }, `cut at ${length}`);
    }
    const zeros = Buffer.from(file);
    zeros.fill(0, last.from);
    assert.deepEqual(read(zeros), { keys: ['a'], lost: 0 });
  });

  it('but zeros in the middle are damage', async () => {
    const { file, writes } = await logOf([['a'], 20], [['b'], 20], [['c'], 20]);
    file.fill(0, writes[1]?.from, writes[1]?.to);
    assert.deepEqual(read(file).keys, ['a', 'c']);
    assert(read(file).lost > 0);
  });

  it('gives nothing of garbage, and counts it', () => {
    const garbage = Buffer.from('not a log at all. '.repeat(5_000));
    assert.deepEqual(read(garbage), { keys: [], lost: garbage.length });
  });
});
