/** What a person does in the editor, by mouse and keyboard. Labels are Node-RED's own, in English. */

import type { Locator, Page } from 'playwright-core';
import { dialogAtRest } from './browser';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    node(id: string): { x: number; y: number; w: number };
    dirty(): boolean;
    eachNode(visit: (node: { id: string; type: string }) => void): void;
  };
};

/** More than any dialog has fields and buttons. */
const MAX_TABS = 100;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Menu, Import, Examples, one of ours, Import. */
export async function importExample(page: Page, name: string): Promise<void> {
  await page.locator('#red-ui-header-button-sidemenu').click();
  await page.getByRole('link', { name: 'Import' }).click();
  const dialog = page.locator('.ui-dialog', { has: page.locator('#red-ui-clipboard-dialog') });
  await dialog.getByRole('link', { name: 'Examples' }).click();
  const entry = (text: string) => dialog.locator('.red-ui-treeList-label').getByText(text, { exact: true });
  await entry('@stream-sea/node-red').click();
  await entry(name).click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Brings a flow to the front by its tab. */
export async function showFlow(page: Page, label: string): Promise<void> {
  await page.locator('#red-ui-workspace-tabs').getByText(label, { exact: true }).click();
}

/** Drags a node out of the palette and drops it; where its middle then is may differ a little. Gives its id. */
export async function dragFromPalette(page: Page, type: string, to: Point): Promise<string> {
  const before = new Set((await nodesIn(page)).map(({ id }) => id));
  const entry = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  await entry.scrollIntoViewIfNeeded();
  await entry.hover();
  await page.mouse.down();
  // One step would not do: jQuery UI starts to drag after a few pixels.
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
  const added = (await nodesIn(page)).find(({ id }) => !before.has(id));
  if (added === undefined) throw new Error(`${type} was not dropped`);
  return added.id;
}

/** Draws a wire from the output of one node to the input of another. */
export async function wire(page: Page, from: string, to: string): Promise<void> {
  const port = (id: string, side: string) => page.locator(`[id="${id}"] .red-ui-flow-port-${side}`).first();
  await dragOnto(page, port(from, 'output'), port(to, 'input'));
}

async function dragOnto(page: Page, from: Locator, to: Locator): Promise<void> {
  await from.hover();
  await page.mouse.down();
  const box = await to.boundingBox();
  if (box === null) throw new Error('the end of the wire is not in sight');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
}

/** Goes on from where the focus is, as somebody without a mouse does. */
export async function tabTo(target: Locator): Promise<void> {
  const page = target.page();
  // To find it by role and name, in all of the page, takes longer than a press: only when it was drawn anew.
  let found = await target.elementHandle();
  for (let tries = 0; tries < MAX_TABS; tries += 1) {
    const place = await found?.evaluate((element) =>
      element === document.activeElement ? 'focus' : element.isConnected ? 'page' : 'nowhere',
    );
    if (place === 'focus') return;
    if (place === 'page') await page.keyboard.press('Tab');
    else found = await target.elementHandle();
  }
  throw new Error(`The Tab key does not lead to ${target}.`);
}

/** Presses a button that ends the dialog it is in. */
export async function end(page: Page, button: 'Done' | 'Add'): Promise<void> {
  const id = button === 'Add' ? '#node-config-dialog-ok' : '#node-dialog-ok';
  await page.locator(id).click();
  await page.locator(id).waitFor({ state: 'detached' });
}

/** The + beside Server, then Add: nothing is filled in. */
export async function addServer(page: Page): Promise<void> {
  await page.locator('#node-input-btn-server-add').click();
  await dialogAtRest(page, 'config');
  await end(page, 'Add');
}

export async function deploy(page: Page): Promise<void> {
  await page.locator('#red-ui-header-button-deploy').click();
  await page.waitForFunction(() => !RED.nodes.dirty());
}

/** The button of an inject node. */
export async function pressInject(page: Page, id: string): Promise<void> {
  await page.locator(`[id="${id}"] .red-ui-flow-node-button-button`).click();
}

/** By the keyboard: each Node-RED has its buttons for sidebars elsewhere. */
export async function openDebugSidebar(page: Page): Promise<void> {
  await page.keyboard.press('Control+g');
  await page.keyboard.press('d');
  await page.locator('.red-ui-debug-content-list').waitFor({ state: 'visible' });
}

/** The messages in the debug sidebar of one debug node, as text. */
export function debugMessages(page: Page, node: string): Locator {
  return page.locator('.red-ui-debug-msg', {
    has: page.locator('.red-ui-debug-msg-name', { hasText: new RegExp(`: ${node}$`) }),
  });
}

/** The status beneath a node, once its text matches. */
export async function statusOf(page: Page, id: string, text: RegExp): Promise<Locator> {
  const status = page.locator(`[id="${id}"] .red-ui-flow-node-status-group`);
  await status.locator('.red-ui-flow-node-status-label', { hasText: text }).waitFor();
  return status;
}

export function nodesIn(page: Page): Promise<{ id: string; type: string; name: string }[]> {
  return page.evaluate(() => {
    const nodes: { id: string; type: string; name: string }[] = [];
    RED.nodes.eachNode((node) =>
      nodes.push({ id: node.id, type: node.type, name: 'name' in node ? String(node.name) : '' }),
    );
    return nodes;
  });
}
