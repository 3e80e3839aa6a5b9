/** The README's pictures: what is done in the editor before each is taken. */

import type { Page } from 'playwright-core';
import { dialogAtRest, openDialog } from '../../test/support/browser/browser';
import { showFlow } from '../../test/support/browser/flow-editor';
import { type Frame, frameDialog, frameFromTo } from './camera';
import type { Film } from './film';
import { PLACES, type Place, TEN_JOBS } from './scene';

/** Node-RED's editor, for what runs in the page. */
declare const RED: { actions: { invoke(name: string): void } };

export interface Picture {
  /** In images/. */
  readonly file: string;
  /** One that moves. */
  readonly film?: Film;
  /** Leaves the editor as the picture is to show it. */
  pose(page: Page): Promise<Frame>;
}

/** Some things take their time: a chart shows a minute. */
const PATIENCE = { timeout: 90_000 };

/** Milliseconds in which a chart of readings every two seconds has lines. */
const LINES = 50_000;

/** Of the example as `npm start` runs it. */
export const EXAMPLE: readonly Picture[] = [
  {
    file: 'boiler-telemetry.gif',
    // A reading of each boiler every two seconds: five times as fast as it is.
    film: { frames: 24, interval: 2_000, shown: 400 },
    async pose(page) {
      // The palette shows the nodes the picture is about.
      await page.locator('#red-ui-palette-search input').pressSequentially('stream-sea');
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      const sidebar = page.locator('.sea-sidebar');
      await sidebar.locator('.sea-stream-head').first().click();
      await sidebar.getByLabel('Value', { exact: true }).selectOption('pressure');
      // Off the button, whose tip would be in the picture.
      await page.mouse.move(900, 740);
      await sidebar.locator('.sea-legend li').nth(2).waitFor(PATIENCE);
      await page.waitForTimeout(LINES);
      return 'window';
    },
  },
];

/** Of the example with the dashboard. */
export const DASHBOARD: readonly Picture[] = [
  {
    file: 'dashboard.png',
    async pose(page) {
      await page.goto(new URL('flows/dashboard', page.url()).href);
      await page.locator('.nrdb-ui-chart canvas').first().waitFor();
      await page.waitForTimeout(LINES);
      return 'window';
    },
  },
];

export const DIALOGS: readonly Picture[] = [
  {
    file: 'schema-builder.png',
    async pose(page) {
      await open(page, PLACES.definition);
      await page.locator('.sea-fields').first().waitFor();
      return frameDialog(page);
    },
  },
  {
    file: 'from-a-sample.png',
    async pose(page) {
      await open(page, PLACES.noDefinition);
      await page.getByRole('radio', { name: 'Set here' }).check();
      await press(page, 'From a sample…');
      await page.getByLabel('A message as JSON').fill(PUMP_READING);
      await page.locator('.sea-schema').waitFor();
      return frameDialog(page);
    },
  },
  {
    file: 'server.png',
    async pose(page) {
      await openServer(page, PLACES.remoteServer);
      await press(page, 'Test connection');
      await page.locator('.sea-steps').waitFor();
      return frameDialog(page);
    },
  },
  {
    file: 'embedded-server.png',
    async pose(page) {
      await openServer(page, PLACES.embeddedServer);
      await page.locator('#sea-server-invitation dl').waitFor();
      return frameDialog(page);
    },
  },
  {
    file: 'try-a-message.png',
    async pose(page) {
      await open(page, PLACES.publishing);
      await page.getByLabel('Try a message').fill(WRONG_STATUS);
      await page.locator('.sea-out-dialog .sea-notes').waitFor();
      return frameDialog(page);
    },
  },
  {
    file: 'messages.png',
    async pose(page) {
      await open(page, PLACES.stream);
      await press(page, 'Look at messages');
      await page.locator('.sea-peek-message').nth(8).waitFor();
      await page.waitForTimeout(LINES);
      return frameDialog(page);
    },
  },
  {
    file: 'sidebar.png',
    async pose(page) {
      // All servers are in sight at once.
      await page.setViewportSize({ width: 1280, height: 1300 });
      await page.evaluate(() => RED.actions.invoke('stream-sea:show-sidebar'));
      const cards = page.locator('.sea-sidebar .sea-card');
      // Jobs now and then, for those charts to show something.
      for (const seconds of [5, 20, 45]) {
        await chartReaches(page, seconds);
        await page.request.post(new URL(`inject/${TEN_JOBS}`, page.url()).href);
      }
      await chartReaches(page, 58);
      return frameFromTo(cards.first(), cards.last());
    },
  },
];

/** In the theme that Node-RED has since version 5. */
export const DARK: readonly Picture[] = [
  {
    file: 'describe.png',
    async pose(page) {
      await open(page, PLACES.schema);
      await page.locator('.sea-schema').waitFor();
      return frameDialog(page);
    },
  },
];

const PUMP_READING = `{
  "pump": "P-101", "at": "2026-03-31T12:00:00Z",
  "flow": 41.7, "motor": { "rpm": 1450 }
}`;

const WRONG_STATUS = `{
  "boiler": "south", "at": "noon", "pressure": 7.9,
  "place": { "site": "Kiel", "hall": "three" }
}`;

/** By a double click, as a person does. */
async function open(page: Page, { flow, id }: Place): Promise<void> {
  await showFlow(page, flow);
  await openDialog(page, id);
}

/** The pencil beside Server, in the dialog of a node that uses it. */
async function openServer(page: Page, user: Place): Promise<void> {
  await open(page, user);
  await page.locator('#node-input-btn-server-edit').click();
  await dialogAtRest(page, 'config');
}

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click();
}

/** Waits until the first chart's line is so many seconds long. */
async function chartReaches(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction(
    (span) => {
      const path = document.querySelector('.sea-chart-line')?.getAttribute('d') || 'M60';
      return 60 - Number.parseFloat(path.slice(1)) >= span;
    },
    seconds,
    PATIENCE,
  );
}
