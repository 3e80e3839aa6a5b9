/** `npm run dev`: what is changed in a source is, without a hand moved, in the editor that is open. */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openEditor } from '../../support/browser/browser';
import { NpmScript } from '../../support/package/npm-script';

const CATALOGUE = 'nodes/stream-sea-in/locales/en-US/stream-sea-in.json';
const SOURCE = 'nodes/stream-sea-in/stream-sea-in.ts';

describe('npm run dev', function () {
  this.timeout(300_000);

  let browser: Browser;
  let dev: NpmScript;
  let page: Page;

  before(async () => {
    // Not the example: a browser that draws its chart is slow at all else.
    [browser, dev] = await Promise.all([
      openBrowser(),
      NpmScript.start('dev', [{ id: 'flow', type: 'tab' }]),
    ]);
  });

  after(async () => {
    await browser?.close();
    await dev?.stop();
  });

  async function change(file: string, to: (text: string) => string): Promise<void> {
    const path = join(dev.folder, file);
    const text = await readFile(path, 'utf8');
    const other = to(text);
    assert.notEqual(other, text);
    await writeFile(path, other);
  }

  const palette = (label: string) =>
    page.locator('.red-ui-palette-node[data-palette-type="stream-sea-in"]', { hasText: label });

  it('shows in the open editor what has been changed', async () => {
    const [, address = ''] = await dev.prints(/running: +(http:\S+)/);
    ({ page } = await openEditor(browser, address));
    await palette('stream in').waitFor();
    await change(CATALOGUE, (text) => text.replace('"stream in"', '"tide in"'));
    await palette('tide in').waitFor({ timeout: 120_000 });
  });

  it('tells what does not build, and goes on when that is put right', async () => {
    const since = dev.printed.length;
    await change(SOURCE, (text) => `${text}\nconst wrong: number = 'text';\n`);
    await dev.prints(/stream-sea-in\.ts\(\d+,\d+\): error TS2322[\s\S]*Waiting for a change/, since);
    await page.reload();
    await palette('tide in').waitFor();
    await change(CATALOGUE, (text) => text.replace('"tide in"', '"ebb in"'));
    await change(SOURCE, (text) => text.replace(/\nconst wrong.*\n$/, ''));
    await palette('ebb in').waitFor({ timeout: 120_000 });
  });
});
