import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { ROOT } from '../support/root';
import { TYPESCRIPT } from '../support/typescript';

describe('client/hub', () => {
  it('is loaded with the first client, and with it most of this package, nothing before', () => {
    const loaded = `Object.keys(require.cache).filter((file) => /client.hub\\.ts$/.test(file)).length`;
    const program = `
      const { Client } = require('./src/index.ts');
      const before = ${loaded};
      const credentials = { type: 'basic', clientId: 'gauge', clientSecret: 'gauge-secret' };
      const client = new Client({ url: 'http://127.0.0.1:1', credentials });
      console.log(before, ${loaded});
      void client.close();
    `;
    const args = [...TYPESCRIPT, '--input-type=commonjs', '-e', program];
    assert.equal(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }).trim(), '0 1');
  });
});
