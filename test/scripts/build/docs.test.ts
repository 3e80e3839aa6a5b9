/** The reference is whole: whatever a program can import has a doc comment, and so has all that its signatures name. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../support/root';
import { freshFolder } from '../../support/store/folders';

describe('the reference', function () {
  this.timeout(120_000);

  it('can be made, and has nothing without a word, no type that is not exported, no link to nowhere', async () => {
    const folder = freshFolder();
    const script = join(ROOT, 'scripts/build/docs.mjs');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, folder]);
    assert.deepEqual([stdout, stderr], ['', '']);
    assert(existsSync(join(folder, 'classes/Client.html')));
  });
});
