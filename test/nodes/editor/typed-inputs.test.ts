/** Streams and messages from elsewhere, and lists of streams, filled in by a person in a real editor. */

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { seriousFindings } from '../../support/browser/axe';
import { fieldOf, freshEditor, openDialog } from '../../support/browser/browser';
import { editorSuite } from '../../support/browser/editor-suite';
import { until } from '../../support/until';

/** Node-RED's editor, for what runs in the page. */
declare const RED: { nodes: { node(id: string): Record<string, unknown>; dirty(): boolean } };

const SCHEMA = JSON.stringify({ version: 1, fields: [{ name: 'temperature', type: 'float' }] });
const place = (y: number) => ({ z: 'flow', server: 'sea', x: 200, y, wires: [[]] });

/** As the version before saved them. */
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  { id: 'begin', type: 'inject', once: true, onceDelay: 0, props: [], ...place(40), wires: [['define']] },
  {
    id: 'define',
    type: 'stream-sea-define',
    stream: 'boiler',
    schema: SCHEMA,
    ...place(80),
    wires: [['see']],
  },
  { id: 'see', type: 'debug', z: 'flow', x: 400, y: 80, wires: [] },
  {
    id: 'in',
    type: 'stream-sea-in',
    stream: 'boiler',
    delivery: 'every',
    group: '',
    inputs: 0,
    ...place(120),
  },
  { id: 'out', type: 'stream-sea-out', stream: '', validate: 'types', batch: true, ...place(160) },
  { id: 'describe', type: 'stream-sea-describe', stream: 'boiler', ...place(200) },
];

describe('typed inputs in a real editor', function () {
  this.timeout(240_000);

  const suite = editorSuite({ flows: FLOW });
  let page: Page;

  before(() => {
    page = suite.page;
  });

  beforeEach(() => freshEditor(suite.editor));

  const press = async (button: 'ok' | 'cancel') => {
    await page.locator(`#node-dialog-${button}`).click();
    await page.locator(`#node-dialog-${button}`).waitFor({ state: 'detached' });
  };

  const saved = (id: string, ...names: string[]) =>
    page.evaluate(
      ([key, ...wanted]) => {
        const node = RED.nodes.node(key ?? '');
        return Object.fromEntries(wanted.map((name) => [name, node[name]]));
      },
      [id, ...names],
    );

  /**
   * The core's menu closes without a choice when the focus goes elsewhere just then, and the next click on its button may
   * then be taken for the one that closes it: each step waits a moment only, so that there is time to begin anew.
   */
  const choose = async (name: string, kind: string) => {
    const container = page.locator(`#node-input-${name} + .red-ui-typedInput-container`);
    const item = page.locator(`.red-ui-typedInput-options:visible a[value="${kind}"]`);
    const type = page.locator(`#node-input-${name}Type`);
    const step = { timeout: 2_000 };
    const attempt = async () => {
      if (!(await item.isVisible())) await container.locator('button').first().click(step);
      await item.click(step);
      await item.waitFor({ state: 'detached', ...step });
    };
    await until(async () => {
      await attempt().catch(() => {});
      return (await type.inputValue()) === kind;
    }, `the choice of ${kind} for ${name}`);
  };

  it('leave an older flow as it is: nothing is changed by looking at it', async () => {
    for (const id of ['in', 'out', 'describe', 'define']) {
      await openDialog(page, id);
      await press('cancel');
    }
    assert.equal(await page.evaluate(() => RED.nodes.dirty()), false);
    const { valid } = await saved('out', 'valid');
    assert.equal(valid, true);
  });

  it('take the stream from the message, and the message from an expression that can be wrong', async () => {
    await openDialog(page, 'out');
    await choose('stream', 'msg');
    assert.equal(await fieldOf(page, 'Stream').inputValue(), 'topic');
    assert.equal(await page.locator('.sea-out-dialog .input-error').count(), 0);
    await fieldOf(page, 'Stream').fill('device');
    await page.locator('#sea-stream-note', { hasText: 'The running flow gives the name' }).waitFor();
    assert.equal(await page.locator('#sea-stream ~ .sea-suggest:visible').count(), 0);
    await choose('payload', 'jsonata');
    await fieldOf(page, 'Message').fill('$sum(');
    assert.deepEqual(await seriousFindings(page, '.sea-out-dialog'), []);
    await press('ok');
    const wrong = await saved('out', 'stream', 'streamType', 'payload', 'payloadType', 'valid');
    assert.deepEqual(wrong, {
      ...{ stream: 'device', streamType: 'msg' },
      ...{ payload: '$sum(', payloadType: 'jsonata', valid: false },
    });
    await openDialog(page, 'out');
    assert.equal(await fieldOf(page, 'Stream').inputValue(), 'device');
    await fieldOf(page, 'Message').fill('$sum(payload)');
    await press('ok');
    assert.deepEqual(await saved('out', 'valid'), { valid: true });
  });

  it('try a message, as a field, with a stream that only messages name', async () => {
    await openDialog(page, 'out');
    const result = page.locator('.sea-section-line');
    await page.getByRole('button', { name: 'Take the last that passed' }).click();
    await result.locator('.sea-problem', { hasText: 'stream' }).waitFor();
    await page.keyboard.type('boiler');
    assert.equal(await page.getByPlaceholder('Stream to try with').inputValue(), 'boiler');
    await page.getByLabel('Try a message').fill('"21,5"');
    await result.getByText('Does not follow the schema, version 1').waitFor();
    await page.getByLabel('Field', { exact: true }).fill('temperature');
    await page.getByLabel('Numbers with a decimal comma').check();
    await result.getByText('Follows the schema, version 1').waitFor();
    await page.getByRole('button', { name: 'Take the last that passed' }).click();
    await result
      .getByText('No message of this stream has passed for 10 seconds')
      .waitFor({ timeout: 60_000 });
    await press('cancel');
  });

  it('keep a list of streams, each with its delivery', async () => {
    await openDialog(page, 'in');
    await fieldOf(page, 'Stream').fill('a/+');
    await page.locator('#sea-stream-note', { hasText: 'Names are literal' }).waitFor();
    await fieldOf(page, 'Stream').fill('');
    const add = page.locator('.sea-further .red-ui-editableList-addButton');
    for (const [index, name] of ['pump', ' ', 'boiler'].entries()) {
      await add.click();
      // The new line has the focus.
      await page.keyboard.type(name);
      assert.equal(await page.getByLabel('Further stream', { exact: true }).nth(index).inputValue(), name);
    }
    assert.equal(await page.locator('.sea-further-group:visible').count(), 0);
    await page.locator('.sea-further-delivery').nth(2).selectOption('group');
    await page.locator('.sea-further-group:visible').fill('night');
    assert.deepEqual(await seriousFindings(page, '.sea-in-dialog'), []);
    await press('ok');
    assert.deepEqual(await saved('in', 'stream', 'streams', 'valid'), {
      stream: '',
      streams: [
        { stream: 'pump', delivery: 'every', group: '' },
        { stream: 'boiler', delivery: 'group', group: 'night' },
      ],
      valid: true,
    });
    await openDialog(page, 'in');
    assert.equal(await page.locator('.sea-further-group:visible').inputValue(), 'night');
    await press('cancel');
  });

  it('say which stream is named twice, as long as it is', async () => {
    const twice = page.locator('.sea-in-dialog [role=status]', { hasText: '"boiler" is named twice' });
    const wrong = page.locator('.sea-further [aria-invalid=true]');
    await openDialog(page, 'in');
    const add = page.locator('.sea-further .red-ui-editableList-addButton');
    await add.click();
    await page.keyboard.type(' boiler');
    await twice.waitFor();
    assert.equal(await wrong.count(), 1);
    assert.deepEqual(await seriousFindings(page, '.sea-in-dialog'), []);
    await press('ok');
    assert.deepEqual(await saved('in', 'valid', 'validationErrors'), {
      valid: false,
      validationErrors: ['Further streams: "boiler" is named twice'],
    });
    await openDialog(page, 'in');
    await twice.waitFor();
    await fieldOf(page, 'Stream').fill('pump');
    await twice.waitFor({ state: 'detached' });
    await add.click();
    await page.keyboard.type('boiler');
    await twice.waitFor();
    await page.getByLabel('Remove this stream').first().click();
    await twice.waitFor({ state: 'detached' });
    await wrong.waitFor({ state: 'detached' });
    await press('ok');
    assert.equal((await saved('in', 'valid')).valid, true);
  });

  it('give one schema to a list of streams', async () => {
    await openDialog(page, 'define');
    await page.locator('.sea-further .red-ui-editableList-addButton').click();
    await page.getByLabel('Further stream', { exact: true }).fill('pump');
    await choose('stream', 'env');
    await fieldOf(page, 'Stream').fill('SITE');
    await press('ok');
    assert.deepEqual(await saved('define', 'stream', 'streamType', 'streams', 'valid'), {
      ...{ stream: 'SITE', streamType: 'env' },
      ...{ streams: ['pump'], valid: true },
    });
  });
});
