/** The boiler example as a newcomer meets it: imported from the menu, deployed, watched. */

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { editorSuite } from '../support/browser/editor-suite';
import {
  debugMessages,
  deploy,
  importExample,
  nodesIn,
  openDebugSidebar,
  pressInject,
  showFlow,
  statusOf,
} from '../support/browser/flow-editor';

describe('the boiler example in a real browser', function () {
  this.timeout(240_000);

  const suite = editorSuite({ editor: { moving: true } });

  it('is imported from the menu, deployed, and delivers readings and an alarm', async () => {
    const { page } = suite;
    await importExample(page, '01-boiler-telemetry');
    await deploy(page);
    await showFlow(page, 'Boiler telemetry');
    await openDebugSidebar(page);

    const readings = debugMessages(page, 'readings');
    await readings.nth(2).waitFor();
    assert.match(await readings.first().innerText(), /boiler_data : msg\.payload : Object/);
    assert.match(await readings.first().innerText(), /boiler: "north"/);
    assert.match(await debugMessages(page, 'ALARM').first().innerText(), /Boiler \w+ is at 9\.\d+ bar\./);

    const nodes = await nodesIn(page);
    const ours = nodes.filter(({ type }) => type.startsWith('stream-sea-'));
    assert.equal(ours.length, 3);
    for (const { id } of ours) {
      const status = await statusOf(page, id, /connected/);
      const dot = await status.locator('.red-ui-flow-node-status').getAttribute('class');
      assert.match(dot ?? '', / red-ui-flow-node-status-dot-green$/);
    }

    const broken = nodes.find(({ name }) => name === 'a broken reading');
    await pressInject(page, broken?.id ?? '');
    const error = debugMessages(page, 'what went wrong');
    await error.first().waitFor();
    assert.match(await error.first().innerText(), /pressure should be a number, but is/);
  });
});
