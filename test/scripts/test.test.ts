/** What `npm test` says at its end, where a test fails and where none does. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ROOT } from '../support/root';
import { freshFolder } from '../support/store/folders';

describe('npm test', function () {
  this.timeout(120_000);

  function run(file: string, text: string) {
    const folder = freshFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, file), text);
    return spawnSync(process.execPath, ['scripts/test.mjs', '--fast', '--', join(folder, file)], {
      cwd: ROOT,
      encoding: 'utf8',
    });
  }

  it('ends with a line of how many tests have passed and failed, and with 1 when one has failed', () => {
    const { status, stdout } = run(
      'a.test.cjs',
      "it('holds', () => {});\nit('fails', () => { throw Error('no'); });",
    );
    assert.match(stdout, /\n1 passed, 1 failed\n$/);
    assert.equal(status, 1);
  });

  it('ends with 0 when none has, and fails for a test that is skipped', () => {
    const fine = run('a.test.cjs', "it('holds', () => {});\n");
    assert.match(fine.stdout, /\n1 passed, 0 failed\n$/);
    assert.equal(fine.status, 0);
    const skipped = run('a.test.cjs', "it('holds', () => {});\nit.skip('is skipped', () => {});");
    assert.equal(skipped.status, 1);
  });
});
