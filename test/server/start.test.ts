import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { SettingError } from '../../src/errors';
import { startServer } from '../../src/server/start';
import { TYPESCRIPT } from '../support/typescript';

describe('the start of a server', () => {
  it('is that of a server', async () => {
    const server = await startServer({ jail: { clientId: 'a', clientSecret: 'a-secret' } });
    assert.equal(server.credentials.clientId, 'a');
    await server.close();
    await assert.rejects(startServer({ port: -1 }), SettingError);
  });

  it('is what loads it, and nothing before', () => {
    const root = join(__dirname, '../..');
    const loaded = `Object.keys(require.cache).filter((file) => /server.server\\.ts$/.test(file)).length`;
    const program = `
      const { startServer } = require('./src/index.ts');
      const before = ${loaded};
      startServer().then((server) => { console.log(before, ${loaded}); return server.close(); });
    `;
    const args = [...TYPESCRIPT, '--input-type=commonjs', '-e', program];
    assert.equal(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim(), '0 1');
  });
});
