/** What an editor says of a token that people have given, and never shows. */

import type { Page } from 'playwright-core';
import { dialogAtRest, openDialog } from '../../../support/browser/browser';
import { editorSuite } from '../../../support/browser/editor-suite';
import { inOneHour, signToken } from '../../../support/sea/tokens';

/** Node-RED's editor, for what runs in the page. */
declare const RED: { sidebar: { show(id: string): void } };

const remote = { type: 'stream-sea-server', where: 'remote', host: '127.0.0.1', port: '1', auth: 'jwt' };
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', ...remote },
  {
    ...{ id: 'in', type: 'stream-sea-in', server: 'sea', stream: 's', wires: [[]] },
    ...{ z: 'flow', x: 120, y: 60 },
  },
];

describe('the end of a token', function () {
  this.timeout(240_000);

  const suite = editorSuite(async () => {
    const jwt = await signToken({ exp: inOneHour() });
    return { flows: FLOW, credentials: { sea: { clientId: 'gauge', jwt } } };
  });
  let page: Page;

  before(() => {
    page = suite.page;
  });

  it('is told in the dialog: of the one in use, and of the one that is typed', async () => {
    await openDialog(page, 'in');
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    const end = page.locator('.sea-token-end');
    await end.filter({ hasText: /^The token ends at / }).waitFor();
    const field = page.locator('#node-config-input-jwt');
    await field.fill(await signToken({ exp: 1_000_000_000 }));
    await end.filter({ hasText: /^The token has ended, at .*2001/ }).waitFor();
    await field.fill('no token');
    await end.filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
    await page.locator('#node-config-dialog-cancel').click();
    await page.locator('#node-config-dialog-cancel').waitFor({ state: 'detached' });
    await page.locator('#node-dialog-cancel').click();
  });

  it('is told in the sidebar', async () => {
    await page.evaluate(() => RED.sidebar.show('stream-sea'));
    await page.locator('.sea-facts', { hasText: /^The token ends at / }).waitFor();
  });
});
