/** What the dialogs of describe and out show of a stream's schema, in a real editor on a real Node-RED. */

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { seriousFindings } from '../../support/browser/axe';
import { openDialog } from '../../support/browser/browser';
import { editorSuite } from '../../support/browser/editor-suite';
import { AdminApi } from '../../support/node-red/admin';

const BOILER = JSON.stringify({
  version: '1.2',
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'state', type: 'enum', enum: ['on', 'off'] },
    { name: 'place', type: 'object', fields: [{ name: 'room', type: 'string' }] },
  ],
});

const MESSAGE = '{"temperature":90.5,"state":"on","place":{"room":"cellar"}}';

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  {
    id: 'describe',
    type: 'stream-sea-describe',
    z: 'flow',
    server: 'sea',
    stream: 'boiler',
    x: 150,
    y: 40,
    wires: [[]],
  },
  {
    id: 'start',
    type: 'inject',
    z: 'flow',
    once: true,
    onceDelay: 0.1,
    props: [],
    x: 100,
    y: 100,
    wires: [['define']],
  },
  {
    ...{
      id: 'define',
      type: 'stream-sea-define',
      z: 'flow',
      server: 'sea',
      stream: 'boiler',
      schema: BOILER,
    },
    ...{ x: 250, y: 100, wires: [['message']] },
  },
  {
    ...{ id: 'message', type: 'change', z: 'flow', x: 420, y: 100, wires: [['out']] },
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: MESSAGE, tot: 'json' }],
  },
  {
    id: 'out',
    type: 'stream-sea-out',
    z: 'flow',
    server: 'sea',
    stream: 'boiler',
    x: 150,
    y: 160,
    wires: [],
  },
  { id: 'done', type: 'complete', z: 'flow', scope: ['out'], x: 150, y: 220, wires: [['say']] },
  { id: 'say', type: 'debug', z: 'flow', console: true, tosidebar: false, x: 300, y: 220, wires: [] },
];

describe("a stream's schema in the dialogs", function () {
  this.timeout(240_000);

  const suite = editorSuite({
    flows: FLOW,
    prepare: (nodeRed) => nodeRed.prints(/temperature/),
    leave: async () => {
      await page.locator('#node-dialog-cancel').click();
      await page.locator('#node-dialog-cancel').waitFor({ state: 'detached' });
    },
  });
  let page: Page;

  before(() => {
    page = suite.page;
  });

  const stream = () => page.getByLabel('Stream', { exact: true });

  it('stands in describe as a table, as soon as it is opened', async () => {
    await openDialog(page, 'describe');
    await page.getByText('Version 1.2', { exact: true }).waitFor();
    assert.deepEqual(await page.locator('.sea-schema tbody tr').allInnerTexts(), [
      'temperature\tfloat\t',
      'state\tenum\tonoff',
      'place\tobject\t',
      'room\tstring\t',
    ]);
    assert.equal(await page.locator('.sea-schema tbody tr').last().locator('.sea-guide').count(), 1);
    assert.deepEqual(await seriousFindings(page, '.sea-describe-dialog'), []);
  });

  it('is that of the stream the dialog names now', async () => {
    await openDialog(page, 'describe');
    await page.getByText('Version 1.2', { exact: true }).waitFor();
    await stream().fill('kettle');
    await stream().press('Tab');
    await page.getByText('The server has no such stream yet: the node answers null.').waitFor();
    assert.equal(await page.locator('.sea-schema').count(), 0);
    await stream().fill('');
    await page.getByRole('button', { name: 'Refresh' }).press('Enter');
    await page.getByText('Fill in the stream first.').waitFor();
  });

  it('is held against the last message that passed', async () => {
    await openDialog(page, 'out');
    await page.getByRole('button', { name: 'Take the last that passed' }).click();
    // More than one: the first may pass before the question has come to the runtime.
    const publishing = setInterval(() => void new AdminApi(suite.nodeRed.url).post('inject/start'), 300);
    await page.getByText('Follows the schema, version 1.2: each field that is there has its type.').waitFor();
    clearInterval(publishing);
    assert.deepEqual(JSON.parse(await page.getByLabel('Try a message').inputValue()), JSON.parse(MESSAGE));
  });

  it('is held against a message as it is typed, as strictly as the node checks', async () => {
    await openDialog(page, 'out');
    const message = page.getByLabel('Try a message');
    const problems = page.locator('.sea-out-dialog .sea-notes li');
    await message.fill('{ "temperature": "hot", "place": { "room": 1 } }');
    await page.getByText('Does not follow the schema, version 1.2:').waitFor();
    assert.deepEqual(await problems.allInnerTexts(), [
      'temperature should be a number, but is the string "hot"',
      'place.room should be a string, but is the number 1',
    ]);
    // A slip of the pen that no server minds.
    await message.fill('{ "temprature": 21.5 }');
    await page.getByText('Follows the schema, version 1.2:').waitFor();
    assert.deepEqual(
      (await problems.allInnerTexts()).map((text) => text.trim()),
      ['temprature is not a field of the schema'],
    );
    await message.fill('{ "temperature": "hot", "place": { "room": 1 } }');
    await page.getByLabel('Checking').selectOption('strict');
    await problems.getByText('is missing').waitFor();
    assert.equal(await problems.count(), 3);
    assert.deepEqual(await seriousFindings(page, '.sea-out-dialog'), []);
    await message.fill('{ "temperature": ');
    await page.getByText('Not JSON: ').waitFor();
    await message.fill('');
    assert.equal(await page.getByText('Not JSON').count(), 0);
    await message.fill('{}');
    await stream().fill('kettle');
    await stream().press('Tab');
    const result = page.locator('.sea-section-line');
    await result.getByText('No schema on the server yet: it takes any message.').waitFor();
    assert.equal(await result.locator('.sea-problem').count(), 0, 'what the server takes is no mistake');
  });
});
