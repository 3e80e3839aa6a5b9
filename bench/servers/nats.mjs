/** A nats-server with JetStream, in a folder of its own, which goes with the process. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../lib/measure.mjs';

export async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'sea-bench-nats-'));
  const port = await freePort();
  const [config, log] = [join(folder, 'nats.conf'), join(folder, 'log')];
  await writeFile(
    config,
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${join(folder, 'store')}" }\n`,
  );
  const child = spawn('nats-server', ['-c', config, '-l', log], { stdio: 'ignore' });
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  child.once('error', (error) => {
    throw new Error('nats-server is missing: install the package of that name.', { cause: error });
  });
  await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('Server is ready'), 'nats-server');
  return { port: () => port };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
