/** `npm run dev`: what is changed in a source is, without a hand moved, in the editor that is open. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import manifest from '../../package.json';
import { openBrowser, openEditor } from '../support/browser';
import { type Checkout, copyCheckout } from '../support/checkout';

const CATALOGUE = 'nodes/stream-sea-in/locales/en-US/stream-sea-in.json';
const SOURCE = 'nodes/stream-sea-in/stream-sea-in.ts';

describe('npm run dev', function () {
  this.timeout(300_000);

  let browser: Browser;
  let checkout: Checkout;
  let child: ChildProcess;
  let page: Page;
  let printed = '';

  before(async () => {
    checkout = await copyCheckout();
    browser = await openBrowser();
    // The command itself, without npm around it: `exec` makes this process the one that is stopped.
    child = spawn(manifest.scripts.dev, {
      cwd: checkout.folder,
      shell: true,
      env: { ...process.env, PORT: '0' },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
  });

  after(async () => {
    await browser?.close();
    const ended = child?.exitCode === null ? once(child, 'exit') : undefined;
    child?.kill();
    await ended;
    await checkout?.remove();
  });

  /** Resolves with what of the text was printed since. */
  function prints(text: RegExp, since = 0): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = text.exec(printed.slice(since));
        if (found) resolve(found);
      };
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      child.once('exit', () => reject(new Error(`It ended. It printed:\n${printed}`)));
      look();
    });
  }

  async function change(file: string, to: (text: string) => string): Promise<void> {
    const path = join(checkout.folder, file);
    const text = await readFile(path, 'utf8');
    const other = to(text);
    assert.notEqual(other, text);
    await writeFile(path, other);
  }

  const palette = (label: string) =>
    page.locator('.red-ui-palette-node[data-palette-type="stream-sea-in"]', { hasText: label });

  it('shows in the open editor what has been changed', async () => {
    const [, address = ''] = await prints(/running: +(http:\S+)/);
    ({ page } = await openEditor(browser, address));
    await palette('stream in').waitFor();
    await change(CATALOGUE, (text) => text.replace('"stream in"', '"tide in"'));
    await palette('tide in').waitFor({ timeout: 120_000 });
  });

  it('tells what does not build, and goes on when that is put right', async () => {
    const since = printed.length;
    await change(SOURCE, (text) => `${text}\nconst wrong: number = 'text';\n`);
    await prints(/stream-sea-in\.ts\(\d+,\d+\): error TS2322[\s\S]*Waiting for a change/, since);
    await page.reload();
    await palette('tide in').waitFor();
    await change(CATALOGUE, (text) => text.replace('"tide in"', '"ebb in"'));
    await change(SOURCE, (text) => text.replace(/\nconst wrong.*\n$/, ''));
    await palette('ebb in').waitFor({ timeout: 120_000 });
  });
});
