/** What a reader goes on paying for others. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../support/root';
import { TYPESCRIPT } from '../../support/typescript';

describe('a thousand readers that have read nothing, and were cut off', () => {
  it('cost another one nothing any more: what it has had is garbage at once', async () => {
    const script = resolve(ROOT, 'test/support/store/crowd-process.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [...TYPESCRIPT, script]);
    // Of a message of 96 letters. 67 to 152 were copied out of the young generation, and stayed until all garbage is collected.
    assert.ok(Number(stdout) < 40, `${stdout} bytes of a message`);
  });
});
