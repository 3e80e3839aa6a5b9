/** The picture of a stream's values, in the sidebar of a real editor. */

import assert from 'node:assert/strict';
import { editorSuite } from '../../../../support/browser/editor-suite';
import { AdminApi } from '../../../../support/node-red/admin';

/** Node-RED's editor, for what runs in the page. */
declare const RED: { actions: { invoke(name: string): void }; sidebar: { show(id: string): void } };

const at = { z: 'flow', x: 400, y: 80 };
const inject = (id: string, payload: object) => ({
  ...{ id, type: 'inject', props: [{ p: 'payload' }], payload: JSON.stringify(payload), payloadType: 'json' },
  ...{ ...at, x: 120, wires: [['out']] },
});
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  inject('level', { level: 3 }),
  inject('switch', { on: true }),
  { id: 'out', type: 'stream-sea-out', server: 'sea', stream: 'loose', wires: [], ...at },
  { id: 'in', type: 'stream-sea-in', server: 'sea', stream: 'loose', wires: [[]], ...at, y: 160 },
];

describe("the chart of a stream's values", function () {
  this.timeout(120_000);

  const suite = editorSuite({ flows: FLOW });

  it('says nothing of messages that have not come, and has what it drew when it is seen again', async () => {
    const { page, nodeRed } = suite;
    const admin = new AdminApi(nodeRed.url);
    const answered = () => page.waitForResponse(/\/streams\/loose\/peek\?/);
    const show = () => page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
    await show();
    const stream = page.locator('.sea-stream', { hasText: 'loose' });
    await stream.getByTitle('Values of loose').press('Enter');
    const note = stream.locator('.sea-picture-note');
    const level = stream.getByRole('button', { name: /level\s*3/ });
    await answered();
    await answered();
    assert.equal(await note.innerText(), 'Waiting for messages …');
    await admin.post('inject/switch');
    await note.filter({ hasText: 'Its messages hold no numbers.' }).waitFor();
    const publishing = setInterval(() => void admin.post('inject/level'), 300);
    await level.waitFor().finally(() => clearInterval(publishing));

    // Where nobody sees it, nobody asks: the next look begins without knowing of any field.
    await page.evaluate(() => RED.sidebar.show('info'));
    await stream.waitFor({ state: 'hidden' });
    await show();
    await answered();
    await answered();
    await answered();
    // What was known last stays beside the name, though the line is broken there.
    assert.equal(await level.count(), 1);
    assert.equal(await note.innerText(), '');
  });
});
