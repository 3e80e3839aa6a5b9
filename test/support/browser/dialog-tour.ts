/** All that the nodes show in the editor, one thing after the other, in whichever language. */

import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { dialogAtRest, openDialog, trayAtRest } from './browser';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  sidebar: { show(id: string): void; help: { show(type: string): void } };
};

/** What can be seen now. */
export interface Stop {
  readonly name: string;
  /** The element that holds it. */
  readonly root: string;
}

const NODE = '.red-ui-tray-body';
const CONFIG = '#node-config-dialog-edit-form';
const HELP = '.red-ui-sidebar-help-stack .red-ui-help';

const SAMPLE = JSON.stringify({
  ...{ heat: 21, on: true, grid: [[1]], mixed: [1, 'a'], none: null, list: [], inner: {} },
  at: '2026-03-31T12:00:00.000Z',
});

/** Right for the schema, wrong for it, and no message. */
const MESSAGES = ['{}', '{ "temperature": "hot", "more": 1, "place": { "room": 1 } }', '{'];

const DEFINITIONS = {
  /** Each mistake that the builder shows at its field, and its hint at a date. */
  mistaken: JSON.stringify({
    ...{ name: 'another', version: 'one' },
    fields: [
      { name: '', type: 'enum', enum: ['x', 'x'] },
      { name: 'a', type: 'flaot' },
      { name: 'a', type: 'enum', enum: [] },
      { name: 'b', type: 'object', fields: [] },
      { name: 'c', type: 'date' },
    ],
  }),
  broken: '{ "version": }',
};

const path = (e: string) => ({ t: 'path', e: `$.${e}` });
const on = (t: string, value: object = { t: 'number', e: 8 }) => ({ t, e: [path('pressure'), value] });

/** Each kind of group, comparison and value, and each mistake. */
const FILTERS = [
  {
    t: 'and',
    e: [
      ...[on('eq', { t: 'string', e: 'north' }), { t: 'not', e: on('eq', { t: 'bool', e: true }) }],
      ...['gt', 'ge', 'lt', 'le'].map((order) => on(order)),
      ...[on('eq', path('pressure')), { t: 'not', e: on('eq', path('pressure')) }, path('pressure')],
      {
        t: 'or',
        e: [
          on('eq', path('limit')),
          {
            t: 'eq',
            e: [
              { t: 'meta', e: 'streamName' },
              { t: 'string', e: 'x' },
            ],
          },
        ],
      },
      { t: 'not', e: { t: 'or', e: [on('eq', { t: 'null' }), { t: 'and', e: [] }, { t: 'or', e: [] }] } },
    ],
  },
  {
    t: 'or',
    e: [{ t: 'xor' }, on('eq', { t: 'number', e: '' }), { t: 'path', e: '$.' }, { t: 'path', e: '$..a' }],
  },
];

const place = (y: number) => ({ z: 'flow', x: 200, y, wires: [[]] });
const boiler = { server: 'sea', stream: 'boiler' };

/** Is stored as the flow starts. */
const STORED = {
  version: '1.2',
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'state', type: 'enum', enum: ['on', 'off'] },
    { name: 'place', type: 'object', fields: [{ name: 'room', type: 'string' }] },
  ],
};

/** Will be refused: the same version with other fields. */
const NEXT = {
  version: '1.2',
  fields: [
    { name: 'temperature', type: 'integer' },
    { name: 'state', type: 'enum', enum: ['on', 'idle'] },
    { name: 'burners', type: 'array<object>', fields: [{ name: 'hours', type: 'float' }] },
  ],
};

const FURTHER = [{ stream: 'boiler/+', delivery: 'group', group: 'night' }, { stream: 'pump' }];

export const TOUR_FLOW = [
  { id: 'flow', type: 'tab', label: '1' },
  { id: 'sea', type: 'stream-sea-server' },
  { id: 'away', type: 'stream-sea-server', name: 'Plant 7', where: 'remote', host: '127.0.0.1', port: '1' },
  { id: 'begin', type: 'inject', once: true, onceDelay: 0, props: [], ...place(40), wires: [['stored']] },
  { id: 'stored', type: 'stream-sea-define', ...boiler, schema: JSON.stringify(STORED), ...place(80) },
  { id: 'in', type: 'stream-sea-in', ...boiler, streams: FURTHER, ...place(120) },
  { id: 'far', type: 'stream-sea-in', server: 'away', stream: 'pump', ...place(160) },
  { id: 'out', type: 'stream-sea-out', ...boiler, ...place(200) },
  { id: 'describe', type: 'stream-sea-describe', ...boiler, ...place(240) },
  { id: 'define', type: 'stream-sea-define', ...boiler, schema: JSON.stringify(NEXT), ...place(280) },
  { id: 'new', type: 'stream-sea-define', ...boiler, streams: ['pump'], ...place(320) },
  { id: 'any', type: 'stream-sea-out', server: 'sea', stream: 'device', streamType: 'msg', ...place(440) },
  { id: 'versions', type: 'stream-sea-versions', server: 'sea', streams: ['boiler'], ...place(360) },
  { id: 'admin', type: 'stream-sea-admin', server: 'sea', ...place(400) },
];

export const TOUR_CREDENTIALS = { away: { clientId: 'gauge', clientSecret: 'sEcReT-4711' } };

/** Goes through all dialogs, the sidebar and a help text, and stays at each until asked for the next. */
export async function* tour(page: Page): AsyncGenerator<Stop> {
  yield* subscribing(page);
  yield* servers(page);
  yield* publishing(page);
  yield* describing(page);
  yield* administering(page);
  yield* defining(page);
  yield* sidebars(page);
}

async function* subscribing(page: Page): AsyncGenerator<Stop> {
  await openDialog(page, 'in');
  for (const delivery of ['every', 'shared', 'group']) {
    await page.locator('#node-input-delivery').selectOption(delivery);
    yield { name: `in: ${delivery}`, root: NODE };
  }
  await page.locator('#sea-in-peek').click();
  await page.locator('.sea-peek-line').waitFor();
  yield { name: 'in: looking', root: NODE };
}

/** Of two nodes; the dialog of the first is open. */
async function* servers(page: Page): AsyncGenerator<Stop> {
  for (const side of ['embedded', 'remote'] as const) {
    if (side === 'remote') await openDialog(page, 'far');
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
    yield { name: `server: ${side}`, root: CONFIG };
    yield* side === 'embedded' ? embedded(page) : remote(page);
    if (side === 'embedded') yield* clients(page);
    await page.locator('#sea-server-tabs li').nth(1).click();
    for (const offline of ['fail', 'memory', 'disk']) {
      await page.locator('#node-config-input-offline').selectOption(offline);
      if (side === 'embedded') yield { name: `server: offline ${offline}`, root: CONFIG };
    }
    await leave(page, 'config');
    await leave(page);
  }
}

async function* embedded(page: Page): AsyncGenerator<Stop> {
  await page.locator('#sea-server-draw').click();
  await page.locator('.sea-drawn .sea-copy-row').waitFor();
  yield { name: 'server: secret', root: CONFIG };
}

/** Each thing that can be done to clients and jails, begun and not done, and a secret. */
async function* clients(page: Page): AsyncGenerator<Stop> {
  const part = page.locator('.sea-clients');
  // Others are on tour at the same time.
  const id = `tour-${randomUUID()}`;
  await page.locator('#sea-server-tabs li').last().click();
  await part.locator('li').first().waitFor();
  const [addClient, addJail] = await part.locator('.sea-section-head button').all();
  await addClient?.click();
  await part.locator('.sea-entry:visible input').first().fill(id);
  yield { name: 'clients: a new one', root: CONFIG };
  await page.keyboard.press('Enter');
  await part.locator('.sea-secret').waitFor();
  await addJail?.click();
  yield { name: 'clients: a secret, a new jail', root: CONFIG };
  await page.keyboard.press('Escape');
  const made = part.locator('li', { hasText: id });
  // The secret is shown before the list is drawn anew.
  await made.waitFor();
  const [rotate, key, remove] = await made.locator('.sea-client button').all();
  for (const opener of [rotate, key]) {
    await opener?.click();
    yield { name: 'clients: asked', root: CONFIG };
    await page.keyboard.press('Escape');
  }
  await remove?.click();
  yield { name: 'clients: deletion asked', root: CONFIG };
  await made.locator('.sea-question:visible button').first().click();
  await made.waitFor({ state: 'detached' });
  yield { name: 'clients: deleted', root: CONFIG };
}

async function* administering(page: Page): AsyncGenerator<Stop> {
  await openDialog(page, 'admin');
  const action = page.locator('#node-input-action');
  for (const value of await action
    .locator('option')
    .evaluateAll((all) => all.map((each) => each.getAttribute('value')))) {
    await action.selectOption(value ?? '');
    yield { name: `admin: ${value}`, root: NODE };
  }
  await leave(page);
}

async function* remote(page: Page): AsyncGenerator<Stop> {
  await page.locator('#sea-server-test').click();
  await page.locator('.sea-steps').waitFor();
  yield { name: 'server: tested', root: CONFIG };
  await page.locator('#node-config-input-secure').check();
  await page.locator('#node-config-input-auth').selectOption('jwt');
  yield { name: 'server: TLS and token', root: CONFIG };
  await page.locator('#node-config-input-secure').uncheck();
  yield* filtering(page);
}

async function* filtering(page: Page): AsyncGenerator<Stop> {
  await page.locator('#node-config-input-auth').selectOption('key');
  for (const what of [
    'PUBLIC KEY',
    'CERTIFICATE',
    'ENCRYPTED PRIVATE KEY',
    'EC PRIVATE KEY',
    'PRIVATE KEY',
    'KEY',
  ]) {
    await page.locator('#node-config-input-privateKey').fill(`-----BEGIN ${what}-----`);
    yield { name: `server: ${what}`, root: CONFIG };
  }
  await page.locator('#sea-server-key button').first().click();
  await page.locator('.sea-key-result textarea').waitFor();
  yield { name: 'server: key pair', root: CONFIG };
  for (const [index, filter] of ['', ...FILTERS.map((each) => JSON.stringify(each))].entries()) {
    await page.locator('#node-config-input-filter').fill(filter);
    yield { name: `server: filter ${index}`, root: CONFIG };
    await page.locator('#sea-server-filter-build').click();
    await trayAtRest(page, '.sea-filter-dialog');
    yield { name: `filter ${index}`, root: '.sea-filter-dialog' };
    await page.locator('.sea-filter-dialog [role=tab]').last().click();
    yield { name: `filter ${index} as JSON`, root: '.sea-filter-dialog' };
    await leave(page);
    await dialogAtRest(page, 'config');
  }
}

async function* publishing(page: Page): AsyncGenerator<Stop> {
  await openDialog(page, 'out');
  for (const [index, validate] of ['off', 'types', 'strict'].entries()) {
    await page.locator('#node-input-validate').selectOption(validate);
    for (const message of MESSAGES.slice(index === 2 ? 0 : index, index === 2 ? 2 : index + 1)) {
      await page.locator('#sea-out-sample').fill(message);
      await page.locator('.sea-section-line:not(:empty)').waitFor();
      yield { name: `out: ${validate} ${message}`, root: NODE };
    }
  }
  await page.locator('.sea-section-head button').click();
  await page.locator('.sea-section-line:not(:empty)').waitFor();
  yield { name: 'out: the last', root: NODE };
  await leave(page);
  await openDialog(page, 'any');
  await page.locator('#node-input-field').fill('temperature');
  await page.locator('#node-input-decimalComma').check();
  yield { name: 'out: by message', root: NODE };
  await page.locator('.sea-section-head button').click();
  await page.locator('.sea-section-line:not(:empty)').waitFor();
  yield { name: 'out: the last of none', root: NODE };
  await leave(page);
}

async function* describing(page: Page): AsyncGenerator<Stop> {
  await openDialog(page, 'describe');
  await page.locator('.sea-schema').waitFor();
  yield { name: 'describe', root: NODE };
  await leave(page);
  await openDialog(page, 'versions');
  yield { name: 'versions', root: NODE };
  await leave(page);
}

async function* defining(page: Page): AsyncGenerator<Stop> {
  await openDialog(page, 'define');
  await page.locator('.sea-advice:not(:empty)').waitFor();
  yield { name: 'define: builder', root: NODE };
  const [sample, load, changes] = await page.locator('.sea-tools button').all();
  await changes?.click();
  await page.locator('.sea-changes').waitFor();
  yield { name: 'define: changes', root: NODE };
  await sample?.click();
  await page.locator('.sea-panel textarea').fill(SAMPLE);
  await page.locator('.sea-panel .sea-notes').waitFor();
  yield { name: 'define: sample', root: NODE };
  await page.locator('.sea-panel .sea-buttons button').first().click();
  yield { name: 'define: sample taken', root: NODE };
  await load?.click();
  await page.locator('.sea-status', { hasText: '1.2' }).waitFor();
  yield { name: 'define: loaded', root: NODE };
  yield* mistaking(page);
  await leave(page);
  await openDialog(page, 'new');
  yield { name: 'define: from the message', root: NODE };
  await leave(page);
}

/** In the dialog of a definition, which is open. */
async function* mistaking(page: Page): AsyncGenerator<Stop> {
  const type = async (definition: string) => {
    await page.locator('#node-input-schema-editor .monaco-editor').click();
    await page.keyboard.press('ControlOrMeta+A');
    // Monaco puts brackets around what is selected.
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(definition);
  };
  const [builder, json] = await page.locator('.sea-bar [role=tab]').all();
  await json?.click();
  await type(DEFINITIONS.broken);
  await page.locator('#sea-define-problem').waitFor();
  yield { name: 'define: no JSON', root: NODE };
  await type(DEFINITIONS.mistaken);
  await builder?.click();
  await page.locator('.sea-field-mistake:not(:empty)').first().waitFor();
  yield { name: 'define: mistakes', root: NODE };
}

async function* sidebars(page: Page): AsyncGenerator<Stop> {
  await page.evaluate(() => RED.sidebar.show('stream-sea'));
  await page.locator('.sea-card').nth(1).waitFor();
  yield { name: 'sidebar', root: '.sea-sidebar' };
  await page.evaluate(() => RED.sidebar.help.show('stream-sea-in'));
  await page.locator(`${HELP} h3`).first().waitFor();
  yield { name: 'help', root: HELP };
}

async function leave(page: Page, kind: 'node' | 'config' = 'node'): Promise<void> {
  const button = page.locator(kind === 'config' ? '#node-config-dialog-cancel' : '#node-dialog-cancel');
  await button.click();
  await button.waitFor({ state: 'detached' });
}
