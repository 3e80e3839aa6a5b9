/** The dialog of a node while the first server is added from it. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { freshEditor, openDialog } from '../../support/browser/browser';
import { editorSuite } from '../../support/browser/editor-suite';
import { addServer } from '../../support/browser/flow-editor';

const TYPES = ['stream-sea-in', 'stream-sea-define', 'stream-sea-admin'];

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  ...TYPES.map((type, index) => {
    const place = { z: 'flow', x: 300, y: 80 + 60 * index, wires: [] };
    return { id: type, type, server: '', stream: 'boiler', streams: [], ...place };
  }),
];

describe('the first server', function () {
  this.timeout(240_000);

  const suite = editorSuite({ flows: FLOW });

  for (const type of TYPES) {
    it(`leaves everything in the dialog of ${type} where it was when it comes`, async () => {
      await freshEditor(suite.editor);
      const { page } = suite;
      await openDialog(page, type);
      const hint = page.getByText(/^No server yet/).filter({ visible: true });
      await hint.waitFor();
      const places = async () => {
        const rows = await page
          .locator('.sea-dialog > .form-row:visible')
          .evaluateAll((found) => found.map((row) => [row.textContent, row.getBoundingClientRect().top]));
        return new Map(rows.map(([text, top]) => [text, top]));
      };
      const before = await places();
      await addServer(page);
      await hint.waitFor({ state: 'hidden' });
      const known = page.getByText('Deploy to see what the server has.');
      if ((await page.locator('.sea-stream-note').count()) > 0) await known.waitFor();
      const after = await places();
      const moved = [...before].filter(([text, top]) => after.has(text) && after.get(text) !== top);
      assert(after.size >= 3);
      assert.deepEqual(moved, []);
    });
  }
});
