/** The embedded server of this package, alone in its process, on any of its engines. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFINITION } from '../lib/messages.mjs';

const require = createRequire(import.meta.url);

const jail = { clientId: 'bench', clientSecret: 'bench' };

/**
 * @param engine `memory`, `disk` (in a folder of its own, which goes with the process), or `jetstream`
 * @param nats port of the NATS server of `jetstream`
 * @param folder for `disk`: one that is there already, and stays
 */
export async function start({ packageDir, engine = 'memory', nats, folder }) {
  const { Client, startServer } = require(join(packageDir, 'dist', 'src', 'index.js'));
  const server = await startServer({ jail, ...(await kept(engine, { packageDir, nats, folder })) });
  if (folder === undefined) {
    const client = new Client({ url: server.url, credentials: { type: 'basic', ...jail } });
    await client.define(DEFINITION);
    await client.close();
  }
  return {
    port: () => server.port,
    counts: () => ({ published: server.stats().published, sent: server.stats().delivered }),
    subscriptions: () => server.stats().subscriptions,
  };
}

async function kept(engine, { packageDir, nats, folder }) {
  if (engine === 'memory') return {};
  if (engine === 'disk') return { store: { folder: folder ?? (await ownFolder()) } };
  const built = join(packageDir, 'dist', 'src');
  const { createJetStreamEngine } = require(join(built, 'engine', 'jetstream', 'jetstream-engine.js'));
  const { limitsOf } = require(join(built, 'server', 'limits.js'));
  return { engine: await createJetStreamEngine({ servers: [`127.0.0.1:${nats}`], limits: limitsOf() }) };
}

async function ownFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'sea-bench-'));
  process.once('disconnect', () => rm(folder, { recursive: true, force: true }));
  return folder;
}
