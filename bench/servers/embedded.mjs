/** The embedded server of this package, alone in its process. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DEFINITION } from '../lib/messages.mjs';

const require = createRequire(import.meta.url);

export async function start({ packageDir }) {
  const { Client, startServer } = require(join(packageDir, 'dist', 'src', 'index.js'));
  const jail = { clientId: 'bench', clientSecret: 'bench' };
  const server = await startServer({ jail });
  const client = new Client({ url: server.url, credentials: { type: 'basic', ...jail } });
  await client.define(DEFINITION);
  await client.close();
  return {
    port: () => server.port,
    counts: () => ({ published: server.stats().published, sent: server.stats().delivered }),
    subscriptions: () => server.stats().subscriptions,
  };
}
