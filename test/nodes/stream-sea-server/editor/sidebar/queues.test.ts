/** What the sidebar shows of messages that wait, and what can be done about them there, by mouse and keyboard. */

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { seriousFindings } from '../../../../support/browser/axe';
import { dialogAtRest, fieldOf, openDialog } from '../../../../support/browser/browser';
import { editorSuite } from '../../../../support/browser/editor-suite';
import { AdminApi } from '../../../../support/node-red/admin';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  actions: { invoke(name: string): void };
};

const place = (x: number, y: number) => ({ z: 'flow', x, y });
const sender = (id: string, server: string, y: number) => [
  {
    ...{ id: `publish-${id}`, type: 'inject', props: [{ p: 'payload' }], payload: '{"speed":7}' },
    ...{ payloadType: 'json', wires: [[`out-${id}`]], ...place(120, y) },
  },
  { id: `out-${id}`, type: 'stream-sea-out', server, stream: 'pump', wires: [], ...place(400, y) },
];
const nowhere = { type: 'stream-sea-server', where: 'remote', host: '127.0.0.1', port: '1' };
const STAYS = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  { id: 'away', name: 'Plant 7', ...nowhere },
  ...sender('away', 'away', 60),
  { id: 'in', type: 'stream-sea-in', server: 'sea', stream: 'pump', wires: [[]], ...place(150, 180) },
];
const GOES = [
  { id: 'gone', ...nowhere, port: '2' },
  ...sender('gone', 'gone', 240),
  { id: 'kept', ...nowhere, port: '3', offline: 'disk' },
  ...sender('kept', 'kept', 300),
];
const secret = { clientId: 'gauge', clientSecret: 'sEcReT' };

describe('the queues in the sidebar', function () {
  this.timeout(240_000);

  const suite = editorSuite({
    flows: [...STAYS, ...GOES],
    credentials: { away: secret, gone: secret, kept: secret },
    prepare: async (nodeRed) => {
      admin = new AdminApi(nodeRed.url);
      for (const id of ['away', 'away', 'away', 'gone', 'gone', 'kept'])
        await admin.post(`inject/publish-${id}`);
      // Deployed without two of the servers.
      const { status } = await admin.post('flows', STAYS);
      assert.equal(status, 204);
    },
  });
  let admin: AdminApi;
  let page: Page;

  before(async () => {
    page = suite.page;
    await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
  });

  const card = (name: string) => page.getByRole('region', { name });
  const press = (within: Locator, name: string) => within.getByRole('button', { name, exact: true });

  async function reads(place: Locator, text: RegExp): Promise<void> {
    await place.filter({ hasText: text }).waitFor();
  }

  it('show how much waits, since when, and the first ones', async () => {
    const away = card('Plant 7');
    await reads(away, /Waiting to be sent: 3 · the oldest since \d/);
    await away.getByText('The first ones').click();
    await reads(away, /pump · [\s\S]*\{"speed":7\}/);
    assert.equal(await away.locator('.sea-queued > li').count(), 3);
    await reads(card('stream-sea in this Node-RED'), /Waiting to be sent: 0/);
    assert.equal(await press(card('stream-sea in this Node-RED'), 'Send now').isVisible(), false);
    await reads(card('gauge at http://127.0.0.1:2'), /In memory: lost[\s\S]*Waiting to be sent: 2/);
    await reads(card('gauge at http://127.0.0.1:3'), /Waiting to be sent: 1/);
    assert.deepEqual(await seriousFindings(page, '.sea-sidebar'), []);
  });

  it('are tried at once when that is asked', async () => {
    await press(card('Plant 7'), 'Send now').click();
    await reads(card('Plant 7'), /Trying now/);
    await reads(card('Plant 7'), /Waiting to be sent: 3/);
  });

  it('are sent elsewhere by the keyboard alone', async () => {
    const left = card('gauge at http://127.0.0.1:2');
    await press(left, 'Send to …').focus();
    await page.keyboard.press('Enter');
    const choice = left.getByRole('combobox', { name: 'Through which server?' });
    assert.deepEqual(await choice.locator('option').allTextContents(), [
      'stream-sea in this Node-RED',
      'Plant 7',
    ]);
    assert(await choice.evaluate((field) => field === document.activeElement));
    assert.deepEqual(await seriousFindings(page, '.sea-sidebar'), []);
    await page.keyboard.press('Escape');
    assert(await press(left, 'Send to …').evaluate((button) => button === document.activeElement));
    assert.equal(await choice.isVisible(), false);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await left.waitFor({ state: 'detached' });
    await card('stream-sea in this Node-RED').locator('.sea-stream', { hasText: 'pump' }).waitFor();
    await reads(card('gauge at http://127.0.0.1:3'), /Waiting to be sent: 1/);
  });

  it('are thrown away only when that was meant', async () => {
    const away = card('Plant 7');
    await press(away, 'Throw away').click();
    await reads(away, /Throw away for good\? Messages: 3/);
    await press(away, 'Keep').click();
    await reads(away, /Waiting to be sent: 3/);
    await press(away, 'Throw away').click();
    await away.locator('.sea-question').getByRole('button', { name: 'Throw away' }).click();
    await reads(away, /Waiting to be sent: 0[\s\S]*Thrown away: 3/);
    const kept = card('gauge at http://127.0.0.1:3');
    await press(kept, 'Throw away').click();
    await kept.locator('.sea-question').getByRole('button', { name: 'Throw away' }).click();
    await kept.waitFor({ state: 'detached' });
    assert.equal(await page.getByText('Left over').isVisible(), false);
    assert.equal((await admin.get('stream-sea/queues')).body.leftovers.length, 0);
  });

  it('have their bounds in the dialog, where there is a queue', async () => {
    await openDialog(page, 'out-away');
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    await page.getByRole('link', { name: 'Queue and timing' }).click();
    const [whenFull, maxAge] = [fieldOf(page, 'When full'), fieldOf(page, 'Maximum age')];
    assert.equal(await whenFull.inputValue(), 'refuse');
    await reads(page.locator('#sea-server-whenFull-hint'), /finds the queue full ends in an error/);
    await whenFull.selectOption('Drop the oldest');
    await reads(page.locator('#sea-server-whenFull-hint'), /makes room/);
    assert.equal(await maxAge.inputValue(), '0');
    await maxAge.fill('-1');
    await maxAge.blur();
    await page.locator('#node-config-input-maxAge.input-error').waitFor();
    await maxAge.fill('60');
    await maxAge.blur();
    await page.locator('#node-config-input-maxAge:not(.input-error)').waitFor();
    await fieldOf(page, 'While offline').selectOption('fail');
    assert.equal(await whenFull.isVisible(), false);
    assert.equal(await maxAge.isVisible(), false);
    await page.locator('#node-config-dialog-cancel').click();
    await page.locator('#node-config-dialog-cancel').waitFor({ state: 'detached' });
    await page.locator('#node-dialog-cancel').click();
  });
});
