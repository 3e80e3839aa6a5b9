/**
 * `npm run dev`: the Node-RED of `npm start`, built and started again whenever a source has changed; open editors load
 * themselves anew. What does not build is told, and the Node-RED that runs goes on. PORT and FOLDER as for `npm start`.
 *
 * As there, `exec` in package.json puts this process in the place of npm's shell.
 */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

const HOST = '127.0.0.1';
const DEFAULT_PORT = 1880;
const SOURCES = ['src', 'nodes', 'bin', 'icons', 'scripts'];
/** Editors save in several steps, and Git changes many files at a time. */
const QUIET_AFTER = 150;

const root = resolve(import.meta.dirname, '../..');

class NodeRed {
  #port;
  #child;

  constructor(port) {
    this.#port = port;
  }

  /** Instead of the one that runs. */
  async restart() {
    await this.stop();
    const env = { ...process.env, PORT: String(this.#port), DEV_BUILD: randomUUID() };
    this.#child = spawn(process.execPath, [join(import.meta.dirname, 'demo.mjs')], { stdio: 'inherit', env });
  }

  async stop() {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

let changed = true;
let working = false;
let timer;
let stopping = false;

/** Once for all changes until now; those that come meanwhile have it done once more. */
async function work(nodeRed) {
  if (working) return;
  working = true;
  while (changed && !stopping) {
    changed = false;
    const start = performance.now();
    console.log('Building ...');
    if (!(await isBuilt())) {
      console.log('Waiting for a change ...');
      continue;
    }
    console.log(`Built in ${Math.round(performance.now() - start)} ms.`);
    if (!changed && !stopping) await nodeRed.restart();
  }
  working = false;
}

/** In a process of its own, so that a change of the build is a change, too. */
async function isBuilt() {
  const child = spawn(process.execPath, [join(root, 'scripts', 'build.mjs'), '--quick'], { stdio: 'pipe' });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  }
  const [code] = await once(child, 'close');
  if (code !== 0) console.error(printed.trim());
  return code === 0;
}

/** One for all builds: a page that is open has to find the next one at the same address. */
async function portFor(wanted) {
  const holder = createServer().listen({ host: HOST, port: Number(wanted || DEFAULT_PORT) });
  await once(holder, 'listening');
  const { port } = holder.address();
  holder.close();
  await once(holder, 'close');
  return port;
}

async function main() {
  const nodeRed = new NodeRed(await portFor(process.env.PORT));
  for (const folder of SOURCES) {
    watch(join(root, folder), { recursive: true }, () => {
      changed = true;
      clearTimeout(timer);
      timer = setTimeout(work, QUIET_AFTER, nodeRed);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      stopping = true;
      await nodeRed.stop();
      process.exit(0);
    });
  }
  await work(nodeRed);
}

main().catch((error) => {
  console.error(`npm run dev failed: ${error.message}`);
  process.exit(1);
});
