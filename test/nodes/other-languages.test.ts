/** A Node-RED that speaks German, and an editor whose viewer reads French: each says what went wrong in its own. */

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { openBrowser, openDialog, openEditor } from '../support/browser/browser';
import { AdminApi } from '../support/node-red/admin';
import { Comms } from '../support/node-red/comms';
import { type NodeRed, startNodeRed } from '../support/node-red/node-red';
import { BOILER, inject } from './flows';

const ROOT = resolve(__dirname, '../..');
const LOCALES = 'dist/nodes/stream-sea-server/locales';

const place = (x: number, y: number) => ({ z: 'flow', x, y });
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  {
    ...{
      id: 'away',
      type: 'stream-sea-server',
      name: 'Plant 7',
      where: 'remote',
      host: '127.0.0.1',
      port: '1',
    },
    offline: 'fail',
  },
  inject('begin', BOILER, ['define'], { once: true, onceDelay: 0, ...place(120, 60) }),
  { id: 'define', type: 'stream-sea-define', server: 'sea', wires: [[]], ...place(400, 60) },
  inject(
    'mistake',
    { name: 'x', version: 1, fields: [{ name: 'a', type: 'flaot' }] },
    ['wrong'],
    place(120, 120),
  ),
  { id: 'wrong', type: 'stream-sea-define', server: 'sea', wires: [[]], ...place(400, 120) },
  { id: 'far', type: 'stream-sea-in', server: 'away', stream: 'pump', wires: [[]], ...place(150, 180) },
  inject('publish', { temperature: 1 }, ['lost'], place(120, 240)),
  { id: 'lost', type: 'stream-sea-out', server: 'away', stream: 'pump', wires: [], ...place(400, 240) },
  { id: 'out', type: 'stream-sea-out', server: 'sea', stream: BOILER.name, wires: [], ...place(400, 300) },
  { id: 'catch', type: 'catch', scope: null, wires: [['caught']], ...place(120, 360) },
  {
    ...{ id: 'caught', type: 'debug', name: 'caught', active: true, tosidebar: true },
    ...{ complete: 'error', targetType: 'msg', wires: [], ...place(400, 360) },
  },
];
const CREDENTIALS = { away: { clientId: 'gauge', clientSecret: 'sEcReT-4711' } };

/** Of what Node-RED hands to a Catch node. */
interface Caught {
  message: string;
  code: string;
  cause?: unknown;
  source: { id: string };
}

describe('in other languages than English', function () {
  this.timeout(240_000);

  let packageDir: string;
  let nodeRed: NodeRed;
  let admin: AdminApi;
  let comms: Comms;
  let browser: Browser;

  before(async () => {
    packageDir = await packageWith(['de', 'fr']);
    [browser, nodeRed] = await Promise.all([
      openBrowser(),
      startNodeRed({ packageDir, flows: FLOW, credentials: CREDENTIALS, settings: { lang: 'de' } }),
    ]);
    admin = new AdminApi(nodeRed.url);
    comms = await Comms.open(nodeRed.url);
  });

  after(async () => {
    await comms?.close();
    await Promise.all([browser?.close(), nodeRed?.close()]);
    await rm(packageDir, { recursive: true, force: true });
  });

  it("statuses and the log are in the runtime's", async () => {
    await comms.status('far', /^de: de: Nobody answers at 127\.0\.0\.1:1 .*, next try within \d+ s$/);
    await nodeRed.prints(/\[warn\] \[stream-sea-server:Plant 7\] de: Nobody answers at 127\.0\.0\.1:1/);
  });

  it("errors that are caught are in the runtime's, with code and cause as ever", async () => {
    await comms.status('far', /next try/);
    for (const id of ['publish', 'mistake']) await admin.post(`inject/${id}`);
    const all = (await comms.shows('caught', 2)) as Caught[];
    const [lost, wrong] = ['lost', 'wrong'].map((id) => all.find(({ source }) => source.id === id));
    assert.match(lost?.message ?? '', /^NetworkError: de: Nobody answers at 127\.0\.0\.1:1/);
    assert.equal(lost?.code, 'SEA_NETWORK');
    assert.match(
      wrong?.message ?? '',
      /^SchemaError: de: de: fields\.a\.type de: should be .* \(in the definition of "x"\)$/,
    );
    assert.equal(wrong?.code, 'SEA_SCHEMA');
    const cause = JSON.stringify(wrong?.cause);
    assert.match(
      cause,
      /^\{"errors":\["fields\.a\.type should be one of .*, but is the string \\"flaot\\""\]\}$/,
    );
  });

  it("what a dialog and the sidebar show is in their viewer's", async () => {
    const { page, errors } = await openEditor(browser, nodeRed.url, { locale: 'fr-FR' });
    const reads = (at: Locator, text: RegExp) => at.filter({ hasText: text }).waitFor();

    await openDialog(page, 'far');
    await reads(page.locator('#sea-stream-note'), /fr: Nobody answers at 127\.0\.0\.1:1/);
    await page.locator('#node-dialog-cancel').click();

    await page.evaluate(() => RED.sidebar.show('stream-sea'));
    const card = page.locator('.sea-card', { hasText: 'Plant 7' });
    await reads(card, /fr: Nobody answers at 127\.0\.0\.1:1/);

    await openDialog(page, 'out');
    await page.locator('#sea-out-sample').fill('{"temperature": "warm"}');
    await reads(
      page.locator('.sea-notes li'),
      /temperature fr: should be fr: a number, but is fr: the string/,
    );
    assert.deepEqual(errors, []);
  });
});

/** Node-RED's editor, for what runs in the page. */
declare const RED: { sidebar: { show(id: string): void } };

/** This package as built, with catalogues that are the English one with the language before each text. */
async function packageWith(languages: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-sea-languages-'));
  for (const part of ['dist', 'resources'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const english: unknown = JSON.parse(
    await readFile(join(folder, LOCALES, 'en-US/stream-sea-server.json'), 'utf8'),
  );
  for (const language of languages) {
    await mkdir(join(folder, LOCALES, language), { recursive: true });
    const file = join(folder, LOCALES, language, 'stream-sea-server.json');
    await writeFile(file, JSON.stringify(marked(english, language)));
  }
  return folder;
}

function marked(texts: unknown, language: string): unknown {
  if (typeof texts === 'string') return `${language}: ${texts}`;
  const children = Object.entries(texts ?? {}).map(([key, child]) => [key, marked(child, language)]);
  return Object.fromEntries(children);
}
