/** `npm run pictures`: takes the README's pictures afresh, of the real editor with the real flow running in it. */

import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openBrowser, openEditor } from '../test/support/browser';
import { debugMessages, openDebugSidebar } from '../test/support/flow-editor';
import { startNodeRed } from '../test/support/node-red';

const ROOT = resolve(__dirname, '..');
const MAX_BYTES = 300_000;

/** The alarms of the three boilers come 20 seconds apart. */
const ALARM_DEADLINE = 60_000;

async function main(): Promise<void> {
  const flows = JSON.parse(await readFile(join(ROOT, 'examples', '01-boiler-telemetry.json'), 'utf8'));
  const [nodeRed, browser] = await Promise.all([startNodeRed({ flows }), openBrowser()]);
  try {
    const { page } = await openEditor(browser, nodeRed.url, { width: 1560, height: 780 });
    // The palette shows the nodes the picture is about.
    await page.locator('#red-ui-palette-search input').pressSequentially('stream-sea');
    await openDebugSidebar(page);
    // Off the button, whose tip would cover the tab.
    await page.mouse.move(900, 660);
    await debugMessages(page, 'ALARM').first().waitFor({ timeout: ALARM_DEADLINE });
    const file = join(ROOT, 'images', 'boiler-telemetry.png');
    await mkdir(join(ROOT, 'images'), { recursive: true });
    await page.screenshot({ path: file, animations: 'disabled' });
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}.`);
    console.log(`${file} (${Math.round(size / 1000)} kB)`);
  } finally {
    await Promise.all([browser.close(), nodeRed.close()]);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
