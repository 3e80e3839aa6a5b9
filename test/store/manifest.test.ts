import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { openDatabase } from '../../src/store/database';
import { parseManifest } from '../../src/store/manifest';
import { fileIn, LOG, MANIFEST, TABLE } from '../support/store/damage';
import { freshFolder } from '../support/store/folders';

describe('store/manifest', () => {
  let manifest: Buffer;
  let log: number;
  let table: number;
  let size: number;

  before(async () => {
    const folder = freshFolder();
    for (const key of ['a', 'b']) {
      const database = await openDatabase(folder);
      await database.write([{ type: 'put', key, value: 'value' }], true);
      await database.close();
    }
    manifest = readFileSync(fileIn(folder, MANIFEST));
    log = Number.parseInt(basename(fileIn(folder, LOG)), 10);
    table = Number.parseInt(basename(fileIn(folder, TABLE)), 10);
    size = readFileSync(fileIn(folder, TABLE)).length;
  });

  it('names the log, the tables with their sizes, and the number of the next file', () => {
    const live = parseManifest(manifest);
    assert.equal(live?.log, log);
    assert.deepEqual([...(live?.tables ?? [])], [[table, size]]);
    assert((live?.nextFile ?? 0) > Math.max(log, table));
  });

  it('is nothing when a byte of it is wrong, or all of it is gone', () => {
    for (let at = 0; at < manifest.length; at += 1) {
      const file = Buffer.from(manifest);
      file[at] = (file[at] ?? 0) ^ 0x11;
      assert.equal(parseManifest(file), undefined, `byte ${at}`);
    }
    for (const file of [Buffer.alloc(0), Buffer.alloc(500), Buffer.from('garbage'.repeat(50))]) {
      assert.equal(parseManifest(file), undefined);
    }
  });
});
