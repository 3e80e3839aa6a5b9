import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { readFirstClient } from '../../bin/first-client';
import { FileError } from '../../bin/settings/text-file';
import { freshFolder } from '../support/store/folders';

describe('the first client', () => {
  const read = (content: string) => {
    const folder = freshFolder();
    mkdirSync(folder);
    const secretFile = join(folder, 'secret');
    writeFileSync(secretFile, content);
    return readFirstClient({ clientId: 'a', secretFile });
  };

  it('is as it is given', async () => {
    const client = { clientId: 'a', clientSecret: ' b\n' };
    assert.deepEqual(await readFirstClient(client), client);
  });

  it('has its secret from a file, less the end of the line', async () => {
    for (const [content, clientSecret] of [
      ['secret', 'secret'],
      ['secret\n', 'secret'],
      ['secret\r\n', 'secret'],
      [' secret \n\n', ' secret \n'],
    ] as const) {
      assert.deepEqual(await read(content), { clientId: 'a', clientSecret });
    }
  });

  it('is refused without a secret in the file, or without the file', async () => {
    await assert.rejects(read('\n'), FileError);
    await assert.rejects(readFirstClient({ clientId: 'a', secretFile: '/nowhere' }), FileError);
  });
});
