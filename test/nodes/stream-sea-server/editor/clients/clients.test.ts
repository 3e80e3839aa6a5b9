/** Clients and jails in a server's dialog, and the dialog of an admin node, by mouse and keyboard. */

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { seriousFindings } from '../../../../support/browser/axe';
import { dialogAtRest, fieldOf, openDialog } from '../../../../support/browser/browser';
import { editorSuite } from '../../../../support/browser/editor-suite';
import { RawServer } from '../../../../support/network/raw-server';
import { AdminApi } from '../../../../support/node-red/admin';
import { drawKeyPair, KEYS } from '../../../../support/sea/tokens';

const place = (y: number) => ({ z: 'flow', x: 200, y, wires: [[]] });
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  { id: 'admin', type: 'stream-sea-admin', server: 'sea', ...place(60) },
  { id: 'in', type: 'stream-sea-in', server: 'sea', stream: 's', ...place(120) },
  { id: 'other', type: 'stream-sea-server', name: 'Plant 7', where: 'remote', host: '127.0.0.1' },
  { id: 'far', type: 'stream-sea-in', server: 'other', stream: 's', ...place(180) },
];
const CREDENTIALS = {
  sea: { clientId: 'kessel', clientSecret: 'sEcReT' },
  other: { clientId: 'gauge', clientSecret: 'sEcReT' },
};

const PART = '.sea-clients';

describe('the clients in a server’s dialog', function () {
  this.timeout(240_000);

  const suite = editorSuite(async () => {
    // It knows nothing of lists, as most servers.
    raw = new RawServer({});
    await raw.listen();
    raw.answer = () => ({ status: 404, body: { message: 'What?' } });
    const flows = FLOW.map((each) => (each.id === 'other' ? { ...each, port: new URL(raw.url).port } : each));
    return { flows, credentials: CREDENTIALS };
  });
  let raw: RawServer;
  let admin: AdminApi;
  let page: Page;
  let part: Locator;

  before(async () => {
    admin = new AdminApi(suite.nodeRed.url);
    page = suite.page;
    part = page.locator(PART);
    await openClients('in');
    await row('kessel').waitFor();
  });

  after(() => raw?.close());

  const row = (id: string) => part.locator('li', { has: page.locator('strong', { hasText: id }) });
  const press = (within: Locator, name: string | RegExp) => within.getByRole('button', { name, exact: true });
  const clients = async () => (await admin.get('stream-sea/sea/clients')).body.clients;
  const jails = async () => (await admin.get('stream-sea/sea/clients')).body.jails;

  async function openClients(user: string): Promise<void> {
    await openDialog(page, user);
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    await page.getByRole('link', { name: 'Clients' }).click();
  }

  async function leave(): Promise<void> {
    await page.locator('#node-config-dialog-cancel').click();
    await page.locator('#node-config-dialog-cancel').waitFor({ state: 'detached' });
    await page.locator('#node-dialog-cancel').click();
    await page.locator('#node-dialog-cancel').waitFor({ state: 'detached' });
  }

  it('are listed, and which of them the server node is', async () => {
    assert.equal(await part.locator('li').count(), 1);
    assert.match(await row('kessel').innerText(), /kessel\s+this server node/);
    assert.deepEqual(await row('kessel').getByRole('button').count(), 1, 'only its key is to be set here');
    assert.deepEqual(await seriousFindings(page, PART), []);
  });

  it('are made by the keyboard alone, and their secret is shown once', async () => {
    await press(part, 'Add a client').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('gateway-7');
    await page.keyboard.press('Tab');
    await page.keyboard.type('on the roof');
    assert.deepEqual(await seriousFindings(page, PART), []);
    await page.keyboard.press('Enter');
    await row('gateway-7').waitFor();
    assert.match(await row('gateway-7').innerText(), /gateway-7\s+on the roof/);
    const secret = await part.locator('.sea-secret code').innerText();
    assert.equal(secret.length, 43);
    assert(await press(part, 'Add a client').evaluate((button) => button === document.activeElement));
    assert.deepEqual(await seriousFindings(page, PART), []);
  });

  it('that cannot be are refused with the reason, and what was typed stays', async () => {
    await press(part, 'Add a client').click();
    await part.getByLabel('New id').fill('a:b');
    await press(part, 'Create').first().click();
    await part.getByText('clientId should not hold a colon').waitFor();
    assert.equal(await part.getByLabel('New id').inputValue(), 'a:b');
    await page.keyboard.press('Escape');
    assert.equal(await part.getByLabel('New id').isVisible(), false);
    // The browser's own complaint about a refused request.
    (suite.editor.errors as string[]).length = 0;
  });

  it('get another secret only when that was meant', async () => {
    const gateway = row('gateway-7');
    await press(gateway, 'New secret for gateway-7').click();
    await gateway.getByText('The old one ends at once').waitFor();
    assert(
      await press(gateway, 'Keep')
        .first()
        .evaluate((button) => button === document.activeElement),
    );
    await page.keyboard.press('Enter');
    assert.equal(await gateway.locator('.sea-secret').count(), 0);
    await press(gateway, 'New secret for gateway-7').click();
    await press(gateway, 'New secret').click();
    const secret = await gateway.locator('.sea-secret code').innerText();
    assert.equal(secret.length, 43);
    assert.equal(await press(gateway, 'Copy: Secret of gateway-7').count(), 1);
    assert.equal(await part.locator('.sea-secret').count(), 1, 'the old one is gone from the screen');
  });

  it('get a public key, and lose it', async () => {
    const gateway = row('gateway-7');
    await press(gateway, 'Public key of gateway-7').click();
    await gateway.getByLabel('Public key (PEM)').fill(drawKeyPair().privateKey);
    await press(gateway, 'Set key').click();
    await gateway.getByText(/private key\. It was not sent/).waitFor();
    (suite.editor.errors as string[]).length = 0;
    await gateway.getByLabel('Public key (PEM)').fill(KEYS.publicKey);
    await press(gateway, 'Set key').click();
    await gateway.getByText('The public key is set.').waitFor();
    await gateway.locator('.sea-badge:visible', { hasText: 'public key' }).waitFor();
    assert.equal((await clients())[0].hasJwtPublicKey, true);

    await press(gateway, 'Public key of gateway-7').click();
    await press(gateway, 'Remove key').click();
    await gateway.locator('.sea-question:visible').getByRole('button', { name: 'Remove key' }).click();
    await gateway.locator('.sea-badge:visible', { hasText: 'public key' }).waitFor({ state: 'detached' });
    assert.equal((await clients())[0].hasJwtPublicKey, false);
  });

  it('are deleted only when that was meant', async () => {
    const gateway = row('gateway-7');
    await press(gateway, 'Delete gateway-7').click();
    await gateway.getByText('Delete the client gateway-7 for good?').waitFor();
    await page.keyboard.press('Escape');
    assert.equal((await clients()).length, 2);
    assert(await page.locator('#node-config-dialog-cancel').isVisible(), 'the dialog is still there');
    await press(gateway, 'Delete gateway-7').click();
    await gateway.locator('.sea-question:visible').getByRole('button', { name: 'Delete' }).click();
    await gateway.waitFor({ state: 'detached' });
    await part.getByText('Deleted: gateway-7').waitFor();
    assert.equal((await clients()).length, 1);
    assert.equal(await part.locator('.sea-secret').count(), 0);
    assert(
      await part.evaluate((element) => element.contains(document.activeElement)),
      'the keyboard has a place',
    );
  });

  it('are kept in jails, which are made with their first client, and deleted', async () => {
    await press(part, 'Add a jail').click();
    await part.getByLabel('Jail id').fill('tenant');
    await part.getByLabel('Jail name').fill('Upstairs');
    await part.getByLabel('Its first client').fill('lodger');
    await page.keyboard.press('Enter');
    const tenant = row('tenant');
    await tenant.waitFor();
    assert.match(await tenant.innerText(), /tenant\s+Upstairs · Clients: 1/);
    await part.getByText('Secret of lodger').waitFor();
    assert.deepEqual(await seriousFindings(page, PART), []);
    await press(tenant, 'Delete tenant').click();
    await tenant.locator('.sea-question:visible').getByRole('button', { name: 'Delete' }).click();
    await tenant.waitFor({ state: 'detached' });
    assert.deepEqual(await jails(), []);
    assert.equal(await part.locator('.sea-secret').count(), 0);
  });

  it('show no secret of one that was just made and is deleted, here or elsewhere', async () => {
    const secret = part.getByText('Secret of visitor');
    const make = async (): Promise<void> => {
      await press(part, 'Add a client').click();
      await part.getByLabel('New id').fill('visitor');
      await page.keyboard.press('Enter');
      await row('visitor').waitFor();
      await secret.waitFor();
    };
    await make();
    await press(row('visitor'), 'Delete visitor').click();
    await row('visitor').locator('.sea-question:visible').getByRole('button', { name: 'Delete' }).click();
    await row('visitor').waitFor({ state: 'detached' });
    await secret.waitFor({ state: 'detached' });
    await make();
    await admin.post('stream-sea/sea/administration/deleteClient', { subject: 'visitor' });
    await press(part, 'Refresh').click();
    await row('visitor').waitFor({ state: 'detached' });
    await secret.waitFor({ state: 'detached' });
  });

  it('leave no secret in the editor’s node, nor a change to deploy', async () => {
    await leave();
    const saved = await page.evaluate(() => {
      // biome-ignore lint/suspicious/noExplicitAny: Node-RED's editor, in the page
      const { RED } = window as any;
      return {
        dirty: RED.nodes.dirty(),
        node: JSON.stringify(RED.nodes.createExportableNodeSet([RED.nodes.node('sea')])),
      };
    });
    assert.equal(saved.dirty, false);
    assert.doesNotMatch(saved.node, /secret|gateway|lodger/i);
  });

  it('of a server that does not tell: it says so', async () => {
    await openClients('far');
    await part.getByText('This server does not tell which clients it has.').waitFor();
    assert.equal(await part.locator('li').count(), 0);
    assert.equal(await press(part, 'Add a client').isVisible(), false);
    await leave();
  });

  it('are suggested in the dialog of an admin node, whose field says whom it is about', async () => {
    await admin.post('stream-sea/sea/administration/createJail', {
      ...{ subject: 'tenant', body: { newJailName: 'Upstairs', newClientId: 'lodger' } },
    });
    await openDialog(page, 'admin');
    const action = fieldOf(page, 'Action');
    assert.equal(await action.inputValue(), '');
    await page.getByText('Each message says what to do in msg.action').waitFor();
    assert.equal(await fieldOf(page, 'Client or jail').getAttribute('placeholder'), 'msg.topic');
    await action.selectOption('Delete a jail');
    await page.getByText('All that is in it goes').waitFor();
    const jail = fieldOf(page, 'Jail');
    await jail.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'tenant Upstairs' }).click();
    assert.equal(await jail.inputValue(), 'tenant');
    await action.selectOption('Give a client a new secret');
    const client = fieldOf(page, 'Client');
    await client.fill('');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'kessel' }).click();
    assert.deepEqual(await seriousFindings(page, '.sea-admin-dialog'), []);
    await page.locator('#node-dialog-ok').click();
    await page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
    assert.equal(
      await page.locator('[id="admin"] .red-ui-flow-node-label').textContent(),
      'new secret: kessel',
    );
  });
});
