/** A real Node-RED that can be killed and started again in the same user folder, as after a power cut. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { StartRequest } from '../support/node-red/node-red';
import { NODE_RED_DIR } from '../support/node-red/node-red-dir';

const ROOT = resolve(__dirname, '../..');

export class MortalNodeRed {
  readonly userDir: string;
  #child: ChildProcess | undefined;
  /** All that it has printed in this life. */
  #output = '';
  readonly #waiting = new Set<() => void>();

  private constructor(userDir: string) {
    this.userDir = userDir;
  }

  /** Lays out the user folder; starts nothing yet. */
  static async prepare(flows: readonly object[], credentials: object): Promise<MortalNodeRed> {
    const userDir = await mkdtemp(join(tmpdir(), 'stream-sea-mortal-'));
    await writeFile(join(userDir, 'flows.json'), JSON.stringify(flows));
    await writeFile(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
    await mkdir(join(userDir, 'node_modules', '@stream-sea'), { recursive: true });
    await symlink(ROOT, join(userDir, 'node_modules', '@stream-sea', 'node-red'), 'junction');
    return new MortalNodeRed(userDir);
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves once the flows run. */
  async start(environment: Readonly<Record<string, string>>): Promise<void> {
    this.#output = '';
    const child = fork(join(ROOT, 'test/support/node-red/node-red-process.cjs'), {
      cwd: ROOT,
      silent: true,
      env: { ...process.env, ...environment },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        for (const check of [...this.#waiting]) check();
      });
    }
    const request: StartRequest = { nodeRedDir: NODE_RED_DIR, userDir: this.userDir, settings: {} };
    child.send(request);
    const [port] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (typeof port !== 'number' || child.exitCode !== null) {
      throw new Error(`Node-RED did not start (${port}). It printed:\n${this.#output}`);
    }
  }

  /** Resolves once it has printed what matches, in this life. */
  prints(text: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!text.test(this.#output)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Ends it in the middle of whatever it does; or asks it to end, as a service manager does. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.userDir, { recursive: true, force: true });
  }
}
