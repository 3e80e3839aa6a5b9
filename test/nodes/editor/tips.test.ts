/** Where the core's tips stand, which it puts below whatever the pointer rests on: over what a dialog says there. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { dialogAtRest, openDialog } from '../../support/browser/browser';
import { editorSuite } from '../../support/browser/editor-suite';

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  {
    id: 'in',
    type: 'stream-sea-in',
    server: 'sea',
    stream: 'boiler',
    delivery: 'group',
    group: '',
    z: 'flow',
    x: 500,
    y: 80,
    wires: [],
  },
  { id: 'sea', type: 'stream-sea-server', where: 'remote', host: 'a b', port: 'x' },
];

interface Shown {
  readonly said: string;
  /** Whether it is in the window, all of it. */
  readonly whole: boolean;
  /** The hints that it hides. */
  readonly covered: readonly string[];
}

describe("the core's tips", function () {
  this.timeout(240_000);

  const suite = editorSuite({ flows: FLOW, editor: { width: 1000 } });
  let page: Page;
  let tip: Locator;

  before(() => {
    page = suite.page;
    tip = page.locator('.red-ui-popover');
  });

  async function restOn(target: Locator): Promise<Shown> {
    await page.mouse.move(0, 0);
    await tip.waitFor({ state: 'detached' });
    await target.hover();
    await tip.waitFor();
    return tip.evaluate((shown) => {
      const box = shown.getBoundingClientRect();
      const hints = [...document.querySelectorAll<HTMLElement>('.sea-dialog .sea-hint')];
      const covered = hints.filter((hint) => {
        const range = document.createRange();
        range.selectNodeContents(hint);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        const isBeside = left >= box.right || right <= box.left || top >= box.bottom || bottom <= box.top;
        return !isBeside && hint.checkVisibility({ visibilityProperty: true });
      });
      return {
        said: shown.textContent ?? '',
        whole: box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight,
        covered: covered.map(({ innerText }) => innerText),
      };
    });
  }

  async function expectApart(target: Locator, said: string): Promise<void> {
    assert.deepEqual(await restOn(target), { said, whole: true, covered: [] });
  }

  it('cover no hint of a field that is filled in wrongly', async () => {
    await openDialog(page, 'in');
    await expectApart(page.locator('#node-input-group'), 'Group: fill in its name');
  });

  it('cover no hint below the button that adds a server', async () => {
    await page.locator('.sea-notice').evaluate((notice) => {
      notice.style.display = 'block';
      notice.style.visibility = 'visible';
    });
    const add = page.locator('#node-input-btn-server-add');
    await expectApart(add, 'Add new stream-sea-server config node');
  });

  it('are all to be seen, also long ones in a small window', async () => {
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    const { said, whole } = await restOn(page.locator('#node-config-input-host'));
    assert.match(said, /^Host: only a name or an address/);
    assert(whole);
  });

  it('do not say once more what stands on a tab', async () => {
    const tab = page.locator('#sea-server-tabs .red-ui-tab-label').last();
    await page.mouse.move(0, 0);
    await tip.waitFor({ state: 'detached' });
    await page.evaluate(() => {
      new MutationObserver((changes) => {
        for (const { removedNodes } of changes)
          for (const gone of removedNodes)
            if (gone instanceof Element && gone.matches('.red-ui-popover')) document.title = 'a tip went';
      }).observe(document.body, { childList: true });
    });
    await tab.hover();
    // It was never painted: it went in the turn of events in which it came.
    await page.waitForFunction(() => document.title === 'a tip went');
    assert.equal(await tip.count(), 0);
  });
});
