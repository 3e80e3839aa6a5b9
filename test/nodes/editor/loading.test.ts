/** What the editor loads of this package, when, and what becomes of it when that cannot be had. */

import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openDialog, openEditor } from '../../support/browser/browser';
import { runNodeRed } from '../../support/node-red/node-red-program';

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server', where: 'remote', host: 'localhost', port: '1', autoConnect: false },
  { id: 'define', type: 'stream-sea-define', z: 'flow', server: 'sea', x: 200, y: 80, wires: [[]] },
];

const NAME = '@stream-sea/node-red';
const TYPES = ['admin', 'define', 'describe', 'in', 'out', 'versions'].map((name) => `stream-sea-${name}`);

describe('what the editor loads', function () {
  this.timeout(240_000);

  let browser: Browser;
  let url: string;

  before(async () => {
    browser = await openBrowser();
    const editorTheme = { tours: false, palette: { catalogues: [] } };
    const program = await runNodeRed(FLOW, {}, { httpAdminRoot: '/admin', editorTheme });
    url = `${program.url}/admin/`;
  });

  after(() => browser?.close());

  /** An editor in which some of our resources cannot be had, and the names of those that were asked for. */
  async function open(missing: RegExp = /^$/) {
    const asked: string[] = [];
    const newContext = browser.newContext.bind(browser);
    const context: typeof browser.newContext = async (options) => {
      const made = await newContext(options);
      await made.route(`**/resources/${NAME}/**`, (route) => {
        const { pathname } = new URL(route.request().url());
        asked.push(pathname.replace(`/admin/resources/${NAME}/`, ''));
        return missing.test(pathname) ? route.abort() : route.continue();
      });
      return made;
    };
    const editor = await openEditor(Object.assign(Object.create(browser), { newContext: context }), url);
    return { ...editor, asked };
  }

  const palette = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-palette-type^="stream-sea-"]')]
        .map((each) => each.dataset.paletteType)
        .sort(),
    );

  it('is one script and one style sheet, and with a dialog what that needs', async () => {
    const { page, asked, errors } = await open();
    assert.deepEqual(await palette(page), TYPES);
    assert.deepEqual(asked.toSorted(), ['editor.css', 'editor.js']);
    await openDialog(page, 'define');
    assert.deepEqual(asked.toSorted(), ['editor.css', 'editor.js', 'schema-dialog.js']);
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('comes with any of the nodes, whichever are disabled', async () => {
    const enable = async (type: string, enabled: boolean) => {
      const answer = await fetch(`${url}nodes/${NAME}/${type}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ enabled }),
      });
      assert.equal(answer.status, 200);
    };
    const disabled = ['stream-sea-in', 'stream-sea-out', 'stream-sea-admin', 'stream-sea-describe'];
    for (const type of disabled) await enable(type, false);
    const { page, errors } = await open();
    assert.deepEqual(
      await palette(page),
      TYPES.filter((type) => !disabled.includes(type)),
    );
    assert.deepEqual(errors, []);
    for (const type of disabled) await enable(type, true);
    // Whoever has the editor open gets their pages now.
    await page.waitForFunction(
      (count) => document.querySelectorAll('[data-palette-type^="stream-sea-"]').length === count,
      TYPES.length,
    );
    assert.deepEqual(await palette(page), TYPES);
    await page.context().close();
  });

  it('is missed once, when it cannot be had, and the editor opens all the same', async () => {
    const { page } = await open(/editor\.js$/);
    const notice = page.locator('.red-ui-notification', {
      hasText: 'resources/@stream-sea/node-red/editor.js',
    });
    assert.equal(await notice.count(), 1);
    assert.deepEqual(await palette(page), []);
    // Its nodes are there still, of a type that is unknown, and deployed as they are.
    assert.equal(await page.evaluate(() => Reflect.get(window, 'RED').nodes.node('define').type), 'unknown');
    await page.context().close();
  });

  it('is missed as a part, which is asked for again the next time', async () => {
    const { page, asked } = await open(/schema-dialog\.js$/);
    const notice = page.locator('.red-ui-notification', { hasText: 'schema-dialog.js' });
    for (const times of [1, 2]) {
      await openDialog(page, 'define');
      assert.equal(await notice.count(), 1);
      assert.equal(asked.filter((name) => name === 'schema-dialog.js').length, times);
      await notice.click();
      await notice.waitFor({ state: 'detached' });
      await page.locator('#node-dialog-cancel').click();
      await page.locator('#dialog-form').waitFor({ state: 'detached' });
    }
    await page.context().close();
  });
});
