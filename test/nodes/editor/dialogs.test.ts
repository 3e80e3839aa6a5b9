import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { dialogAtRest, fieldOf, freshEditor, openDialog, reloadEditor } from '../../support/browser/browser';
import { editorSuite } from '../../support/browser/editor-suite';
import { AdminApi } from '../../support/node-red/admin';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    node(id: string): Record<string, unknown>;
    eachNode(visit: (node: Record<string, unknown>) => void): void;
    eachConfig(visit: (node: Record<string, unknown>) => void): void;
    dirty(): boolean;
  };
  actions: { invoke(name: string): void };
  sidebar: { containsTab(id: string): boolean };
};
declare const monaco: { editor: { getModels(): unknown[] } };

const node = (id: string, type: string, y: number, more: object = {}) => {
  const x = type === 'out' || type === 'define' ? 400 : 150;
  return { id, type: `stream-sea-${type}`, z: 'flow', server: 'sea', x, y, wires: [[]], ...more };
};

/** All that is looked at stands in one flow: an editor loaded for each part takes as long as five dialogs. */
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  node('in', 'in', 80, { stream: 'boiler' }),
  node('out', 'out', 80),
  node('describe', 'describe', 160),
  node('define', 'define', 160),
  node('versions', 'versions', 240),
  { id: 'sea', type: 'stream-sea-server' },
  // Has a use for what it may let go of.
  node('far', 'out', 240, { server: 'away' }),
  {
    ...{ id: 'away', type: 'stream-sea-server', where: 'remote', host: 'h', auth: 'jwt' },
    ...{ secure: true, tls: 'tls', proxy: 'proxy' },
  },
  { id: 'tls', type: 'tls-config', name: 'TLS', cert: '', key: '', ca: '', servername: '' },
  { id: 'proxy', type: 'http proxy', name: 'Proxy', url: 'http://127.0.0.1:1', noproxy: [] },
  // Cannot be asked.
  node('off', 'in', 320, { server: 'disabled', stream: 'boiler' }),
  { id: 'disabled', type: 'stream-sea-server', d: true },
  node('bad', 'in', 400, { server: 'broken', stream: 'boiler' }),
  { id: 'broken', type: 'stream-sea-server', port: 'eighty' },
  // Made of environment variables.
  node('env-in', 'in', 480, { server: 'env', stream: '${STREAM}', delivery: 'group', group: '${GROUP}' }),
  node('env-define', 'define', 480, { server: 'env', stream: '${STREAM}', schema: '${SCHEMA}' }),
  {
    ...{ id: 'env', type: 'stream-sea-server', where: 'remote', host: '${SEA_HOST}', port: '${SEA_PORT}' },
    ...{ queueLimit: '${LIMIT}', requestTimeout: '${REQUEST}', silenceTimeout: '${SILENCE}' },
  },
];

const DONE = '#node-dialog-ok';
const CANCEL = '#node-dialog-cancel';
const CONFIG_DONE = '#node-config-dialog-ok';

describe('the dialogs in a real editor', function () {
  this.timeout(240_000);

  const suite = editorSuite({ flows: FLOW });
  let page: Page;
  let isEmpty = false;

  before(() => {
    page = suite.page;
  });

  /** The editor as it is when it is loaded. */
  async function open(): Promise<void> {
    await freshEditor(suite.editor);
  }

  /** The editor of a Node-RED without flows. */
  async function openEmpty(): Promise<void> {
    if (!isEmpty) {
      const { status } = await new AdminApi(suite.nodeRed.url).post('flows', []);
      assert.equal(status, 204);
      isEmpty = true;
      await reloadEditor(suite.editor);
    }
    await open();
  }

  /** Presses a button that ends its dialog. */
  async function press(button: string): Promise<void> {
    await page.locator(button).click();
    await page.locator(button).waitFor({ state: 'detached' });
  }

  async function openServer(): Promise<void> {
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
  }

  /** Into the JSON of a define dialog, in place of all that is there. */
  async function typeDefinition(text: string): Promise<void> {
    await page.getByRole('radio', { name: 'Set here' }).check();
    await page.getByRole('tab', { name: 'JSON' }).click();
    await page.locator('#node-input-schema-editor .monaco-editor').click();
    await page.keyboard.press('ControlOrMeta+A');
    // Monaco puts brackets around what is selected.
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(text);
  }

  async function dragFromPalette(type: string, x: number, y: number): Promise<void> {
    const from = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
    await from.scrollIntoViewIfNeeded();
    await from.hover();
    await page.mouse.down();
    // One step would not do: jQuery UI starts to drag after a few pixels.
    await page.mouse.move(x, y, { steps: 8 });
    await page.mouse.up();
  }

  function saved(id: string): Promise<Record<string, unknown>> {
    return page.evaluate((key) => {
      const { server, stream, streams, schema, inputs, changed, valid, validationErrors } =
        RED.nodes.node(key);
      return { server, stream, streams, schema, inputs, changed, valid, validationErrors };
    }, id);
  }

  async function placeholder(field: Locator): Promise<string | null> {
    return field.getAttribute('placeholder');
  }

  it('stands in the palette in a category of its own', async () => {
    await open();
    const category = page.locator('#red-ui-palette-container-stream');
    assert.equal(await category.locator('.red-ui-palette-header').innerText(), 'stream-sea');
    assert.deepEqual(await category.locator('.red-ui-palette-label').allInnerTexts(), [
      'stream in',
      'stream out',
      'describe',
      'define',
      'versions',
      'admin',
    ]);
  });

  it('shows the defaults for what a flow does not say, and keeps them when done', async () => {
    await open();
    await openDialog(page, 'in');
    assert.equal(await page.getByLabel('Delivery').inputValue(), 'every');
    assert.equal(await page.getByLabel('Control by messages').isChecked(), false);
    await openServer();
    for (const [label, value] of [
      ['Port', ''],
      ['Client id', ''],
    ] as const) {
      assert.equal(await page.getByLabel(label, { exact: true }).inputValue(), value);
    }
    assert.equal(await page.getByLabel('Connect automatically').isChecked(), true);
    await page.getByRole('link', { name: 'Queue and timing' }).click();
    assert.equal(await page.getByLabel('While offline').inputValue(), 'memory');
    await press(CONFIG_DONE);
    await press(DONE);

    await openDialog(page, 'out');
    assert.equal(await page.getByLabel('Checking').inputValue(), 'off');
    assert.equal(await page.getByLabel('Send waiting messages together').isChecked(), true);
    assert.equal(await placeholder(fieldOf(page, 'Stream')), 'msg.topic');
    await press(CANCEL);
  });

  it('explains each choice as it is made', async () => {
    await open();
    await openDialog(page, 'in');
    const hint = page.locator('#sea-in-delivery-hint');
    const group = page.getByLabel('Group');
    const delivery = page.getByLabel('Delivery');
    assert.match(await hint.innerText(), /every message/);
    assert.equal(await group.isVisible(), false);
    await delivery.selectOption('shared');
    assert.match(await hint.innerText(), /client id/);
    await delivery.selectOption('group');
    assert.match(await hint.innerText(), /group/);
    assert.equal(await group.isVisible(), true);
    assert.match((await group.getAttribute('class')) ?? '', /input-error/);
    await group.fill('pumps');
    await group.blur();
    assert.doesNotMatch((await group.getAttribute('class')) ?? '', /input-error/);
    await press(CANCEL);
  });

  it('gives a stream in node its input, and takes the stream off the required fields', async () => {
    await open();
    await openDialog(page, 'in');
    await fieldOf(page, 'Stream').fill('');
    await page.getByLabel('Control by messages').check();
    assert.equal(await placeholder(fieldOf(page, 'Stream')), 'none at the start');
    await press(DONE);
    const { inputs, valid } = await saved('in');
    assert.deepEqual({ inputs, valid }, { inputs: 1, valid: true });
    await page.locator('[id="in"] .red-ui-flow-port-input').waitFor();

    await openDialog(page, 'in');
    assert.equal(await page.getByLabel('Control by messages').isChecked(), true);
    await page.getByLabel('Control by messages').uncheck();
    await press(DONE);
    const after = await saved('in');
    assert.equal(after.inputs, 0);
    assert.deepEqual(after.validationErrors, ['Stream: fill in its name, or tick Control by messages']);
  });

  it('shows of a server only the fields that matter, and tells what is wrong in them', async () => {
    await open();
    await openDialog(page, 'out');
    await openServer();
    const field = (label: string) => page.getByLabel(label, { exact: true });
    assert.equal(await field('Listen on').inputValue(), 'localhost');
    assert.equal(await field('Use TLS').isVisible(), false);

    await page.getByRole('radio', { name: 'Somewhere else' }).check();
    assert.equal(await field('Host').isVisible(), true);
    assert.equal(await placeholder(field('Port')), '80');
    assert.equal(await field('TLS').isVisible(), false);
    assert.equal(await field('Token (JWT)').isVisible(), false);
    await field('Use TLS').check();
    assert.equal(await placeholder(field('Port')), '443');
    assert.equal(await field('TLS').isVisible(), true);
    await field('Sign in with').selectOption('jwt');
    assert.equal(await field('Token (JWT)').isVisible(), true);

    await field('Host').fill('sea.example.com?stream');
    await field('Port').fill('70000');
    await press(CONFIG_DONE);
    await press(CANCEL);
    assert.deepEqual((await saved('sea')).validationErrors, [
      'Host: only a name or an address, perhaps with a path behind it, without ws://',
      'Port: a whole number from 1 to 65535, or blank',
    ]);
  });

  it('lets go of what is hidden as it is saved: config nodes, and a token', async () => {
    await open();
    const field = (label: string) => fieldOf(page, label);
    const edit = async (change: () => Promise<void>) => {
      await openDialog(page, 'far');
      await openServer();
      await change();
      await press(CONFIG_DONE);
      await press(CANCEL);
      return page.evaluate(() => {
        const { tls, proxy, credentials } = RED.nodes.node('away');
        const users = ['tls', 'proxy'].map((id) => (RED.nodes.node(id).users as unknown[]).length);
        return [tls, proxy, (credentials as { has_jwt: boolean }).has_jwt, ...users];
      });
    };
    const secure = await edit(async () => {
      await field('Client id').fill('gauge');
      await page.locator('#node-config-input-jwt').fill('a.b.c');
    });
    assert.deepEqual(secure, ['tls', 'proxy', true, 1, 1]);
    assert.deepEqual(await edit(() => field('Use TLS').uncheck()), ['', 'proxy', true, 0, 1]);
    const basic = await edit(async () => {
      await field('Sign in with').selectOption('basic');
    });
    assert.deepEqual(basic, ['', 'proxy', false, 0, 1]);
    const embedded = await edit(() => page.getByRole('radio', { name: 'In this Node-RED' }).check());
    assert.deepEqual(embedded, ['', '', false, 0, 0]);
  });

  it('takes a whole address for the host apart', async () => {
    await open();
    await openDialog(page, 'out');
    await openServer();
    const field = page.locator('#node-config-input-host');
    const portField = page.getByLabel('Port', { exact: true });
    const put = async (address: string) => {
      await field.fill(address);
      await field.blur();
      const [host, port] = [await field.inputValue(), await portField.inputValue()];
      return { host, port, secure: await page.locator('#node-config-input-secure').isChecked() };
    };
    const embedded = 'http://127.0.0.1:8080';
    assert.equal((await put(embedded)).host, embedded, 'no server elsewhere is meant');
    await page.getByRole('radio', { name: 'Somewhere else' }).check();
    assert.deepEqual(await put('wss://sea.example.com/'), {
      host: 'sea.example.com',
      port: '',
      secure: true,
    });
    assert.equal(await placeholder(portField), '443');
    assert.deepEqual(await put('http://10.0.0.7:8080'), { host: '10.0.0.7', port: '8080', secure: false });
    assert.doesNotMatch((await field.getAttribute('class')) ?? '', /input-error/);
    await press('#node-config-dialog-cancel');
    await press(CANCEL);
  });

  it('says why a server cannot be asked that is disabled, or filled in wrongly', async () => {
    await open();
    const note = page.locator('#sea-stream-note');
    await openDialog(page, 'off');
    await note.getByText('The server or its flow is disabled: enable it, and deploy.').waitFor();
    await press(CANCEL);
    await openDialog(page, 'bad');
    await note.getByText("Not known here: The server's port is eighty.").waitFor();
    await openServer();
    await page.locator('#sea-server-invitation').getByText("The server's port is eighty.").waitFor();
    await press('#node-config-dialog-cancel');
    await press(CANCEL);
  });

  it('takes environment variables in any field', async () => {
    await open();
    for (const id of ['env', 'env-in', 'env-define']) {
      assert.deepEqual((await saved(id)).validationErrors ?? [], [], id);
    }
  });

  it('edits a definition, tells what is wrong in it, and leaves no code editor behind', async () => {
    await open();
    await openDialog(page, 'define');
    const problem = page.locator('#sea-define-problem');
    await typeDefinition('{ "version": 1, "fields": [{ "name": "heat", "type": "flaot" }] }');
    await problem.waitFor({ state: 'visible' });
    assert.match(await problem.innerText(), /^Definition: .*heat.*"flaot"/);
    await press(CANCEL);
    assert.equal(await page.evaluate(() => monaco.editor.getModels().length), 0);
    assert.equal((await saved('define')).schema ?? '', '');

    await openDialog(page, 'define');
    const text = '{ "version": 1, "fields": [{ "name": "heat", "type": "float" }] }';
    await typeDefinition(text);
    await press(DONE);
    assert.equal(await page.evaluate(() => monaco.editor.getModels().length), 0);
    const { schema, valid } = await saved('define');
    assert.deepEqual({ schema, valid }, { schema: text, valid: true });
  });

  it('keeps a list of streams', async () => {
    await open();
    await openDialog(page, 'versions');
    const add = page.locator('.sea-versions-dialog .red-ui-editableList-addButton');
    for (const [index, name] of ['boiler data', '', 'weather/1'].entries()) {
      await add.click();
      await page.getByLabel('Stream', { exact: true }).nth(index).fill(name);
    }
    await press(DONE);
    assert.deepEqual((await saved('versions')).streams, ['boiler data', 'weather/1']);

    await openDialog(page, 'versions');
    assert.equal(await page.getByLabel('Stream', { exact: true }).count(), 2);
    await press(CANCEL);
  });

  it('writes no secret into the flow file', async () => {
    await open();
    await openDialog(page, 'in');
    await openServer();
    await page.getByLabel('Client id', { exact: true }).fill('pump-7');
    await page.getByLabel('Client secret', { exact: true }).fill('hunter:2é');
    await press(CONFIG_DONE);
    await press(DONE);
    await page.locator('#red-ui-header-button-deploy').click();
    // Asked because of the servers that are filled in wrongly.
    await page.locator('#red-ui-deploy-dialog-confirm-deploy-deploy').click();
    await page.waitForFunction(() => !RED.nodes.dirty());
    const flows = await readFile(join(suite.nodeRed.userDir, 'flows.json'), 'utf8');
    assert.match(flows, /stream-sea-server/);
    assert.doesNotMatch(flows, /hunter|pump-7/);

    await openDialog(page, 'in');
    await openServer();
    assert.equal(await page.getByLabel('Client secret', { exact: true }).inputValue(), '__PWRD__');
    await press('#node-config-dialog-cancel');
    await press(CANCEL);
  });

  it('leads a newcomer to a working server with two presses, nothing filled in', async () => {
    await openEmpty();
    await dragFromPalette('stream-sea-in', 500, 200);
    const first = page.locator('.red-ui-flow-node').first();
    await first.dblclick();
    await dialogAtRest(page, 'node');
    assert.equal(await page.locator('.sea-notice').isVisible(), true);

    await page.locator('#node-input-btn-server-add').click();
    await dialogAtRest(page, 'config');
    assert.equal(await page.getByRole('radio', { name: 'In this Node-RED' }).isChecked(), true);
    await press(CONFIG_DONE);
    await page.locator('.sea-notice').waitFor({ state: 'hidden' });
    await fieldOf(page, 'Stream').fill('boiler');
    await press(DONE);

    await dragFromPalette('stream-sea-out', 500, 300);
    const found = await page.evaluate(() => {
      const nodes: Record<string, unknown>[] = [];
      RED.nodes.eachNode(({ type, server, valid }) => nodes.push({ type, server, valid }));
      const servers: Record<string, unknown>[] = [];
      RED.nodes.eachConfig(({ id, type, valid }) => servers.push({ id, type, valid }));
      return { nodes, servers: servers.filter(({ type }) => type === 'stream-sea-server') };
    });
    const [server] = found.servers;
    assert.equal(found.servers.length, 1);
    assert.equal(server?.valid, true);
    assert.deepEqual(found.nodes, [
      { type: 'stream-sea-in', server: server?.id, valid: true },
      { type: 'stream-sea-out', server: server?.id, valid: true },
    ]);
  });

  it('has its sidebar tab as long as its nodes are switched on', async () => {
    await openEmpty();
    const turn = async (enabled: boolean) => {
      const answer = await fetch(`${suite.nodeRed.url}nodes/@stream-sea/node-red/stream-sea-server`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ enabled }),
      });
      assert.equal(answer.status, 200);
      const tab = enabled ? 1 : 0;
      await page.waitForFunction((count) => {
        const tools = document.querySelectorAll('.sea-sidebar-tools').length;
        return Number(RED.sidebar.containsTab('stream-sea')) === count && tools === count;
      }, tab);
    };
    await turn(false);
    await turn(true);
    await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
    await page.getByText('No stream-sea server runs here.').waitFor();
  });
});
