/** What somebody meets who begins without having read anything, in a real editor. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { dialogAtRest, fieldOf, openDialog } from '../../support/browser/browser';
import { editorSuite } from '../../support/browser/editor-suite';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    node(id: string): { server: string; schema: string; valid: boolean };
    add(node: object): void;
    remove(id: string): void;
    eachNode(visit: (node: { id: string; type: string }) => void): void;
  };
  utils: { getNodeLabel(node: object): string };
};

const at = { z: 'flow', x: 500, y: 80, wires: [] };
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'in', type: 'stream-sea-in', server: 'sea', stream: 'boiler', ...at },
  { id: 'out', type: 'stream-sea-out', server: 'sea', stream: 'boiler', ...at, y: 140 },
  { id: 'define', type: 'stream-sea-define', server: 'sea', stream: 'boiler', ...at, y: 200 },
  { id: 'named', type: 'stream-sea-out', server: 'sea', stream: 'boiler', name: 'Mine', ...at, y: 260 },
  {
    id: 'several',
    type: 'stream-sea-in',
    server: 'sea',
    stream: '',
    streams: [' a ', { stream: 'b' }],
    ...at,
    y: 380,
  },
  { id: 'before', type: 'stream-sea-out', server: '', ...at, y: 320 },
  { id: 'sea', type: 'stream-sea-server' },
  { id: 'others', type: 'stream-sea-server', z: 'elsewhere', name: 'Serves other machines', port: '18888' },
  { id: 'elsewhere', type: 'tab', label: 'Elsewhere' },
];

describe('a newcomer to the editor', function () {
  this.timeout(240_000);

  const suite = editorSuite({ flows: FLOW, editor: { moving: true } });
  let page: Page;

  before(() => {
    page = suite.page;
  });

  async function end(button: 'ok' | 'cancel'): Promise<void> {
    await page.locator(`#node-dialog-${button}`).click();
    await page.locator(`#node-dialog-${button}`).waitFor({ state: 'detached' });
  }

  /** @returns the id of the node that was dropped. */
  async function drop(type: string, y: number): Promise<string> {
    // A dialog that has just gone still keeps the palette from being used.
    await page.locator('#red-ui-palette-shade').waitFor({ state: 'hidden' });
    const from = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
    await from.scrollIntoViewIfNeeded();
    await from.hover();
    await page.mouse.down();
    await page.mouse.move(400, y, { steps: 8 });
    await page.mouse.up();
    return page.evaluate((wanted) => {
      const ids: string[] = [];
      // It stops at a false.
      RED.nodes.eachNode(({ id, type: its }) => {
        if (its === wanted) ids.push(id);
      });
      return ids.at(-1) ?? '';
    }, type);
  }

  it('tells the nodes of one stream apart, as long as nobody has named them', async () => {
    const labels = await page.evaluate(() =>
      ['in', 'out', 'define', 'named', 'several', 'before'].map((id) =>
        RED.utils.getNodeLabel(RED.nodes.node(id)),
      ),
    );
    assert.deepEqual(labels, [
      'stream in: boiler',
      'stream out: boiler',
      'define: boiler',
      'Mine',
      'stream in: a +1',
      'stream out',
    ]);
  });

  it('tells servers apart that nobody has named, as those of two examples', async () => {
    const labels = await page.evaluate(() => {
      const found: string[] = [];
      for (const id of ['second', 'third']) RED.nodes.add({ ...RED.nodes.node('sea'), id, users: [] });
      for (const id of ['sea', 'second', 'third']) found.push(RED.utils.getNodeLabel(RED.nodes.node(id)));
      for (const id of ['second', 'third']) RED.nodes.remove(id);
      return found;
    });
    const own = 'stream-sea in this Node-RED';
    assert.deepEqual(labels, [own, `${own} (2)`, `${own} (3)`]);
  });

  it('finds the only server chosen in a node that was there before it', async () => {
    await openDialog(page, 'before');
    assert.equal(await page.locator('#node-input-server').inputValue(), 'sea');
    await end('ok');
    const { server, valid } = await page.evaluate(() => {
      const node = RED.nodes.node('before');
      return { server: node.server, valid: node.valid };
    });
    assert.deepEqual([server, valid], ['sea', true]);
  });

  it('finds something to build in a new define node, and the choice they have made afterwards', async () => {
    const id = await drop('stream-sea-define', 500);
    await openDialog(page, id);
    const here = page.getByRole('radio', { name: 'Set here' });
    assert.equal(await here.isChecked(), true);
    assert.equal(await page.getByRole('button', { name: 'Add a field', exact: true }).isVisible(), true);
    assert.deepEqual(await page.locator('.sea-field-mistake:not(:empty)').allInnerTexts(), []);
    await end('cancel');
    await openDialog(page, id);
    assert.equal(await here.isChecked(), true);
    await page.getByRole('radio', { name: 'From the message' }).check();
    await end('ok');
    await openDialog(page, id);
    assert.equal(await here.isChecked(), false);
    await end('cancel');
  });

  it('is not told that a server is unused that serves other machines', async () => {
    await drop('stream-sea-out', 600);
    await page.locator('#red-ui-header-button-deploy').click();
    const notices = page.locator('.red-ui-notification');
    await notices.filter({ hasText: 'Successfully deployed' }).waitFor();
    assert.equal(await notices.filter({ hasText: 'Serves other machines' }).count(), 0);
  });

  it('sees the fields stay where they are when something is known of the stream', async () => {
    await openDialog(page, 'in');
    const below = () => page.locator('#node-input-delivery').boundingBox();
    const note = page.locator('#sea-stream-note');
    await note.filter({ hasText: 'takes any message' }).waitFor();
    const before = await below();
    await fieldOf(page, 'Stream').fill('');
    await note.filter({ hasNotText: /./ }).waitFor();
    assert.deepEqual(await below(), before);
    await dialogAtRest(page, 'node');
    await end('cancel');
  });
});
