/** Where the schema builder takes fields from, a sample or what the server has stored, and where what is built goes. */

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { seriousFindings } from '../../../../support/browser/axe';
import { openDialog } from '../../../../support/browser/browser';
import { AdminApi } from '../../../../support/node-red/admin';
import { BOILER, DIALOG, schemaBuilderSuite } from './schema-builder-suite';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    node(id: string): { schema: string; valid: boolean; changed: boolean; validationErrors?: string[] };
  };
};

describe('what the schema builder takes and gives', function () {
  this.timeout(240_000);

  const { suite, end, saved, rows, press, notice, focusedText, typeJson } = schemaBuilderSuite();
  let page: Page;

  before(() => {
    page = suite.page;
  });

  it('takes fields from a sample, and says where it leaves a doubt', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await press('From a sample…');
    const sample = page.getByLabel('A message as JSON');
    const use = page.getByRole('button', { name: 'Use these fields' });
    await sample.fill('{ "heat": 21.5, ');
    assert.match(await page.locator('.sea-panel-result').innerText(), /^Not JSON/);
    assert.equal(await use.isDisabled(), true);
    await sample.fill(
      '{ "heat": 21.5, "at": "2026-11-22T09:30:00.000Z", "on": true, "list": [{ "a": 1 }, { "b": "x" }] }',
    );
    assert.deepEqual(await page.locator('.sea-notes li strong').allInnerTexts(), ['at', 'on', 'list[].a']);
    await use.click();
    assert.deepEqual(await rows(), [
      'heat float',
      'at date',
      'list array<object>',
      '  a integer',
      '  b string',
    ]);

    assert.equal(await notice().locator('li').count(), 3, 'the doubts stay in sight');

    await press('From a sample…');
    await sample.fill('{ "heat": "x", "new": "y" }');
    await press('Add those that are new');
    assert.deepEqual((await rows()).at(-1), 'new string');
    assert.equal((await rows())[0], 'heat float');
    await press('Undo');
    assert.equal((await rows()).length, 5);
  });

  it('takes fields from the last message that passed', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await press('From a sample…');
    await press('Take the last message that passed');
    // More than one: the first may pass before the question has come to the runtime.
    const publishing = setInterval(() => void new AdminApi(suite.nodeRed.url).post('inject/start'), 300);
    const use = page.getByRole('button', { name: 'Use these fields' });
    await use.click();
    clearInterval(publishing);
    assert.deepEqual(await rows(), ['temperature float', 'since date']);
    assert.match(await notice().innerText(), /^Fields taken from the sample: 2\./);
  });

  it('loads what is stored, tells what would change, and raises the version', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await press('Load from server');
    await page.getByText('Loaded from the server: version 2.').waitFor();
    assert.deepEqual(JSON.parse(await saved()), BOILER);

    const panel = page.locator('#sea-define-panel');
    await press('Changes');
    await panel.getByText('Nothing changes: version 2 is stored with these fields.').waitFor();
    await page.getByLabel('Type of temperature').selectOption('integer');
    await press('Remove state');
    assert.match(await panel.innerText(), /Will be refused: version 2 is stored with other fields\./);
    assert.deepEqual(
      (await panel.locator('li').allInnerTexts()).map((text) => text.trim()),
      ['temperature becomes integer, was float', 'state is removed (enum)'],
    );
    await press('Raise the version to 3');
    assert.match(await panel.innerText(), /Version 3 takes the place of version 2\./);
    await page.getByRole('textbox', { name: 'Version' }).fill('1');
    assert.match(await panel.innerText(), /the stored version 2 is higher than 1/);
    await page.getByRole('textbox', { name: 'Version' }).fill('');
    assert.match(await panel.innerText(), /mistakes/);
  });

  it('says at the first change that the version has to rise, and raises it', async () => {
    const advice = page.locator('.sea-advice');
    await openDialog(page, 'built');
    assert.equal(await advice.innerText(), 'Other fields need a higher version.');
    await page.getByLabel('Type of temperature').selectOption('integer');
    await advice.getByText('Will be refused: version 2 is stored with other fields.').waitFor();
    assert.deepEqual(await seriousFindings(page, DIALOG), []);
    await press('Raise the version to 3');
    assert.equal(JSON.parse(await saved()).version, 3);
    assert.equal(await advice.innerText(), 'Other fields need a higher version.');
    assert.equal(await focusedText(), 'Undo', 'the way back, as what was pressed is gone');
    await page.keyboard.press('Enter');
    await advice.getByText('Will be refused: version 2').waitFor();
    await press('Changes');
    assert.equal(await advice.innerText(), 'Other fields need a higher version.', 'the panel tells it');
    await press('Close');
    await advice.getByText('Will be refused: version 2').waitFor();
    await page.getByLabel('Stream', { exact: true }).fill('another');
    await page.getByLabel('Stream', { exact: true }).blur();
    await advice.getByText('Other fields need a higher version.').waitFor();
  });

  it('says below JSON what Done would say of it, for the stream and the server that are chosen', async () => {
    const problem = page.locator('#sea-define-problem');
    const stream = page.getByLabel('Stream', { exact: true });
    const words = 'Will be refused: version 2 is stored with other fields.';
    const changed = { ...BOILER, fields: BOILER.fields.slice(1) };
    await openDialog(page, 'built');
    await page.getByRole('tab', { name: 'JSON' }).click();
    await typeJson(JSON.stringify(changed));
    await problem.getByText(words).waitFor();
    await typeJson(JSON.stringify({ ...changed, version: 3 }));
    await problem.waitFor({ state: 'hidden' });
    await typeJson(JSON.stringify({ ...changed, version: 1 }));
    await problem.getByText('Will be refused: the stored version 2 is higher than 1.').waitFor();
    await stream.fill('kettle');
    await stream.blur();
    await problem.waitFor({ state: 'hidden' });
    await stream.fill('boiler');
    await stream.blur();
    await problem.waitFor();
    await page.locator('#node-input-server').selectOption({ index: 1 });
    await problem.waitFor({ state: 'hidden' });
  });

  it('leaves the focus where somebody presses', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await page.getByRole('button', { name: 'Load from server' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Loaded from the server: version 2.').waitFor();
    assert.equal(await focusedText(), 'Load from server');
    await press('From a sample…');
    await page.getByLabel('A message as JSON').fill('{ "heat": 1.5 }');
    await press('Replace all fields');
    assert.equal(await focusedText(), 'From a sample…');
  });

  it('says whom it would have to ask, while there is nobody', async () => {
    await openDialog(page, 'broken');
    await press('Load from server');
    assert.equal(await notice().innerText(), 'Fill in the stream first.');
    await page.getByLabel('Stream', { exact: true }).fill('nowhere');
    await press('Load from server');
    await page.getByText('The server has no such stream yet.').waitFor();
    await page.locator('#node-input-server').selectOption({ index: 1 });
    await press('Load from server');
    assert.equal(await notice().innerText(), 'Choose a server first.');
  });

  it('drops the request that is under way when the dialog is closed', async () => {
    await page.route('**/definition*', () => {}, { times: 1 });
    await openDialog(page, 'built');
    const asked = page.waitForRequest(/\/definition/);
    await press('Changes');
    await asked;
    const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/definition'));
    await end(page.locator('#node-dialog-cancel'));
    assert.match((await ended).failure()?.errorText ?? '', /ABORTED/);
    await page.unrouteAll();
  });

  it('saves what is built, and Node-RED takes it for valid', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await page.getByLabel('Stream', { exact: true }).fill('teapot');
    await press('Add a field');
    await page.keyboard.type('heat');
    await end(page.locator('#node-dialog-ok'));
    const { schema, valid } = await page.evaluate(() => {
      const node = RED.nodes.node('new');
      return { schema: node.schema, valid: node.valid };
    });
    assert.deepEqual(JSON.parse(schema), { version: 1, fields: [{ name: 'heat', type: 'string' }] });
    assert.equal(valid, true);
  });
});
