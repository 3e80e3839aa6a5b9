/** "Your first flow" of the README, step by step, by mouse and keyboard, in an empty Node-RED. */

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fieldOf, openDialog } from '../support/browser/browser';
import { editorSuite } from '../support/browser/editor-suite';
import {
  addServer,
  deploy,
  dragFromPalette,
  end,
  openDebugSidebar,
  pressInject,
  statusOf,
  wire,
} from '../support/browser/flow-editor';

const MESSAGE = '{ "temperature": 21.5 }';

describe("the README's first flow", function () {
  this.timeout(240_000);

  const suite = editorSuite({ editor: { moving: true } });

  it('passes messages, with nothing filled in for the server', async () => {
    const { page } = suite;
    const stream = fieldOf(page, 'Stream');

    // 1. Add a server, by the first node that needs one.
    const input = await dragFromPalette(page, 'stream-sea-in', { x: 360, y: 400 });
    await openDialog(page, input);
    await addServer(page);
    await stream.fill('greenhouse');
    await end(page, 'Done');

    // 2. See what arrives.
    const debug = await dragFromPalette(page, 'debug', { x: 820, y: 400 });
    await wire(page, input, debug);

    // 3. Say what the stream carries.
    const define = await dragFromPalette(page, 'stream-sea-define', { x: 540, y: 200 });
    const start = await dragFromPalette(page, 'inject', { x: 360, y: 200 });
    await wire(page, start, define);
    await wire(page, define, debug);
    await openDialog(page, define);
    await stream.fill('greenhouse');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await page.getByRole('button', { name: 'From a sample…' }).click();
    await page.getByLabel('A message as JSON').fill(MESSAGE);
    await page.getByRole('button', { name: 'Use these fields' }).click();
    await end(page, 'Done');

    // 4. Publish.
    const output = await dragFromPalette(page, 'stream-sea-out', { x: 540, y: 300 });
    const reading = await dragFromPalette(page, 'inject', { x: 360, y: 300 });
    await wire(page, reading, output);
    await openDialog(page, output);
    await stream.fill('greenhouse');
    await end(page, 'Done');
    await openDialog(page, reading);
    const payload = page.locator('#node-input-property-container li').first();
    await payload.locator('.red-ui-typedInput-type-select').last().click();
    await page.locator('.red-ui-typedInput-options:visible').getByText('JSON', { exact: true }).click();
    await payload.locator('.red-ui-typedInput-input').last().fill(MESSAGE);
    await end(page, 'Done');

    // 5. Deploy, and press the two buttons.
    await deploy(page);
    await openDebugSidebar(page);
    for (const node of [input, output, define]) await statusOf(page, node, /connected/);
    await pressInject(page, start);
    const messages = page.locator('.red-ui-debug-msg');
    await messages.nth(0).waitFor();
    assert.match(await messages.nth(0).innerText(), /name: "greenhouse", version: 1, fields: array\[1\]/);
    await pressInject(page, reading);
    await messages.nth(1).waitFor();
    assert.match(await messages.nth(1).innerText(), /greenhouse : msg\.payload : Object/);
    assert.match(await messages.nth(1).innerText(), /\{ temperature: 21\.5 \}/);
  });
});
