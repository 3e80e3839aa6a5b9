/** What dialogs and sidebar show of a Node-RED that runs, driven by mouse and keyboard. */

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { seriousFindings } from '../../support/browser/axe';
import { dialogAtRest, fieldOf, forgive, openDialog } from '../../support/browser/browser';
import { editorSuite } from '../../support/browser/editor-suite';
import { AdminApi } from '../../support/node-red/admin';
import { BOILER, inject } from '../flows';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  actions: { invoke(name: string): void };
  nodes: { node(id: string): Record<string, unknown> };
  sidebar: { show(id: string): void };
};

const place = (x: number, y: number) => ({ z: 'flow', x, y });
/** Defined later; no flow uses it. */
const PUMP = {
  ...{ name: 'pump_data', version: 1 },
  fields: [
    { name: 'speed', type: 'float' },
    { name: 'pressure', type: 'float' },
    { name: 'mode', type: 'enum', enum: ['on', 'off'] },
  ],
};
const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  { id: 'open', type: 'stream-sea-server', port: '0' },
  { id: 'away', type: 'stream-sea-server', name: 'Plant 7', where: 'remote', host: '127.0.0.1', port: '1' },
  inject('begin', BOILER, ['define'], { once: true, onceDelay: 0, ...place(120, 60) }),
  { id: 'define', type: 'stream-sea-define', server: 'sea', wires: [[]], ...place(400, 60) },
  inject('add', PUMP, ['define'], place(120, 360)),
  inject('publish-far', { speed: 7 }, ['far-out'], place(120, 420)),
  { id: 'far-out', type: 'stream-sea-out', server: 'away', stream: 'pump', wires: [], ...place(400, 420) },
  inject('publish', { temperature: 21.5 }, ['out'], place(120, 120)),
  inject('wordy', { temperature: -1234, p1: 1.5, p2: 2.5, p3: 3.5, p4: 4.5 }, ['out'], place(120, 540)),
  inject('warm', { temperature: 33.5 }, ['out'], place(120, 480)),
  { id: 'out', type: 'stream-sea-out', server: 'sea', stream: BOILER.name, wires: [], ...place(400, 120) },
  { id: 'in', type: 'stream-sea-in', server: 'sea', stream: BOILER.name, wires: [[]], ...place(150, 180) },
  { id: 'other', type: 'stream-sea-in', server: 'sea', stream: BOILER.name, wires: [[]], ...place(150, 300) },
  {
    ...{ id: 'several', type: 'stream-sea-in', server: 'sea', stream: 'SITE', streamType: 'env' },
    streams: ['weather', '${SITE}', { stream: BOILER.name, delivery: 'shared', group: '' }],
    ...{ wires: [[]], ...place(150, 420) },
  },
  { id: 'new', type: 'stream-sea-in', server: 'sea', stream: 'weather', wires: [[]], ...place(150, 240) },
  { id: 'far', type: 'stream-sea-in', server: 'away', stream: 'pump', wires: [[]], ...place(400, 240) },
  { id: 'sure', type: 'stream-sea-in', server: 'open', stream: 'pump', wires: [[]], ...place(400, 180) },
  {
    id: 'list',
    type: 'stream-sea-versions',
    server: 'sea',
    streams: ['weather'],
    wires: [[]],
    ...place(400, 300),
  },
];
const SECRET = 'sEcReT-4711';
const CREDENTIALS = {
  open: { clientId: 'kessel', clientSecret: SECRET },
  away: { clientId: 'gauge', clientSecret: SECRET },
};

const CANCEL = '#node-dialog-cancel';

describe('the dialogs of a Node-RED that runs', function () {
  this.timeout(240_000);

  const suite = editorSuite({
    flows: FLOW,
    credentials: CREDENTIALS,
    leave: async () => {
      for (const button of ['#node-config-dialog-cancel', CANCEL]) await leave(button);
    },
  });
  let admin: AdminApi;
  let page: Page;
  let requests: string[];

  before(async () => {
    admin = new AdminApi(suite.nodeRed.url);
    page = suite.page;
    page.on('request', (request) => requests.push(request.url()));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });

  beforeEach(() => {
    requests = [];
  });

  /** Presses the button, if its dialog is open, and waits until that is gone. */
  async function leave(button: string): Promise<void> {
    const found = page.locator(button);
    if ((await found.count()) === 0) return;
    await found.click();
    await found.waitFor({ state: 'detached' });
  }

  const publish = () => admin.post('inject/publish');

  async function openServer(of: string): Promise<void> {
    await openDialog(page, of);
    await page.locator('#node-input-btn-server-edit').click();
    await dialogAtRest(page, 'config');
  }

  /** Nothing is asked of the runtime for longer than any dialog waits between two questions. */
  async function nothingIsAsked(): Promise<void> {
    requests.length = 0;
    await page.waitForTimeout(1_500);
    assert.deepEqual(
      requests.filter((url) => url.includes('/stream-sea/')),
      [],
    );
  }

  async function accessible(selector: string): Promise<void> {
    assert.deepEqual(await seriousFindings(page, selector), []);
  }

  async function reads(place: Locator, text: RegExp): Promise<string> {
    const found = place.filter({ hasText: text });
    await found.waitFor();
    return found.innerText();
  }

  describe('in a field for a stream', () => {
    const field = () => fieldOf(page, 'Stream');
    const options = () => page.locator('#sea-stream-suggestions');
    const note = () => page.locator('#sea-stream-note');

    it('say which version the server has, and what it has none of', async () => {
      await openDialog(page, 'in');
      await reads(note(), /On the server, version 1/);
      await field().fill('kettle');
      await reads(note(), /No schema on the server yet/);
      await field().fill('${STREAM}');
      await reads(note(), /environment/);
      await leave(CANCEL);
      await openDialog(page, 'far');
      await reads(note(), /Nobody answers at 127\.0\.0\.1:1/);
    });

    it('suggest the streams of flows and server, taken with arrow and Enter', async () => {
      await openDialog(page, 'other');
      await reads(note(), /version 1/);
      await field().fill('');
      await field().press('Escape');
      await field().press('ArrowDown');
      await reads(options(), /boiler_data\s*version 1[\s\S]*weather\s*no schema yet/);
      await field().press('ArrowDown');
      await field().press('ArrowDown');
      assert.equal(await field().getAttribute('aria-activedescendant'), 'sea-stream-suggestions-1');
      await accessible('.sea-dialog');
      await field().press('Enter');
      assert.equal(await field().inputValue(), 'weather');
      assert.equal(await options().isVisible(), false);
      await leave('#node-dialog-ok');
      assert.equal(await page.evaluate(() => RED.nodes.node('other').stream), 'weather');
    });

    it('ask the server again when they are opened again later', async () => {
      await openDialog(page, 'in');
      await reads(note(), /version 1/);
      const added = options().getByRole('option', { name: /pump_data/ });
      await admin.post('inject/add');
      // Not each time that somebody opens them within a few seconds.
      while (!(await added.isVisible())) {
        await field().press('Escape');
        await page.waitForTimeout(200);
        await field().press('ArrowDown');
        await options().waitFor();
      }
      await reads(added, /version 1/);
    });

    it('are taken with the mouse', async () => {
      await openDialog(page, 'new');
      await reads(note(), /No schema/);
      await page.getByRole('button', { name: 'Known on this server' }).click();
      await options()
        .getByRole('option', { name: /boiler_data/ })
        .click();
      assert.equal(await field().inputValue(), 'boiler_data');
      await reads(note(), /version 1/);
    });

    it('open by their button, also when nothing fits what was typed', async () => {
      await openDialog(page, 'in');
      await field().fill('');
      await field().pressSequentially('zzz');
      await page.getByRole('button', { name: 'Known on this server' }).click();
      await options()
        .getByRole('option', { name: /boiler_data/ })
        .waitFor();
    });

    it('leave what was typed as it is, and close by Escape without the dialog', async () => {
      await openDialog(page, 'in');
      await field().fill('');
      await field().pressSequentially('boiler');
      await options()
        .getByRole('option', { name: /boiler_data/ })
        .waitFor();
      await field().press('Escape');
      assert.equal(await options().isVisible(), false);
      assert.equal(await page.locator(CANCEL).isVisible(), true);
      await field().pressSequentially('_');
      await field().press('Tab');
      assert.equal(await field().inputValue(), 'boiler_');
    });

    it('suggest in each row of a list', async () => {
      await openDialog(page, 'list');
      const row = page.getByLabel('Stream', { exact: true });
      await row.fill('boil');
      await page.getByRole('option', { name: /boiler_data/ }).click();
      assert.equal(await row.inputValue(), 'boiler_data');
      await accessible('.sea-dialog');
    });
  });

  describe('in a look at messages', () => {
    const messages = () => page.locator('.sea-peek-message');
    const line = () => page.locator('.sea-peek-line');
    const connections = async () => {
      const { body } = await admin.get('stream-sea/servers');
      return body.servers.find(({ id }: { id: string }) => id === 'sea').embedded.connections;
    };

    it('show them as they come, as the debug sidebar does, and end with the dialog', async () => {
      const before = await connections();
      await openDialog(page, 'in');
      const button = page.getByRole('button', { name: 'Look at messages' });
      await button.focus();
      await page.keyboard.press('Enter');
      await reads(line(), /Nothing has come yet/);
      await publish();
      await messages().first().waitFor();
      await publish();
      await messages().nth(1).waitFor();
      assert.match(await messages().first().innerText(), /\{ temperature: 21\.5 \}/);
      await messages().first().locator('.red-ui-debug-msg-expandable').first().click();
      await messages()
        .first()
        .locator('.red-ui-debug-msg-object-entry')
        .getByText('temperature')
        .last()
        .waitFor();
      await reads(line(), /^2 so far/);
      const picture = page.locator('.sea-dialog').getByRole('group', { name: 'Values of boiler_data' });
      await picture.getByRole('button', { name: /temperature\s*21\.5/ }).waitFor();
      await picture.locator('.uplot canvas').waitFor();
      await accessible('.sea-dialog');
      assert.equal(await connections(), before + 1);

      await leave(CANCEL);
      while ((await connections()) !== before) await page.waitForTimeout(50);
      await nothingIsAsked();
    });

    it('are of whichever stream of the list is chosen', async () => {
      await openDialog(page, 'several');
      await page.getByRole('button', { name: 'Look at messages' }).click();
      await reads(line(), /Nothing has come yet/);
      const choice = page.getByLabel('Look at messages: Stream');
      assert.deepEqual(await choice.locator('option').allInnerTexts(), ['weather', BOILER.name]);
      await accessible('.sea-dialog');
      await choice.selectOption(BOILER.name);
      await page.getByRole('group', { name: `Values of ${BOILER.name}` }).waitFor();
      await reads(line(), /Nothing has come yet/);
      await publish();
      await messages().first().waitFor();
      await page.getByRole('button', { name: 'Stop looking' }).click();
      await page.getByRole('button', { name: 'Look at messages' }).click();
      assert.equal(await choice.inputValue(), BOILER.name);
      await leave(CANCEL);
    });

    it('stop by the same button, and say what is in the way', async () => {
      await openDialog(page, 'in');
      await page.getByRole('button', { name: 'Look at messages' }).click();
      await reads(line(), /Nothing has come yet/);
      await page.getByRole('button', { name: 'Stop looking' }).click();
      await page.waitForTimeout(300);
      await nothingIsAsked();
      await fieldOf(page, 'Stream').fill('');
      await page.getByRole('button', { name: 'Look at messages' }).click();
      await reads(line(), /Fill in the stream/);
    });
  });

  describe('of a server', () => {
    const steps = () => page.locator('.sea-steps');
    const test = () => page.getByRole('button', { name: 'Test connection' });
    const field = (label: string) => page.getByLabel(label, { exact: true });

    it('test what is filled in, deployed or not, and say which of it fails', async () => {
      const { body } = await admin.get('stream-sea/open/invitation');
      const { port } = new URL(body.urls[0]);
      await openServer('far');
      await test().focus();
      await page.keyboard.press('Enter');
      assert.match(await reads(steps(), /Address/), /^Address: Nobody answers at 127\.0\.0\.1:1/);
      await field('Port').fill(port);
      assert.equal(await steps().count(), 0);
      await test().click();
      assert.match(
        await reads(steps(), /Credentials/),
        /answers\.[\s\S]*it is a stream-sea[\s\S]*Credentials: /,
      );
      // The secret is the saved one, which the editor never had.
      await field('Client id').fill('kessel');
      await test().click();
      assert.match(await reads(steps(), /Requests/), /lets us in[\s\S]*will get through/);
      await accessible('.sea-dialog');
      await page.getByRole('radio', { name: 'In this Node-RED' }).check();
      await test().click();
      await reads(steps(), /is taken by another program/);
      await field('Port').fill('');
      await test().click();
      await reads(steps(), /can listen on 127\.0\.0\.1/);
    });

    it('tell what an embedded one offers, ready to copy, never the secret', async () => {
      await openServer('sure');
      const invitation = page.locator('#sea-server-invitation');
      const text = await reads(invitation, /kessel/);
      assert.match(text, /http:\/\/127\.0\.0\.1:\d+/);
      assert.match(text, /as you saved it/);
      await accessible('.sea-dialog');
      await page.getByRole('button', { name: 'Copy: Client id' }).click();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'kessel');
      assert.ok(!(await page.content()).includes(SECRET));
    });

    it('draw a secret, show it once, and keep it to themselves afterwards', async () => {
      await openServer('sure');
      const draw = page.getByRole('button', { name: 'Draw a secret at random' });
      const right = async (place: Locator) => {
        const box = await place.boundingBox();
        return (box?.x ?? 0) + (box?.width ?? 0);
      };
      const past = (await right(draw)) - (await right(field('Client id')));
      assert.ok(Math.abs(past) < 1, `the button ends ${past} pixels past the fields`);
      await draw.click();
      const drawn = await page.locator('#sea-server-drawn code').innerText();
      assert.match(drawn, /^[\w-]{32}$/);
      assert.equal(await field('Client secret').inputValue(), drawn);
      await page.getByRole('radio', { name: 'Somewhere else' }).check();
      assert.equal(await page.locator('#sea-server-drawn').isVisible(), false);
    });

    it('say of a private one that nobody else gets in', async () => {
      await openServer('in');
      await reads(page.locator('#sea-server-invitation'), /Private to this Node-RED/);
    });
  });

  describe('in the sidebar', () => {
    const card = (name: string) => page.getByRole('region', { name });

    it('show how each server does, and what passes', async () => {
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      const sea = card('stream-sea in this Node-RED').first();
      await reads(sea, /Connected since/);
      await publish();
      // Received and published, each with its rate and chart; of a single message, nobody knows how often it comes.
      const rate = sea.locator('li', { hasText: 'boiler_data' }).locator('.sea-rate');
      await rate.filter({ hasText: '–/s' }).nth(1).waitFor();
      const publishing = setInterval(() => void publish(), 300);
      await rate
        .filter({ hasText: /[1-9]\/s/ })
        .nth(1)
        .waitFor()
        .finally(() => clearInterval(publishing));
      assert.match(
        (await sea.getByRole('img').first().getAttribute('aria-label')) ?? '',
        /boiler_data: .* a second/,
      );
      await reads(card('Plant 7'), /Not connected since[\s\S]*Nobody answers at 127\.0\.0\.1:1/);
      await accessible('.sea-sidebar');

      await card('Plant 7')
        .getByTitle(/^Received: /)
        .click();
      await page.waitForFunction(() => RED.nodes.node('far').highlighted);
    });

    it('unfold a stream into its last message and a chart, which ask nothing once they are folded', async () => {
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      const sea = card('stream-sea in this Node-RED').first();
      const stream = sea.locator('.sea-stream', { hasText: 'boiler_data' });
      await publish();
      await reads(stream, /boiler_data\s*version 1\s*Last message: \d/);
      const head = stream.getByTitle('Values of boiler_data');
      await head.press('Enter');
      assert.equal(await head.getAttribute('aria-expanded'), 'true');
      const picture = stream.getByRole('group', { name: 'Values of boiler_data' });
      await reads(picture, /Waiting for messages/);
      const publishing = setInterval(() => void publish(), 300);
      const line = picture.getByRole('button', { name: /temperature\s*21\.5/ });
      await line.waitFor();
      await picture.locator('.uplot canvas').waitFor();
      await reads(stream.locator('.sea-last-message'), /\{ temperature: 21\.5 \}/);
      const plot = picture.getByRole('img', { name: 'temperature of boiler_data: temperature 21.5' });
      await plot.press('ArrowLeft');
      await picture.locator('.u-cursor-x:not(.u-off)').waitFor();
      await line.press('Enter');
      assert.equal(await line.getAttribute('aria-pressed'), 'false');
      await accessible('.sea-sidebar');

      const peeks = () => requests.filter((url) => url.includes('/peek?')).length;
      await picture.getByRole('button', { name: 'Pause' }).press('Enter');
      await page.waitForTimeout(200);
      const asked = peeks();
      await page.waitForTimeout(1_500);
      assert.equal(peeks(), asked);
      await picture.getByRole('button', { name: 'Pause' }).press('Enter');
      while (peeks() === asked) await page.waitForTimeout(50);
      clearInterval(publishing);
      await head.press('Enter');
      assert.equal(await picture.count(), 0);
      await page.waitForTimeout(200);
      const folded = peeks();
      await page.waitForTimeout(1_500);
      assert.equal(peeks(), folded);
    });

    it('go on with the last message after the flows were started again', async () => {
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      const sea = card('stream-sea in this Node-RED').first();
      const stream = sea.locator('.sea-stream', { hasText: 'boiler_data' });
      const head = stream.getByTitle('Values of boiler_data');
      await head.press('Enter');
      const picture = stream.getByRole('group', { name: 'Values of boiler_data' });
      await reads(picture, /Waiting for messages/);
      const message = stream.locator('.sea-last-message');
      // More than come afterwards.
      for (let count = 0; count < 40; count += 1) await publish();
      await reads(message, /21\.5/);
      // As whoever asks while they are started hears: then no server is there, nor its card.
      const none = { json: { at: Date.now(), servers: [] } };
      await page.route(/stream-sea\/servers\?/, (route) => route.fulfill(none), { times: 1 });
      await sea.waitFor({ state: 'detached' });
      await picture.waitFor();
      await page.evaluate(() => RED.actions.invoke('core:restart-flows'));
      const warming = setInterval(() => void admin.post('inject/warm'), 800);
      await reads(message, /33\.5/).finally(() => clearInterval(warming));
      await head.press('Enter');
      // Whoever asks while the flows are stopped is told that there is no such server.
      forgive(suite.editor, /status of 404/);
    });

    it('bring all of a chart into sight where there is little room', async () => {
      const size = page.viewportSize() ?? { width: 1280, height: 860 };
      await page.setViewportSize({ ...size, height: 480 });
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      const sea = card('stream-sea in this Node-RED').first();
      const stream = sea.locator('.sea-stream', { hasText: 'boiler_data' });
      const head = stream.getByTitle('Values of boiler_data');
      await head.press('Enter');
      const publishing = setInterval(() => void publish(), 300);
      const line = stream.getByRole('button', { name: /temperature\s*21\.5/ });
      await line.waitFor().finally(() => clearInterval(publishing));
      const below = await line.evaluate((element) => {
        const sidebar = element.closest('.sea-sidebar')?.getBoundingClientRect();
        return element.getBoundingClientRect().bottom - (sidebar?.bottom ?? 0);
      });
      assert.ok(below <= 0, `${below} pixels below the edge`);
      await head.press('Enter');
      await page.setViewportSize(size);
    });

    it('stay where they are as messages come, and break no name while there is room below it', async () => {
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      const sea = card('stream-sea in this Node-RED').first();
      const stream = sea.locator('.sea-stream', { hasText: 'boiler_data' });
      const head = stream.getByTitle('Values of boiler_data');
      await head.press('Enter');
      await reads(stream, /Waiting for messages/);
      const message = stream.locator('.sea-last-message');
      const value = stream.locator('.sea-legend-value');
      const sizes = async () => [
        await message.evaluate((element) => element.clientHeight),
        await value.evaluate((element) => element.getBoundingClientRect().width),
      ];
      const wordy = setInterval(() => void admin.post('inject/wordy'), 300);
      await Promise.all([reads(message, /-1234/), reads(value, /1,?234/)]).finally(() =>
        clearInterval(wordy),
      );
      const before = await sizes();
      await admin.post('inject/warm');
      await reads(message, /33\.5/);
      await reads(value, /33\.5/);
      assert.deepEqual(await sizes(), before);

      await sea.evaluate((element) => {
        element.style.width = '130px';
      });
      const [lines, past] = await head.evaluate((element) => {
        const name = element.querySelector('.sea-name');
        const range = document.createRange();
        range.selectNodeContents(name ?? element);
        return [range.getClientRects().length, element.scrollWidth - element.clientWidth];
      });
      assert.deepEqual([lines, past], [1, 0]);
      await sea.evaluate((element) => element.removeAttribute('style'));
      await head.press('Enter');
    });

    it('show all streams of a server here, and keep the choice of what is drawn in this browser', async () => {
      await admin.post('inject/add');
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      const sea = card('stream-sea in this Node-RED').first();
      const stream = sea.locator('.sea-stream', { hasText: 'pump_data' });
      const head = stream.getByRole('button', { name: /pump_data\s*version 1/ });
      await head.press('Enter');
      const value = stream.getByLabel('Value', { exact: true });
      const by = stream.getByLabel('Lines by', { exact: true });
      await value.locator('option').first().waitFor({ state: 'attached' });
      assert.deepEqual([await value.inputValue(), await by.inputValue()], ['speed', 'mode']);
      await value.selectOption('pressure');
      await by.selectOption('');
      await head.press('Enter');
      await head.press('Enter');
      await value.locator('option').first().waitFor({ state: 'attached' });
      assert.deepEqual([await value.inputValue(), await by.inputValue()], ['pressure', '']);
      await head.press('Enter');
    });

    it('show what waits to be sent', async () => {
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      await reads(card('Plant 7'), /Waiting to be sent: 0/);
      await admin.post('inject/publish-far');
      await reads(card('Plant 7'), /Waiting to be sent: 1/);
    });

    it('show what went wrong last, also when it is over', async () => {
      await page.route('**/stream-sea/servers*', async (route) => {
        const report = await (await route.fetch()).json();
        const lastProblem = { at: Date.now(), message: 'The cable was pulled' };
        const servers = report.servers.map((server: object) => ({ ...server, lastProblem }));
        await route.fulfill({ json: { ...report, servers } });
      });
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      await reads(card('stream-sea in this Node-RED').first(), /Last problem, .*: The cable was pulled/);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    });

    it('copy a report without secrets', async () => {
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      await card('Plant 7').waitFor();
      await page.getByRole('button', { name: 'Copy report' }).click();
      const text = await page.evaluate(() => navigator.clipboard.readText());
      const report = JSON.parse(text);
      assert.match(report.nodeRed, /^\d/);
      assert.deepEqual(report.servers.map(({ id }: { id: string }) => id).sort(), ['away', 'open', 'sea']);
      assert.ok(!text.includes(SECRET));
    });

    it('ask nothing while nobody can see them', async () => {
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      await card('Plant 7').waitFor();
      await page.evaluate(() => RED.sidebar.show('info'));
      await page.waitForTimeout(300);
      await nothingIsAsked();
    });
  });
});
