/** A dialog goes as it came: with it end its requests, its timers and its listeners, in whichever way it is left. */

import assert from 'node:assert/strict';
import type { Browser, CDPSession, Page, Request } from 'playwright-core';
import {
  dialogAtRest,
  type Editor,
  openBrowser,
  openDialog,
  openEditor,
} from '../../support/browser/browser';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red';
import { BOILER } from '../flows';

const ours = (type: string, y: number, more: object = {}) => {
  const common = { id: type, type: `stream-sea-${type}`, z: 'flow', server: 'sea', stream: BOILER.name };
  return { ...common, x: 150, y, wires: [[]], ...more };
};

/** The core's own: what is left of one of these is none of ours. */
const CORE = {
  id: 'core',
  type: 'mqtt in',
  z: 'flow',
  broker: 'broker',
  topic: 'boiler',
  x: 400,
  y: 40,
  wires: [[]],
};

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server', port: '0' },
  { id: 'broker', type: 'mqtt-broker', broker: 'localhost', port: '1', autoConnect: false },
  CORE,
  ours('in', 40),
  ours('out', 80),
  ours('describe', 120),
  ours('define', 160, { schema: JSON.stringify(BOILER) }),
  ours('versions', 200, { streams: [BOILER.name] }),
  ours('admin', 240),
];
const DIALOGS = ['in', 'out', 'describe', 'define', 'versions', 'admin'];
const CREDENTIALS = { sea: { clientId: 'kessel', clientSecret: 'sEcReT-4711' } };

/** Counts the timers that wait. As text, as it must not have what a compiler adds to functions. */
const COUNT_TIMERS = `
  window.waiting = new Set();
  for (const [set, clear] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval']]) {
    const [begin, end] = [window[set], window[clear]];
    window[set] = (act, ms, ...more) => {
      const run = (...given) => {
        if (set === 'setTimeout') window.waiting.delete(id);
        act(...given);
      };
      const id = begin(run, ms, ...more);
      window.waiting.add(id);
      return id;
    };
    window[clear] = (id) => {
      window.waiting.delete(id);
      end(id);
    };
  }
`;
declare const waiting: ReadonlySet<number>;

/** In turn; Control with Escape is Node-RED's key for Cancel. */
const WAYS_OUT: readonly ((page: Page, kind: 'node' | 'node-config') => Promise<void>)[] = [
  (page, kind) => page.locator(`#${kind}-dialog-cancel`).click(),
  (page, kind) => page.locator(`#${kind}-dialog-ok`).click(),
  (page) => page.keyboard.press('Control+Escape'),
];

/** The end of a look at messages is told, and nobody waits for the answer. */
function isQuestion(request: Request): boolean {
  return request.url().includes('/stream-sea/') && request.method() !== 'DELETE';
}

describe('of a dialog that was closed nothing is left', function () {
  this.timeout(240_000);

  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;
  let page: Page;
  let devTools: CDPSession;
  /** To the routes of our nodes, under way. */
  const requests = new Set<Request>();

  before(async () => {
    [browser, nodeRed] = await Promise.all([
      openBrowser(),
      startNodeRed({ flows: FLOW, credentials: CREDENTIALS }),
    ]);
    editor = await openEditor(browser, nodeRed.url, { height: 1000 });
    page = editor.page;
    devTools = await page.context().newCDPSession(page);
    await page.evaluate(COUNT_TIMERS);
    // With the first dialog, Node-RED begins what goes on for good.
    await openDialog(page, CORE.id);
    await leave(0);
    page.on('request', (request) => {
      if (isQuestion(request)) requests.add(request);
    });
    page.on('requestfinished', (request) => requests.delete(request));
    page.on('requestfailed', (request) => requests.delete(request));
  });

  after(() => Promise.all([browser?.close(), nodeRed?.close()]));

  afterEach(() => page.unrouteAll());

  async function leave(way: number, kind: 'node' | 'node-config' = 'node'): Promise<void> {
    await WAYS_OUT[way % WAYS_OUT.length]?.(page, kind);
    await page.locator(`#${kind}-dialog-cancel`).waitFor({ state: 'detached' });
  }

  /** All that a look, a list of suggestions and a test can have begun. */
  async function beginEverything(): Promise<void> {
    // Not in all of the page, where to look for a role and a name takes longer than a click.
    const dialog = page.locator('.red-ui-tray');
    for (const name of [
      'Look at messages',
      'Changes',
      'Refresh',
      'Take the last that passed',
      'Test connection',
    ]) {
      const button = dialog.getByRole('button', { name, exact: true });
      if (await button.isVisible()) await button.click();
    }
    for (const field of ['.sea-stream-name', '#node-input-subject']) {
      const suggested = page.locator(field);
      if (await suggested.isVisible()) await suggested.press('ArrowDown');
    }
    const clients = dialog.getByRole('link', { name: 'Clients', exact: true });
    if (await clients.isVisible()) await clients.click();
  }

  /** How many listeners there are in the page, but for those that only the garbage has. */
  async function listeners(): Promise<number> {
    await devTools.send('HeapProfiler.collectGarbage');
    const { jsEventListeners } = await devTools.send('Memory.getDOMCounters');
    return jsEventListeners;
  }

  /** How many more listeners there are each time that a dialog has been opened and left, in all ways. */
  async function growth(visit: (way: number) => Promise<void>): Promise<number> {
    // The first time, Node-RED prepares what it keeps for all dialogs.
    await visit(0);
    const counts = [await listeners()];
    for (const way of WAYS_OUT.keys()) {
      await visit(way);
      counts.push(await listeners());
    }
    const steps = counts.slice(1).map((count, index) => count - (counts[index] ?? 0));
    // What dialogs before it had left may go meanwhile: the one in the middle has none of that.
    return steps.sort((one, other) => one - other)[1] ?? 0;
  }

  async function openServer(of: string): Promise<void> {
    await openDialog(page, of);
    await page
      .locator('button[id^="node-input-btn-"][id$="-edit"], a[id^="node-input-btn-"][id$="-edit"]')
      .click();
    await dialogAtRest(page, 'config');
  }

  /** Resolves when nothing is under way and no more timers wait than before; both stay so for a second. */
  async function comesToRest(timers: number): Promise<void> {
    await page.waitForFunction((before) => waiting.size <= before, timers);
    assert.deepEqual(
      [...requests].map((request) => request.url()),
      [],
    );
    let asked = 0;
    const count = (request: Request) => {
      if (isQuestion(request)) asked += 1;
    };
    page.on('request', count);
    await page.waitForTimeout(1_000);
    page.off('request', count);
    assert.equal(asked, 0);
  }

  for (const [way, id] of DIALOGS.entries()) {
    it(`of its requests and timers, while the server is slow: ${id}`, async () => {
      const timers = await page.evaluate(() => waiting.size);
      await page.route('**/stream-sea/**', () => {});
      await openDialog(page, id);
      await beginEverything();
      while (requests.size === 0) await page.waitForTimeout(20);
      await leave(way);
      await comesToRest(timers);
    });
  }

  it('of its requests and timers, while the server is slow: the server', async () => {
    const timers = await page.evaluate(() => waiting.size);
    await page.route('**/stream-sea/**', () => {});
    await openServer('in');
    await beginEverything();
    while (requests.size === 0) await page.waitForTimeout(20);
    await leave(0, 'node-config');
    await leave(0);
    await comesToRest(timers);
  });

  it('of its listeners', async () => {
    const core = await growth(async (way) => {
      await openDialog(page, CORE.id);
      await leave(way);
    });
    for (const id of DIALOGS) {
      const own = await growth(async (way) => {
        await openDialog(page, id);
        await beginEverything();
        await leave(way);
      });
      assert.ok(own <= core, `${id}: ${own}; of the core's: ${core}`);
    }
  });

  it('of its listeners: the server', async () => {
    const visit = (id: string) => async (way: number) => {
      await openServer(id);
      await beginEverything();
      await leave(way, 'node-config');
      await leave(0);
    };
    const core = await growth(visit(CORE.id));
    const own = await growth(visit('in'));
    assert.ok(own <= core, `${own}; of the core's: ${core}`);
  });
});
