/** A real browser on a real editor. */

import { existsSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    dirty(): boolean;
    createCompleteNodeSet(options: { credentials: boolean }): object[];
    eachNode(visit: (node: { changed?: boolean }) => void): void;
    eachConfig(visit: (node: { changed?: boolean }) => void): void;
  };
  history: { depth(): number; pop(): void };
};

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** An editor that takes longer over one step is stuck: better to say so at that step than at the test's end. */
const STEP_DEADLINE = 60_000;

export function chromiumPath(): string {
  const asked = process.env.CHROMIUM;
  const found = asked ?? PLACES.find((place) => existsSync(place));
  if (found === undefined || !existsSync(found)) {
    const missing = asked === undefined ? 'No Chromium found' : `CHROMIUM=${asked} does not exist`;
    throw new Error(`${missing}: "apt-get install chromium", or set CHROMIUM to the path of one.`);
  }
  return found;
}

/** The last list of several counts, so playwright's own is in it, too. */
const WITHOUT = [
  // Two pages of its own for suggestions beneath the address, in each window: a second of a processor, for a bar nobody sees.
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...['HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding'],
  ...['ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints'],
  ...['NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch'],
];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${WITHOUT.join()}`,
    ],
  });
}

/**
 * Nothing slides or fades: a dialog is there at once, a menu at once gone, and half of what a test costs, which is the
 * drawing of some thirty pictures each time, falls away. As text, as it must not have what a compiler adds to functions.
 */
const STAND_STILL = `
  addEventListener('DOMContentLoaded', () => {
    const style = document.createElement('style');
    style.textContent = '*, *::before, *::after { transition: none !important; animation: none !important; }';
    document.head.append(style);
    if (window.jQuery) window.jQuery.fx.off = true;
  });
`;

export interface Editor {
  readonly page: Page;
  /** Everything the page threw or wrote as an error; a test of the editor expects it to stay empty. */
  readonly errors: string[];
}

export interface EditorOptions {
  width?: number;
  height?: number;
  scale?: number;
  dark?: boolean;
  /** English by default; with null, that of the machine, and it can be set later. */
  locale?: string | null;
  /** Has things slide and fade, as people see them. */
  moving?: boolean;
}

/** Opens the editor of a Node-RED and waits until flows and palette are there. */
export async function openEditor(
  browser: Browser,
  url: string,
  options: EditorOptions = {},
): Promise<Editor> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 860 },
    deviceScaleFactor: options.scale ?? 1,
    colorScheme: options.dark ? 'dark' : 'light',
    ...(options.locale !== null && { locale: options.locale ?? 'en-US' }),
  });
  context.setDefaultTimeout(STEP_DEADLINE);
  // Node-RED 5 is light unless told otherwise; Node-RED 4 has no dark theme.
  if (options.dark) await context.addInitScript(() => localStorage.setItem('view-dark-theme', 'auto'));
  if (!options.moving) await context.addInitScript(STAND_STILL);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url: address } = message.location();
    // Whoever looks at values asks on while a deploy remakes their server.
    if (/404/.test(message.text()) && /\/stream-sea\/.*\/peek/.test(address)) return;
    errors.push(`${message.text()} ${address}`);
  });
  await load(page, url);
  return { page, errors };
}

/**
 * Loads an editor anew, with what is deployed now: a third of the work of another one, which would have to fetch and
 * compile all of Node-RED's scripts. What the page complained about is forgotten.
 */
export async function reloadEditor({ page, errors }: Editor): Promise<void> {
  // Nothing is asked about what is not deployed.
  await page.evaluate(() => {
    window.onbeforeunload = null;
  });
  // With the hash that Node-RED sets, the page would stay as it is.
  await load(page, page.url().replace(/#.*/, ''));
  errors.length = 0;
}

/**
 * The editor as it is when it is loaded: what a test has left open is cancelled, what it has changed undone, and only where
 * that does not lead back to what was there before is it loaded anew, which takes as much as three dialogs.
 */
export async function freshEditor(editor: Editor): Promise<void> {
  const { page } = editor;
  await cancelDialogs(page);
  if (await asBefore(page)) return;
  await reloadEditor(editor);
  await asBefore(page);
}

export async function cancelDialogs(page: Page): Promise<void> {
  // Of several, one upon the other, only the uppermost is in the page.
  const cancel = page.locator('.red-ui-tray [id$="-dialog-cancel"]');
  while ((await cancel.count()) > 0) {
    const button = await cancel.elementHandle();
    await cancel.click();
    await button?.waitForElementState('hidden');
  }
}

/** Undoes what is not deployed, and tells whether all flows are then what they were when nothing was changed. */
function asBefore(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const kept = window as { flowsUnchanged?: string };
    const changed = RED.nodes.dirty();
    while (RED.nodes.dirty() && RED.history.depth() > 0) RED.history.pop();
    // Drawn anew, a node whose label has its old length is where it was.
    if (changed) for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    const flows = JSON.stringify(RED.nodes.createCompleteNodeSet({ credentials: true }));
    if (!changed) kept.flowsUnchanged = flows;
    let marked = 0;
    for (const each of [RED.nodes.eachNode, RED.nodes.eachConfig])
      each((node) => {
        if (node.changed) marked += 1;
      });
    return !RED.nodes.dirty() && marked === 0 && flows === kept.flowsUnchanged;
  });
}

/** Forgets of what the page complained about what a test has brought about itself. */
export function forgive({ errors }: Editor, what: RegExp): void {
  errors.splice(0, errors.length, ...errors.filter((error) => !what.test(error)));
}

async function load(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('.red-ui-palette-node').first().waitFor({ state: 'visible' });
  await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
}

/** Opens the dialog of a node in the flow in front, as a double click does, and waits until it stands still. */
export async function openDialog(page: Page, nodeId: string): Promise<void> {
  await page.locator(`[id="${nodeId}"] .red-ui-flow-node`).dblclick();
  await dialogAtRest(page, 'node');
}

/**
 * A field by its label. Node-RED 5 adds to the label what is wrong with the field: `Port: a whole number ...`; around a
 * typed one it sets a frame that has the same label.
 */
export function fieldOf(page: Page, label: string): Locator {
  const literal = label.replace(/[()]/g, '\\$&');
  return page
    .getByLabel(new RegExp(`^\\s*${literal}\\s*(:|$)`))
    .and(page.locator('input:not([type=hidden]), select, textarea'));
}

const FORMS = { node: '#dialog-form', config: '#node-config-dialog-edit-form' };

/**
 * Waits until a dialog has slid in: Node-RED moves it for a while, and clicks miss what moves. Meanwhile it puts the
 * focus on the first field: where a test had begun to type in another one, its suggestions were gone.
 */
export function dialogAtRest(page: Page, kind: keyof typeof FORMS): Promise<void> {
  return trayAtRest(page, FORMS[kind]);
}

/** The same of the dialog that holds this. */
export async function trayAtRest(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((content) => {
    const tray = document.querySelector(content)?.closest('.red-ui-tray');
    if (tray == null || !tray.contains(document.activeElement)) return false;
    return Number.parseFloat(getComputedStyle(tray).right) === 0;
  }, selector);
}
