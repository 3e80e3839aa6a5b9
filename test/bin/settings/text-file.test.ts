import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { FileError, readText } from '../../../bin/settings/text-file';
import { freshFolder } from '../../support/store/folders';

describe('a file that a setting names', () => {
  it('is read as it is, or it is said what is wrong with it', async () => {
    const folder = freshFolder();
    mkdirSync(folder);
    const file = join(folder, 'a');
    const refused = (message: RegExp) => (error: unknown) =>
      error instanceof FileError && message.test(error.message);
    await assert.rejects(readText(file, 'secret'), refused(/a cannot be read: ENOENT/));
    writeFileSync(file, ' \n');
    await assert.rejects(readText(file, 'secret'), refused(/a holds no secret$/));
    writeFileSync(file, ' ä\n');
    assert.equal(await readText(file, 'secret'), ' ä\n');
    await assert.rejects(readText(folder, 'secret'), refused(/cannot be read: EISDIR/));
  });
});
