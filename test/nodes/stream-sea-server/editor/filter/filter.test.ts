/** A key pair and a filter, made by somebody new to it, by mouse and keyboard; what comes of them, and what must not. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Client, type EmbeddedServer, startServer } from '../../../../../src/index';
import { seriousFindings } from '../../../../support/browser/axe';
import {
  dialogAtRest,
  forgive,
  freshEditor,
  openDialog,
  trayAtRest,
} from '../../../../support/browser/browser';
import { editorSuite } from '../../../../support/browser/editor-suite';
import {
  debugMessages,
  deploy,
  openDebugSidebar,
  statusOf,
  tabTo,
} from '../../../../support/browser/flow-editor';
import { AdminApi } from '../../../../support/node-red/admin';
import { until } from '../../../../support/until';

const BOILER = {
  name: 'boiler_data',
  version: 1,
  fields: [
    { name: 'boiler', type: 'enum', enum: ['east', 'north', 'south'] },
    { name: 'pressure', type: 'float' },
    { name: 'at', type: 'date' },
  ],
};
const at = '2026-11-26T07:00:00Z';
const NORTH_HIGH = { boiler: 'north', pressure: 8.5, at };
const NORTH_LOW = { boiler: 'north', pressure: 7.5, at };
const SOUTH_HIGH = { boiler: 'south', pressure: 9, at };

const path = (e: string) => ({ t: 'path', e });
const IS_NORTH = { t: 'eq', e: [path('$.boiler'), { t: 'string', e: 'north' }] };
const IS_HIGH = { t: 'gt', e: [path('$.pressure'), { t: 'number', e: 8 }] };

const SECRET = 'gauge-secret';

async function openBuilder(page: Page): Promise<void> {
  await page.locator('#sea-server-filter-build').click();
  await trayAtRest(page, '.sea-filter-dialog');
}

describe('a key and a filter', function () {
  this.timeout(240_000);

  const suite = editorSuite(async () => {
    sea = await startServer({ jail: { clientId: 'gauge', clientSecret: SECRET } });
    publisher = new Client({ url: sea.url, credentials: { type: 'basic', ...sea.credentials } });
    await publisher.define(BOILER);
    return {
      flows: [
        { id: 'flow', type: 'tab', label: 'Flow' },
        {
          id: 'sea',
          type: 'stream-sea-server',
          where: 'remote',
          host: '127.0.0.1',
          port: String(sea.port),
          auth: 'basic',
        },
        {
          id: 'in',
          type: 'stream-sea-in',
          z: 'flow',
          server: 'sea',
          stream: BOILER.name,
          x: 200,
          y: 100,
          wires: [['debug']],
        },
        {
          id: 'debug',
          type: 'debug',
          z: 'flow',
          name: 'seen',
          active: true,
          tosidebar: true,
          complete: 'payload',
          x: 500,
          y: 100,
          wires: [],
        },
      ],
      credentials: { sea: { clientId: 'gauge', clientSecret: SECRET } },
      settings: { logging: { console: { level: 'trace', metrics: false, audit: true } } },
      leave: async () => {
        for (const button of ['#node-dialog-cancel', '#node-config-dialog-cancel', '#node-dialog-cancel']) {
          const found = page.locator(button);
          if ((await found.count()) === 0) continue;
          await found.click();
          await found.waitFor({ state: 'detached' });
        }
      },
    };
  });
  let sea: EmbeddedServer;
  let page: Page;
  let publisher: Client;
  let admin: AdminApi;
  /** All that Node-RED has answered, but for the one answer that hands a new key over. */
  let answers: string[];
  let handedOver: string | undefined;

  before(async () => {
    admin = new AdminApi(suite.nodeRed.url);
    page = suite.page;
    answers = [];
    page.on('response', (response) => {
      void response.text().then(
        (text) => {
          if (response.url().endsWith('stream-sea/key-pair')) handedOver = text;
          else answers.push(text);
        },
        () => {},
      );
    });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });

  after(async () => {
    await publisher?.close();
    await sea?.close();
  });

  const publish = (message: object) => publisher.publish(BOILER.name, message);
  const dialog = () => page.locator('.sea-filter-dialog');
  const rows = () => dialog().locator('.sea-part > .sea-condition');
  const verdicts = () => dialog().locator('.sea-sample-messages > li');

  async function openServer(): Promise<void> {
    await openDialog(page, 'in');
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
  }

  async function confirm(button: string): Promise<void> {
    await page.locator(button).click();
    await page.locator(button).waitFor({ state: 'detached' });
  }

  const filterField = () => page.locator('#node-config-input-filter');

  it('are made, set at the server and built by mouse and keyboard', async () => {
    await openServer();
    await page.locator('#node-config-input-auth').selectOption('key');
    await page.getByRole('button', { name: 'Make a key pair' }).click();
    const shown = page.getByRole('textbox', { name: 'Public key' });
    await shown.waitFor();
    const publicKey = await shown.inputValue();
    assert.match(publicKey, /^-----BEGIN PUBLIC KEY-----/);
    await page.getByRole('button', { name: 'Set at the server' }).click();
    await page.getByText('The server has the public key.').waitFor();
    assert.equal(await shown.inputValue(), publicKey);
    assert.deepEqual(await seriousFindings(page, '.sea-server-dialog'), []);

    await openBuilder(page);
    await dialog().getByText('Waiting for messages').waitFor();
    for (const message of [NORTH_HIGH, NORTH_LOW, SOUTH_HIGH]) await publish(message);
    await verdicts().nth(2).waitFor();
    await dialog().getByText('No conditions: all messages get through.').waitFor();

    // By mouse.
    await dialog()
      .getByRole('button', { name: /: condition$/ })
      .click();
    await rows().getByRole('button', { name: 'Known fields' }).click();
    await rows().getByRole('option', { name: 'boiler' }).click();
    await rows().getByRole('combobox', { name: 'Value', exact: true }).selectOption('north');
    await dialog().getByText('2 of 3 get through.').waitFor();

    // By keyboard.
    await tabTo(dialog().getByRole('button', { name: /: condition$/ }));
    await page.keyboard.press('Enter');
    await page.keyboard.type('press');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const second = rows().nth(1);
    await tabTo(second.getByRole('combobox', { name: 'How pressure is compared' }));
    await page.keyboard.type('is ab');
    await tabTo(second.getByRole('textbox', { name: 'Value' }));
    await page.keyboard.type('8');
    await dialog().getByText('1 of 3 get through.').waitFor();
    const ticks = await verdicts().evaluateAll((items) =>
      items.map((item) => (item as HTMLElement).dataset.passes),
    );
    assert.deepEqual(ticks, ['false', 'false', 'true']);
    assert.deepEqual(await seriousFindings(page, '.sea-filter-dialog'), []);
    await page.keyboard.press('Control+Enter');
    await dialog().waitFor({ state: 'detached' });
    assert.deepEqual(JSON.parse(await filterField().inputValue()), { t: 'and', e: [IS_NORTH, IS_HIGH] });
    await page.getByText('boiler is "north" and pressure is above 8').waitFor();

    await confirm('#node-config-dialog-ok');
    await confirm('#node-dialog-ok');
    await deploy(page);
    await openDebugSidebar(page);
    await statusOf(page, 'in', /connected/);
    // By the new token, not by the secret any more.
    await until(async () => {
      const { body } = await admin.get('stream-sea/servers');
      return (
        body.servers[0].subscriptions[0]?.status === 'active' &&
        body.servers[0].subscriptions[0].received === 0
      );
    });
    const seen = debugMessages(page, 'seen');
    const before = await seen.count();
    const passing = [{ ...NORTH_HIGH, pressure: 9.5 }, NORTH_HIGH];
    for (const message of [SOUTH_HIGH, NORTH_LOW, ...passing]) await publish(message);
    await until(async () => (await seen.count()) >= before + passing.length);
    const texts = (await seen.allInnerTexts()).slice(before).join('\n');
    assert.equal(texts.match(/north/g)?.length, passing.length, texts);
    assert.doesNotMatch(texts, /south|7\.5/);
  });

  it('show nothing of the private key in flow, export, log, status or any further answer', async () => {
    const { privateKey } = JSON.parse(handedOver ?? '{}');
    assert.match(privateKey, /^-----BEGIN PRIVATE KEY-----/);
    const lines = String(privateKey)
      .split('\n')
      .filter((line) => line.length > 40);
    assert.ok(lines.length > 20);
    const seen = new Map([
      ['the log', suite.nodeRed.log()],
      ['flows.json', await readFile(join(suite.nodeRed.userDir, 'flows.json'), 'utf8')],
      ['what the page was answered', answers.join('\n')],
      ['the page', await page.content()],
    ]);
    for (const place of ['flows', 'credentials/stream-sea-server/sea', 'stream-sea/servers', 'settings']) {
      seen.set(place, await (await fetch(new URL(place, suite.nodeRed.url))).text());
    }
    for (const [place, text] of seen) {
      for (const line of lines) assert.ok(!text.includes(line), `${place} holds a part of the key`);
    }
    assert.match(seen.get('flows.json') ?? '', /"auth":\s*"key"/);
    assert.match(seen.get('credentials/stream-sea-server/sea') ?? '', /"has_privateKey":true/);
  });

  it('show the public half of a saved key, and give it to the server again', async () => {
    await openServer();
    assert.equal(await page.locator('#node-config-input-privateKey').inputValue(), '__PWRD__');
    await page.getByRole('button', { name: 'Show public key' }).click();
    const shown = page.getByRole('textbox', { name: 'Public key' });
    await shown.waitFor();
    const { publicKey } = JSON.parse(handedOver ?? '{}');
    assert.equal(await shown.inputValue(), publicKey);
    await page.getByRole('button', { name: 'Set at the server' }).click();
    await page.getByText('The server has the public key.').waitFor();
  });

  it('say what is pasted in place of a private key', async () => {
    await openServer();
    await page
      .locator('#node-config-input-privateKey')
      .fill('-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----');
    await page.getByText('This is the public key: the private one belongs here.').first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Set at the server' }).isVisible(), false);
  });
});

describe('the filter builder', function () {
  this.timeout(240_000);

  let page: Page;

  const TREE = {
    t: 'or',
    e: [
      { t: 'and', e: [IS_NORTH, { t: 'not', e: IS_HIGH }] },
      { t: 'not', e: { t: 'or', e: [path('$.on')] } },
      { t: 'eq', e: [{ t: 'number', e: 1 }, path('$.a')] },
      {
        t: 'eq',
        e: [
          { t: 'meta', e: 'streamName' },
          { t: 'string', e: 'boiler_data' },
        ],
      },
    ],
  };

  const suite = editorSuite({
    flows: [
      { id: 'flow', type: 'tab', label: 'Flow' },
      {
        ...{
          id: 'sea',
          type: 'stream-sea-server',
          where: 'remote',
          host: '127.0.0.1',
          port: '1',
          auth: 'key',
        },
        filter: JSON.stringify(TREE),
      },
      {
        id: 'in',
        type: 'stream-sea-in',
        z: 'flow',
        server: 'sea',
        stream: 'boiler_data',
        x: 200,
        y: 100,
        wires: [[]],
      },
    ],
    // The browser's own complaint about a server that is not reached.
    leave: async () => forgive(suite.editor, /status of 409/),
  });

  before(() => {
    page = suite.page;
  });

  beforeEach(async () => {
    await freshEditor(suite.editor);
    await openDialog(page, 'in');
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    await openBuilder(page);
  });

  const dialog = () => page.locator('.sea-filter-dialog');
  const part = (index: number) => dialog().locator('.sea-part').nth(index);

  async function done(): Promise<unknown> {
    await page.locator('#node-dialog-ok').click();
    await dialog().waitFor({ state: 'detached' });
    return JSON.parse((await page.locator('#node-config-input-filter').inputValue()) || 'null');
  }

  async function typeJson(text: string): Promise<void> {
    await page.getByRole('tab', { name: 'JSON' }).click();
    await page.locator('#sea-filter-json .monaco-editor').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(text);
  }

  it('gives back what it was given, whatever it can show of it', async () => {
    assert.equal(await dialog().locator('textarea').count(), 1, 'what is no row is JSON');
    assert.deepEqual(await seriousFindings(page, '.sea-filter-dialog'), []);
    assert.deepEqual(await done(), TREE);
  });

  it('moves conditions by keyboard, out of a group and into one', async () => {
    const first = part(1).getByRole('combobox', { name: 'Field', exact: true });
    await first.focus();
    await page.keyboard.press('Alt+ArrowLeft');
    await page.getByText('Now at place 2 of 5').waitFor();
    await page.keyboard.press('Alt+ArrowRight');
    await page.keyboard.press('Alt+ArrowUp');
    assert.deepEqual(await done(), TREE);
  });

  it('keeps what is selected in a field when its rows are drawn anew: what is typed then takes its place', async () => {
    await part(1).locator('[data-control="value"]').first().selectText();
    await page.keyboard.press('Alt+ArrowLeft');
    await page.getByText('Now at place 2 of 5').waitFor();
    await page.keyboard.type('east');
    const [, moved] = ((await done()) as typeof TREE).e;
    assert.deepEqual(moved, { t: 'eq', e: [path('$.boiler'), { t: 'string', e: 'east' }] });
  });

  it('gives back letters that mean something elsewhere as they were typed', async () => {
    for (const text of [
      '"',
      `it's \\ "q"`,
      '<img src=x onerror=alert(1)>',
      '日本🔑\u202e',
      ' padded ',
      '${X',
      '123',
    ]) {
      const value = part(1).locator('[data-control="value"]').first();
      await value.fill(text);
      const [first] = ((await done()) as { e: { e: unknown[] }[] }).e;
      assert.deepEqual(first?.e[0], { t: 'eq', e: [path('$.boiler'), { t: 'string', e: text }] });
      await openBuilder(page);
      assert.equal(await value.inputValue(), text);
    }
  });

  it('shows groups within fifty others, and is left as it was by a cancel', async () => {
    let deep: unknown = IS_NORTH;
    for (let level = 0; level < 50; level += 1) deep = { t: level % 2 ? 'and' : 'or', e: [deep] };
    await typeJson(JSON.stringify(deep));
    assert.deepEqual(await done(), deep);
    await openBuilder(page);
    await dialog().locator('[data-control="value"]').fill('east');
    await page.locator('#node-dialog-cancel').click();
    await dialog().waitFor({ state: 'detached' });
    assert.deepEqual(JSON.parse(await page.locator('#node-config-input-filter').inputValue()), deep);
  });

  it('keeps groups with nothing in them, and parts at their borders', async () => {
    const json = {
      t: 'and',
      e: [path('$.p'), path('$.q'), { t: 'or', e: [] }, { t: 'not', e: [{ t: 'or', e: [] }] }],
    };
    await typeJson(JSON.stringify(json));
    await page.getByRole('tab', { name: 'Conditions' }).click();
    await part(0).locator('[data-control="path"]').focus();
    for (const key of ['Up', 'Left', 'Right', 'Up']) await page.keyboard.press(`Alt+Arrow${key}`);
    assert.deepEqual(await done(), json);
  });

  it('has the button that removes a condition at its right end, however narrow it is', async () => {
    const row = { t: 'eq', e: [path('$.pressure.of.the.first'), { t: 'string', e: 'high' }] };
    await typeJson(JSON.stringify({ t: 'and', e: [{ t: 'or', e: [{ t: 'and', e: [row] }] }] }));
    await page.getByRole('tab', { name: 'Conditions' }).click();
    const usual = page.viewportSize() ?? assert.fail();
    await page.setViewportSize({ width: 700, height: 700 });
    const apart = await dialog()
      .locator('.sea-condition', { has: page.locator('[data-control="remove"]') })
      .evaluateAll((conditions) =>
        conditions.map((condition) => {
          const outer = condition.getBoundingClientRect();
          const inner = condition.querySelector('[data-control="remove"]')?.getBoundingClientRect();
          return [(inner?.top ?? 0) - outer.top, outer.right - (inner?.right ?? 0)].map(Math.round);
        }),
      );
    await page.setViewportSize(usual);
    assert.deepEqual(apart, [
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it('adds a group, removes it, and brings it back', async () => {
    await dialog()
      .getByRole('button', { name: /“At least one holds”: nested group$/ })
      .last()
      .click();
    const added = dialog().getByRole('group', { name: 'Condition on (no field yet)' });
    await added.waitFor();
    const topOf = async (part: string) => (await dialog().locator(part).boundingBox())?.y ?? Number.NaN;
    // What is pressed is scrolled into view before.
    const top = async () => (await topOf('#sea-filter-builder')) - (await topOf('.sea-bar'));
    const before = await top();
    await added.getByRole('button', { name: /^Remove/ }).click();
    assert.equal(await top(), before, 'the way back moves what is below it');
    await dialog().getByRole('button', { name: 'Undo' }).click();
    await added.waitFor();
    assert.equal(await top(), before);
    // By its place: its name follows what is filled in.
    const row = dialog().locator('.sea-condition').last();
    await row.getByRole('combobox', { name: 'Field', exact: true }).fill('on');
    await row.getByRole('combobox', { name: /compared/ }).selectOption('there');
    assert.deepEqual(await done(), {
      t: 'or',
      e: [...TREE.e, { t: 'or', e: [{ t: 'eq', e: [path('$.on'), path('$.on')] }] }],
    });
  });

  it('says what is wrong where it is wrong', async () => {
    await typeJson(
      JSON.stringify({
        t: 'and',
        e: [IS_NORTH, { t: 'xor', e: [] }, { t: 'eq', e: [path('$.a..b'), { t: 'number', e: 1 }] }],
      }),
    );
    await dialog().getByText('filter: t should be a type of expression').waitFor();
    await page.getByRole('tab', { name: 'Conditions' }).click();
    await part(1).getByText('No server takes this').waitFor();
    await part(2).getByText('This is no path to a field').waitFor();
    assert.equal(await part(0).locator('.sea-part-mistake').innerText(), '');
    await part(2).getByRole('combobox', { name: 'Field', exact: true }).fill('a.b');
    assert.equal(await part(2).locator('.sea-part-mistake').innerText(), '');
    await typeJson('{"t":');
    await page.getByRole('tab', { name: 'Conditions' }).click();
    await dialog()
      .getByText(/^not JSON: /)
      .waitFor();
    assert.equal(await page.getByRole('tab', { name: 'JSON' }).getAttribute('aria-selected'), 'true');
  });
});
