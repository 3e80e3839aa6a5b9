/** Writes a folder of definitions, for servers that begin with them. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DEFINITION } from '../lib/messages.mjs';

const require = createRequire(import.meta.url);

export async function start({ packageDir, folder, schemas }) {
  const { Client, startServer } = require(join(packageDir, 'dist', 'src', 'index.js'));
  const jail = { clientId: 'bench', clientSecret: 'bench' };
  const server = await startServer({ jail, store: { folder } });
  const client = new Client({ url: server.url, credentials: { type: 'basic', ...jail } });
  const names = Array.from({ length: schemas }, (_, index) => `stream-${index}`);
  for (let at = 0; at < names.length; at += 100) {
    await Promise.all(names.slice(at, at + 100).map((name) => client.define({ ...DEFINITION, name })));
  }
  await client.close();
  await server.close();
  return {};
}
