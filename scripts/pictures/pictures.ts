/**
 * `npm run pictures`: takes the README's pictures afresh, of real editors with real flows running in them. Those with
 * messages in them differ from run to run; the others only when what they show has changed. Behind it, after `--`,
 * files take these pictures only.
 */

import { openBrowser, openEditor } from '../../test/support/browser/browser';
import { type NodeRedOptions, startNodeRed } from '../../test/support/node-red/node-red';
import { getVersion, VERSIONS } from '../versions.mjs';
import { DARK, DASHBOARD, DIALOGS, EXAMPLE, type Picture } from './album';
import { capture } from './camera';
import { dashboard, everything, exampleAlone } from './scene';

const WINDOW = { width: 1560, height: 780 };

/** As wide as the dashboard needs to show gauges and chart side by side. */
const WIDE = { width: 1200, height: 446 };

/** Dialogs are looked at in half their size: sharp, and yet small. */
const CLOSE = { width: 1280, height: 1000, scale: 1.5 };

const asked = process.argv.slice(2);

async function main(): Promise<void> {
  await take(EXAMPLE, exampleAlone(), WINDOW);
  await take(DASHBOARD, dashboard(), WIDE);
  await take(DIALOGS, everything(), CLOSE);
  await take(DARK, { ...everything(), ...darkNodeRed() }, { ...CLOSE, dark: true });
}

/** One Node-RED at a time: the example on shared delivery has a port of its own. */
async function take(
  pictures: readonly Picture[],
  scene: NodeRedOptions,
  editor: Parameters<typeof openEditor>[2],
): Promise<void> {
  const wanted = pictures.filter(({ file }) => asked.length === 0 || asked.includes(file));
  if (wanted.length === 0) return;
  const [nodeRed, browser] = await Promise.all([startNodeRed(scene), openBrowser()]);
  try {
    for (const { file, film, pose } of wanted) {
      const { page } = await openEditor(browser, nodeRed.url, editor);
      await capture(page, await pose(page), file, film);
      await page.context().close();
    }
  } finally {
    await Promise.all([browser.close(), nodeRed.close()]);
  }
}

function darkNodeRed(): NodeRedOptions {
  const { node, nodeRedDir } = getVersion(VERSIONS.at(-1));
  return { nodePath: node, nodeRedDir };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
