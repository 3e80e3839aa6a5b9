/** The soak runs: nobody waits ten minutes for it with every change, and it had not begun since an argument of `define` was another. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { ROOT } from '../../support/root';

describe('npm run soak', function () {
  this.timeout(300_000);

  it('publishes through faults, lets all come to an end, and balances the books', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', join(ROOT, 'scripts/soak/soak.mjs')],
      { cwd: ROOT, env: { ...process.env, MINUTES: '0.02' } },
    );
    const [, accepted] = /sent \d+, accepted (\d+), .*, lost 0, .*, told wrongly 0, /.exec(stdout) ?? [];
    assert(Number(accepted) > 0, stdout);
  });
});
