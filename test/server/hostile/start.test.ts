/** A folder that holds as much as it may: the server listens soon all the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Client } from '../../../src/client/client';
import { startServer } from '../../../src/server/server';
import { freshFolder } from '../../support/folders';
import { besiege, GAUGE } from '../../support/siege';

describe('a start', function () {
  this.timeout(120_000);

  it('with five thousand schemas is a matter of moments', async () => {
    const folder = freshFolder();
    const fields = Array.from({ length: 50 }, (_, n) => ({ name: `field ${n}`, type: 'float' as const }));
    const server = await startServer({ jail: { jailId: 'works', ...GAUGE }, store: { folder } });
    const client = new Client({ url: server.url, credentials: { type: 'basic', ...GAUGE } });
    await Promise.all(
      Array.from({ length: 5_000 }, (_, n) => client.define({ name: `stream ${n}`, version: 1, fields })),
    );
    await client.close();
    await server.close();
    const siege = await besiege({ store: { folder } });
    assert(siege.started < 5_000, `it took ${siege.started} ms`);
  });
});
