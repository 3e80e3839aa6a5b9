/** The dialog of a server on the port of Node-RED itself. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { seriousFindings } from '../../../support/browser/axe';
import { dialogAtRest, openDialog } from '../../../support/browser/browser';
import { editorSuite } from '../../../support/browser/editor-suite';
import { AdminApi } from '../../../support/node-red/admin';

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server', listenOn: 'node-red' },
  { id: 'older', type: 'stream-sea-server' },
  { id: 'in', z: 'flow', type: 'stream-sea-in', server: 'sea', stream: 's', wires: [[]], x: 100, y: 60 },
  {
    id: 'other',
    z: 'flow',
    type: 'stream-sea-in',
    server: 'older',
    stream: 's',
    wires: [[]],
    x: 100,
    y: 120,
  },
];
const CREDENTIALS = { sea: { clientId: 'kessel', clientSecret: 'sEcReT-4711' } };

describe('the dialog of a server on Node-RED’s own port', function () {
  this.timeout(240_000);

  const suite = editorSuite({ flows: FLOW, credentials: CREDENTIALS, settings: { httpNodeRoot: '/flows/' } });
  let page: Page;

  before(() => {
    page = suite.page;
  });

  const open = async (of: string): Promise<void> => {
    await openDialog(page, of);
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
  };

  const leave = async (button = '#node-config-dialog-cancel'): Promise<void> => {
    for (const each of [button, '#node-dialog-cancel']) {
      await page.locator(each).click();
      await page.locator(each).waitFor({ state: 'detached' });
    }
  };

  const port = () => page.locator('#node-config-input-port');
  const reached = () => page.getByLabel('Reached by');

  it('shows the address that others reach it by, and no host and port', async () => {
    await open('in');
    assert.equal(await reached().inputValue(), 'node-red');
    const invitation = page.locator('#sea-server-invitation').filter({ hasText: 'kessel' });
    await invitation.waitFor();
    assert.ok((await invitation.innerText()).includes(`${suite.nodeRed.url}flows/stream-sea`));
    assert.equal(await port().isVisible(), false);
    assert.equal(await page.locator('#node-config-input-host').isVisible(), false);
    assert.deepEqual(await seriousFindings(page, '.sea-dialog'), []);
    await leave();
    const { body } = await new AdminApi(suite.nodeRed.url).get('stream-sea/sea/invitation');
    assert.deepEqual(body.inside, { path: '/flows/stream-sea', adminRoot: '/' });
  });

  it('is tested by whether there is room at the path, which its own server does not take from it', async () => {
    const admin = new AdminApi(suite.nodeRed.url);
    const settings = { where: 'embedded', listenOn: 'node-red' };
    const test = async (id: string) =>
      (await admin.post('stream-sea/test', { id, settings, credentials: {} })).body.steps[0];
    assert.deepEqual(await test('sea'), { step: 'listen', outcome: 'fine', detail: '/flows/stream-sea' });
    assert.match((await test('older')).problem.message, /is at \/flows\/stream-sea already/);
  });

  it('has what an older flow does not say be a port of its own, until something else is chosen', async () => {
    await open('other');
    assert.equal(await reached().inputValue(), 'port');
    assert.equal(await port().isVisible(), true);
    await port().fill('none');
    await reached().selectOption('node-red');
    assert.equal(await port().isVisible(), false);
    await page.getByRole('radio', { name: 'Somewhere else' }).check();
    assert.equal(await reached().isVisible(), false);
    assert.equal(await port().isVisible(), true);
    await page.getByRole('radio', { name: 'In this Node-RED' }).check();
    await leave('#node-config-dialog-ok');
    const [listenOn, valid] = await page.evaluate(() => {
      const { nodes } = (globalThis as unknown as { RED: { nodes: { node(id: string): object } } }).RED;
      const node = nodes.node('older');
      return [Reflect.get(node, 'listenOn'), Reflect.get(node, 'valid')];
    });
    assert.deepEqual([listenOn, valid], ['node-red', true], 'a port that is not used is not wrong');
  });

  it('takes the address that it gives apart, for another Node-RED', async () => {
    await open('other');
    await page.getByRole('radio', { name: 'Somewhere else' }).check();
    const host = page.locator('#node-config-input-host');
    await host.fill('http://gateway:1880/flows/stream-sea');
    await host.blur();
    assert.equal(await host.inputValue(), 'gateway/flows/stream-sea');
    assert.equal(await port().inputValue(), '1880');
    assert.doesNotMatch((await host.getAttribute('class')) ?? '', /input-error/);
    await leave();
  });
});
