/** The table of what the tests have run names the lines that they have not. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { ROOT } from '../support/root';
import { TYPESCRIPT } from '../support/typescript';

interface Coverage {
  coverageTable(root: string, folder: string, file: string): Promise<string>;
  ranges(numbers: readonly number[]): string[];
}

const SOURCE = `export function tide(high: boolean): string {
  if (!high) {
    const low = 'low';
    return low;
  }
  return 'high';
}

tide(true);
`;

describe('the coverage', function () {
  this.timeout(120_000);

  let root: string;
  let scripts: Coverage;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'stream-sea-coverage-'));
    scripts = await import(pathToFileURL(join(ROOT, 'scripts/coverage.mjs')).href);
  });

  after(() => rmSync(root, { recursive: true, force: true }));

  it('is of the lines as they are written, by file, and in a table of all files', async () => {
    const source = join(root, 'src/sea/tide.ts');
    mkdirSync(join(root, 'src/sea'), { recursive: true });
    writeFileSync(source, SOURCE);
    const folder = join(root, 'raw');
    const { stderr } = spawnSync(process.execPath, [...TYPESCRIPT, source], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, NODE_V8_COVERAGE: folder },
    });
    assert.equal(stderr, '');
    const table = await scripts.coverageTable(root, folder, join(root, 'all/coverage.txt'));
    assert.match(table, /^Of the lines of 1 files, 66\.6 % were run:\n {2}src\/sea +66\.6 %\n/);
    assert.match(table, /\n {2}src\/sea\/tide\.ts +66\.6 % {2}lines 3-5$/);
    assert.match(readFileSync(join(root, 'all/coverage.txt'), 'utf8'), /tide\.ts +66\.6 % {2}lines 3-5\n$/);
  });

  it('names lines that follow each other as one range', () => {
    assert.deepEqual(scripts.ranges([3, 4, 5, 9, 11, 12]), ['3-5', '9', '11-12']);
    assert.deepEqual(scripts.ranges([]), []);
  });
});
