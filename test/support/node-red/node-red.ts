/**
 * A real Node-RED with this package installed, in a process of its own, on 127.0.0.1, with a user folder that is
 * removed afterwards. It ends when closed, and also when this process ends in any way.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../root';
import { NODE_RED_DIR } from './node-red-dir';

const START_DEADLINE = 110_000;
const STOP_DEADLINE = 20_000;

export interface NodeRedOptions {
  flows?: readonly object[];
  /** By node id, as the editor would send them. */
  credentials?: Readonly<Record<string, object>>;
  /** Another package that is installed there, by its name in this repository's node_modules. */
  besides?: string;
  /** The folder of the built package; this repository by default. */
  packageDir?: string;
  /** The folder of the Node-RED to run; that of this test run by default. */
  nodeRedDir?: string;
  /** The Node.js to run it with; this process's own by default. */
  nodePath?: string;
  /** Added to settings.js; JSON only. */
  settings?: Readonly<Record<string, unknown>>;
}

export interface NodeRed {
  /** Of the editor, with a slash at the end. */
  readonly url: string;
  readonly userDir: string;
  /** All that Node-RED has printed. */
  log(): string;
  /** Resolves once what it has printed matches. */
  prints(text: RegExp): Promise<void>;
  /** Bytes of its heap that are in use once the garbage is collected. */
  heapUsed(): Promise<number>;
  close(): Promise<void>;
}

/** What the child is asked to start. */
export interface StartRequest {
  nodeRedDir: string;
  userDir: string;
  settings: Readonly<Record<string, unknown>>;
}

export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRed> {
  const userDir = await mkdtemp(join(tmpdir(), 'stream-sea-node-red-'));
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(options.flows ?? []));
  await writeFile(join(userDir, 'flows_cred.json'), JSON.stringify(options.credentials ?? {}));
  const install = async (name: string, folder: string) => {
    const link = join(userDir, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(folder, link, 'junction');
  };
  const { besides } = options;
  await install('@stream-sea/node-red', options.packageDir ?? ROOT);
  if (besides !== undefined) await install(besides, join(ROOT, 'node_modules', besides));

  const child = fork(join(__dirname, 'node-red-process.cjs'), {
    cwd: ROOT,
    execPath: options.nodePath ?? process.execPath,
    execArgv: ['--expose-gc'],
    silent: true,
  });
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const check of [...waiting]) check();
    });
  }
  const close = async () => {
    await stop(child);
    await rm(userDir, { recursive: true, force: true });
  };
  const prints = (text: RegExp) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!text.test(output)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  const heapUsed = async () => {
    child.send('heap');
    const [bytes] = await once(child, 'message');
    return bytes;
  };
  const request: StartRequest = {
    nodeRedDir: options.nodeRedDir ?? NODE_RED_DIR,
    userDir,
    settings: { ...(besides !== undefined && { nodesExcludes: [] }), ...options.settings },
  };
  try {
    const port = await start(child, request);
    return { url: `http://127.0.0.1:${port}/`, userDir, log: () => output, prints, heapUsed, close };
  } catch (cause) {
    await close();
    throw new Error(`Node-RED did not start. It printed:\n${output}`, { cause });
  }
}

/** Resolves with the port once the flows run. */
function start(child: ChildProcess, request: StartRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in ${START_DEADLINE} ms`)), START_DEADLINE);
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      child.removeAllListeners();
      outcome();
    };
    child.once('message', (message: unknown) => {
      settle(typeof message === 'number' ? () => resolve(message) : () => reject(new Error(String(message))));
    });
    child.once('exit', (code) => settle(() => reject(new Error(`the process ended with ${code}`))));
    child.once('error', (error) => settle(() => reject(error)));
    child.send(request);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    if (child.connected) child.disconnect();
  });
}
