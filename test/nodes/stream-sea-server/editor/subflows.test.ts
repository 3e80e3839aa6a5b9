/** What the editor makes of server nodes, and of nodes that use them, inside subflows. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { dialogAtRest, openDialog } from '../../../support/browser/browser';
import { editorSuite } from '../../../support/browser/editor-suite';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  sidebar: { show(id: string): void };
  workspaces: { active(): string; show(id: string): void };
};

const at = { x: 150, y: 80, wires: [] };
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sub', type: 'subflow', name: 'Plant', in: [], out: [], env: [] },
  { id: 'inner', z: 'sub', type: 'stream-sea-server', name: 'Its own' },
  { id: 'in', z: 'sub', type: 'stream-sea-in', server: 'inner', stream: 'boiler_data', ...at },
  { id: 'north', z: 'flow', type: 'subflow:sub', name: 'North', ...at },
  { id: 'south', z: 'flow', type: 'subflow:sub', name: 'South', ...at, y: 160 },
];

describe('the editor with subflows', function () {
  this.timeout(240_000);

  const suite = editorSuite({ flows: FLOW });
  let page: Page;

  before(() => {
    page = suite.page;
  });

  it('shows the server of each instance, and leads to the node in the template', async () => {
    await page.evaluate(() => RED.sidebar.show('stream-sea'));
    const card = (name: string) => page.locator(`.sea-card[aria-label="Its own (${name})"]`);
    await card('North').waitFor();
    await card('South').waitFor();
    assert.equal(await page.locator('.sea-card').count(), 2);
    const row = card('South').getByTitle(/^Received: /);
    assert.match((await row.getAttribute('title')) ?? '', /boiler_data.*\(South\)$/);
    assert.equal(await page.evaluate(() => RED.workspaces.active()), 'flow');
    await row.click();
    await page.waitForFunction(() => RED.workspaces.active() === 'sub');
    await page
      .locator('[id="in"].red-ui-flow-node-highlighted, [id="in"] .red-ui-flow-node')
      .first()
      .waitFor();
  });

  it('answers the dialogs of the template', async () => {
    await page.evaluate(() => RED.workspaces.show('sub'));
    await openDialog(page, 'in');
    await page.locator('#sea-stream-note', { hasText: 'No schema on the server yet' }).waitFor();
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    await page.locator('#sea-server-invitation', { hasText: /\S/ }).waitFor();
  });
});
