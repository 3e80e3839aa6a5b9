/** Each dialog and the sidebar by the keyboard alone: Tab leads to everything, and nothing wants a mouse. */

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { FIELD_TYPES } from '../../../src/protocol/schema/schema';
import { dialogAtRest, fieldOf, openDialog } from '../../support/browser/browser';
import { editorSuite } from '../../support/browser/editor-suite';
import { tabTo } from '../../support/browser/flow-editor';
import { AdminApi } from '../../support/node-red/admin';
import { BOILER } from '../flows';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    node(id: string): {
      schema: string;
      stream: string;
      streams: string[];
      valid: boolean;
      highlighted: boolean;
    };
  };
};

const READING = { temperature: 90.5, at: '2026-11-22T09:30:00Z' };

const ours = (id: string, type: string, y: number, more: object = {}) => {
  const common = { id, type: `stream-sea-${type}`, z: 'flow', server: 'sea', stream: BOILER.name };
  return { ...common, x: 150, y, wires: [[]], ...more };
};
const inject = (id: string, payload: object, y: number, more: object) => {
  const common = {
    id,
    type: 'inject',
    z: 'flow',
    props: [{ p: 'payload' }],
    payload: JSON.stringify(payload),
  };
  return { ...common, payloadType: 'json', x: 400, y, ...more };
};

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  { id: 'open', type: 'stream-sea-server', port: '0' },
  inject('begin', BOILER, 40, { once: true, onceDelay: 0, wires: [['define']] }),
  ours('define', 'define', 40),
  inject('publish', READING, 80, { wires: [['out']] }),
  ours('out', 'out', 80),
  ours('new', 'define', 120, { stream: 'kettle' }),
  ours('describe', 'describe', 160),
  ours('in', 'in', 200, { stream: 'kettle' }),
  ours('sure', 'in', 240, { server: 'open', stream: 'pump' }),
  ours('list', 'versions', 280, { streams: ['weather'] }),
];

describe('by the keyboard alone', function () {
  this.timeout(240_000);

  const suite = editorSuite({
    flows: FLOW,
    credentials: { open: { clientId: 'kessel', clientSecret: 'sEcReT-4711' } },
    editor: { height: 1000 },
    leave: async () => {
      for (const button of ['#node-config-dialog-cancel', '#node-dialog-cancel']) {
        const left = page.locator(button);
        if (await left.isVisible()) await left.click();
        await left.waitFor({ state: 'detached' });
      }
    },
  });
  let admin: AdminApi;
  let page: Page;

  before(async () => {
    admin = new AdminApi(suite.nodeRed.url);
    page = suite.page;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await admin.post('inject/publish');
  });

  async function keys(...names: string[]): Promise<void> {
    for (const name of names) await page.keyboard.press(name);
  }

  async function press(name: string): Promise<void> {
    await tabTo(page.getByRole('button', { name, exact: true }));
    await keys('Enter');
  }

  /** Into a field, in place of what is there. */
  async function type(field: Locator, text: string): Promise<void> {
    await tabTo(field);
    await keys('ControlOrMeta+A', 'Delete');
    await page.keyboard.insertText(text);
  }

  /** Cancel or Done of the dialog in front, by Node-RED's own keys. */
  async function leave(
    how: 'Escape' | 'Enter',
    form: '#dialog-form' | '#node-config-dialog-edit-form' = '#dialog-form',
  ): Promise<void> {
    await keys(`Control+${how}`);
    await page.locator(form).waitFor({ state: 'detached' });
  }

  const radio = (name: string) => page.getByRole('radio', { name });
  const stream = () => fieldOf(page, 'Stream').first();

  it('a server is chosen, tested, and what it offers copied', async () => {
    await openDialog(page, 'sure');
    // The core's own buttons beside a server are not reached by Tab in Node-RED 4.
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    await tabTo(radio('In this Node-RED'));
    await keys('ArrowRight');
    assert.equal(await page.getByLabel('Host', { exact: true }).isVisible(), true);
    await keys('ArrowLeft');
    assert.equal(await page.getByLabel('Listen on', { exact: true }).isVisible(), true);
    await press('Test connection');
    await page.locator('.sea-steps').getByText('can listen on').waitFor();
    await press('Copy: Client id');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'kessel');
    await leave('Escape', '#node-config-dialog-edit-form');
  });

  it('a server is left while it is being tested', async () => {
    await page.route('**/stream-sea/test', () => {});
    await openDialog(page, 'sure');
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    await press('Test connection');
    await page.locator('#sea-server-test-result').getByText('Trying from').waitFor();
    const test = page.getByRole('button', { name: 'Test connection' });
    assert.equal(await test.evaluate((button) => button === document.activeElement), true);
    await leave('Escape', '#node-config-dialog-edit-form');
    await page.unrouteAll();
  });

  it('a stream is taken from those there are, and its messages looked at', async () => {
    await openDialog(page, 'in');
    await type(stream(), 'boil');
    await page.getByRole('option', { name: /boiler_data/ }).waitFor();
    await keys('ArrowDown', 'Enter');
    assert.equal(await stream().inputValue(), 'boiler_data');
    await press('Look at messages');
    await page.getByText('Nothing has come yet').waitFor();
    await admin.post('inject/publish');
    await page.locator('.sea-peek-message').waitFor();
    await press('Stop looking');
    await page.getByRole('button', { name: 'Look at messages' }).waitFor();
    await leave('Enter');
    assert.equal(await page.evaluate(() => RED.nodes.node('in').stream), 'boiler_data');
  });

  it('a field of each type is defined', async () => {
    await openDialog(page, 'new');
    await tabTo(radio('From the message'));
    await keys('ArrowUp');
    await press('Add a field');
    // The one that needs more than a type comes last.
    const types = [...FIELD_TYPES.filter((each) => each !== 'enum'), 'enum'];
    for (const [index, each] of types.entries()) {
      if (index > 0) await keys('Shift+Tab', 'Enter');
      await page.keyboard.type(`field${index}`);
      await keys('Tab');
      const chosen = page.getByLabel(`Type of field${index}`);
      while ((await chosen.inputValue()) !== each) await keys('ArrowDown');
    }
    await press('value');
    await page.keyboard.type('on');
    await leave('Enter');
    const { schema, valid } = await page.evaluate(() => {
      const { schema, valid } = RED.nodes.node('new');
      return { schema, valid };
    });
    const { fields } = JSON.parse(schema);
    assert.deepEqual(
      fields.map((field: { type: string }) => field.type),
      types,
    );
    assert.equal(valid, true);
  });

  it('fields are taken from a sample and from the server, compared with it, and read as JSON', async () => {
    const names = () =>
      page
        .locator('.sea-field')
        .getByRole('textbox', { name: 'Name', exact: true })
        .evaluateAll((inputs) =>
          inputs.map((input) => (input instanceof HTMLInputElement ? input.value : '')),
        );
    await openDialog(page, 'define');
    await tabTo(radio('From the message'));
    await keys('ArrowUp');
    await press('From a sample…');
    await type(page.getByLabel('A message as JSON'), '{ "heat": 21.5 }');
    await press('Use these fields');
    assert.deepEqual(await names(), ['heat']);
    await press('Load from server');
    await page.getByText(/^Loaded from the server: version 1/).waitFor();
    assert.deepEqual(await names(), ['temperature', 'at']);
    await press('Remove at');
    await press('Changes');
    await page.locator('#sea-define-panel').getByText('at is removed (date)').waitFor();
    await type(page.getByRole('textbox', { name: 'Version' }), '2');
    await page
      .locator('#sea-define-panel')
      .getByText(/Version 2 takes the place of version 1/)
      .waitFor();
    await tabTo(page.getByRole('tab', { name: 'Builder' }));
    await keys('ArrowRight');
    await page.locator('#node-input-schema-editor').getByText('temperature').waitFor();
    await keys('ArrowLeft');
    assert.deepEqual(await names(), ['temperature']);
    await leave('Escape');
  });

  it('a schema is asked for anew, and a message tried', async () => {
    await openDialog(page, 'describe');
    await page.getByText('Version 1', { exact: true }).waitFor();
    await press('Refresh');
    await page.getByText('Version 1', { exact: true }).waitFor();
    await leave('Escape');

    await openDialog(page, 'out');
    const message = page.getByLabel('Try a message');
    await press('Take the last that passed');
    // More than one: the first may pass before the question has come to the runtime.
    const publishing = setInterval(() => void admin.post('inject/publish'), 300);
    await page.getByText(/Follows the schema, version 1/).waitFor();
    clearInterval(publishing);
    assert.deepEqual(JSON.parse(await message.inputValue()), READING);
    await type(message, '{ "temperature": "hot" }');
    await page.locator('.sea-notes').getByText('temperature should be a number').waitFor();
    await leave('Escape');
  });

  it('streams are listed, suggested and taken off the list', async () => {
    await openDialog(page, 'list');
    const rows = page.getByLabel('Stream', { exact: true });
    const add = page.locator('.sea-versions-dialog .red-ui-editableList-addButton');
    await tabTo(add);
    await keys('Enter');
    await tabTo(rows.nth(1));
    await page.keyboard.type('boil');
    await page.getByRole('option', { name: /boiler_data/ }).waitFor();
    await keys('ArrowDown', 'Enter');
    await tabTo(page.locator('.red-ui-editableList-item-remove').nth(1));
    await keys('Enter');
    await rows.nth(1).waitFor({ state: 'detached' });
    // The next line is taken off where the focus is; when there is none any more, one can be added there.
    assert.equal(await page.locator('.red-ui-editableList-item-remove:focus').count(), 1);
    await keys('Enter');
    await rows.first().waitFor({ state: 'detached' });
    assert.equal(await page.locator('.sea-versions-dialog .red-ui-editableList-addButton:focus').count(), 1);
    await keys('Enter');
    await page.keyboard.type('weather');
    await leave('Enter');
    assert.deepEqual(await page.evaluate(() => RED.nodes.node('list').streams), ['weather']);
  });

  it('the sidebar is opened, a node found, and the report copied', async () => {
    await keys('Control+Shift+P');
    await page.keyboard.type('stream-sea');
    await page.locator('.red-ui-search-result:visible').first().waitFor();
    await keys('ArrowDown', 'Enter');
    const stream = page.locator('.sea-stream', { hasText: 'pump' });
    await tabTo(stream.getByTitle('Values of pump'));
    await keys('Enter');
    await tabTo(stream.getByRole('button', { name: 'Pause' }));
    await keys('Enter');
    await tabTo(stream.getByRole('img', { name: 'Values of pump' }));
    await tabTo(stream.getByTitle('Received: pump'));
    await keys('Enter');
    await page.waitForFunction(() => RED.nodes.node('sure').highlighted);
    await press('Copy report');
    const report = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.deepEqual(report.servers.map(({ id }: { id: string }) => id).sort(), ['open', 'sea']);
  });
});
