/** `npm start` or `npm run dev` in a copy of this repository: the command itself, without npm around it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../../package.json';
import { type Checkout, copyCheckout } from './checkout';

export class NpmScript {
  /** Of the copy. */
  readonly folder: string;
  readonly #checkout: Checkout;
  readonly #child: ChildProcess;
  #printed = '';

  private constructor(checkout: Checkout, child: ChildProcess) {
    this.folder = checkout.folder;
    this.#checkout = checkout;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed += text;
      });
    }
  }

  /** @param flows instead of those that it begins with. */
  static async start(name: 'start' | 'dev', flows?: readonly object[]): Promise<NpmScript> {
    // It builds: that would pull the build from under the other tests.
    const checkout = await copyCheckout();
    if (flows !== undefined) {
      await mkdir(join(checkout.folder, '.demo'));
      await writeFile(join(checkout.folder, '.demo', 'flows.json'), JSON.stringify(flows));
    }
    // `exec` makes this process the one that is stopped.
    const child = spawn(manifest.scripts[name], {
      cwd: checkout.folder,
      shell: true,
      env: { ...process.env, PORT: '0' },
    });
    return new NpmScript(checkout, child);
  }

  get printed(): string {
    return this.#printed;
  }

  /** Resolves with what of the text was printed since; rejects when it ends before. */
  prints(text: RegExp, since = 0): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = text.exec(this.#printed.slice(since));
        if (found) resolve(found);
      };
      this.#child.stdout?.on('data', look);
      this.#child.stderr?.on('data', look);
      this.#child.once('exit', () => reject(new Error(`It ended. It printed:\n${this.#printed}`)));
      look();
    });
  }

  async stop(): Promise<void> {
    const ended = this.#child.exitCode === null ? once(this.#child, 'exit') : undefined;
    this.#child.kill();
    await ended;
    await this.#checkout.remove();
  }
}
