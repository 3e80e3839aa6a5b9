/** What dialogs say of a server that does not run: to one that is disabled, deploying is of no use. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { cancelDialogs, dialogAtRest, freshEditor, openDialog } from '../../../support/browser/browser';
import { editorSuite } from '../../../support/browser/editor-suite';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: { node(id: string): { d?: boolean }; workspace(id: string): { disabled?: boolean } };
  sidebar: { show(id: string): void };
  workspaces: { show(id: string): void };
};

const DISABLED = 'The server or its flow is disabled: enable it, and deploy.';

const node = (type: string, y: number, server = 'off') => ({
  ...{ id: type, type: `stream-sea-${type}`, z: 'flow', server, stream: 'boiler', x: 150, y, wires: [[]] },
});

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  ...['in', 'out', 'define', 'describe'].map((type, index) => node(type, 80 + 80 * index)),
  { id: 'off', type: 'stream-sea-server', d: true },
  // A server of one flow alone, which it goes with.
  { id: 'dark', type: 'tab', label: 'Dark', disabled: true },
  { id: 'shut', type: 'stream-sea-server', z: 'dark' },
  { ...node('in', 80, 'shut'), id: 'within', z: 'dark' },
];

const DIALOGS = [
  ['flow', 'in'],
  ['dark', 'within'],
] as const;

describe('a dialog whose server is disabled', function () {
  this.timeout(240_000);

  const suite = editorSuite({ flows: FLOW });
  let page: Page;

  before(() => {
    page = suite.page;
  });

  beforeEach(() => freshEditor(suite.editor));

  async function openIn(flow: string, id: string): Promise<void> {
    await cancelDialogs(page);
    await page.evaluate((shown) => RED.workspaces.show(shown), flow);
    await openDialog(page, id);
  }

  const says = (selector: string, text: string) => page.locator(selector).getByText(text).waitFor();

  const presses = (name: string) => page.getByRole('button', { name, exact: true }).click();

  it('says so below the stream, also where its flow is', async () => {
    for (const [flow, id] of DIALOGS) {
      await openIn(flow, id);
      await says('#sea-stream-note', DISABLED);
    }
  });

  it('says so to whoever looks at messages, tries one, or asks for the definition', async () => {
    await openIn('flow', 'in');
    await presses('Look at messages');
    await says('.sea-peek-line', DISABLED);
    assert.equal(await page.locator('.sea-peek-choice').isVisible(), false, 'a choice of nothing');
    await openIn('flow', 'out');
    await presses('Take the last that passed');
    await says('.sea-section-line', DISABLED);
    await openIn('flow', 'describe');
    await presses('Refresh');
    await says('.sea-section-line', DISABLED);
    await openIn('flow', 'define');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await presses('Load from server');
    await says('#sea-define-notice', DISABLED);
  });

  it('says so as its own dialog', async () => {
    await openIn('flow', 'in');
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    await says('#sea-server-invitation', DISABLED);
    await page.getByRole('link', { name: 'Clients' }).click();
    await says('.sea-clients', DISABLED);
  });

  it('says that a deploy will do once it is enabled', async () => {
    await page.evaluate(() => {
      RED.nodes.node('off').d = false;
      RED.nodes.workspace('dark').disabled = false;
    });
    for (const [flow, id] of DIALOGS) {
      await openIn(flow, id);
      await says('#sea-stream-note', 'Deploy to see what the server has.');
    }
  });

  it('does not lead to the sidebar as if there were no server at all', async () => {
    await page.evaluate(() => RED.sidebar.show('stream-sea'));
    await says('.sea-sidebar .sea-message', 'or enable one that is disabled');
  });
});
