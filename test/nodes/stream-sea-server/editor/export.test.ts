/** What somebody copies out of the editor to show it to others: none of a server's secrets, deployed or just typed. */

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { dialogAtRest, openDialog } from '../../../support/browser/browser';
import { editorSuite } from '../../../support/browser/editor-suite';
import { drawKeyPair } from '../../../support/sea/tokens';

const KINDS = ['basic', 'jwt', 'key'] as const;

const SECRETS = { clientSecret: 'aye-aye-secret', jwt: 'aaaa.bbbbbbbb.cccccccc' };

describe('the export', function () {
  this.timeout(240_000);

  const kept = { ...SECRETS, privateKey: drawKeyPair().privateKey };
  const typed = { clientSecret: 'just-typed-secret', jwt: 'dddd.eeeeeeee.ffffffff' };
  const typedKey = drawKeyPair().privateKey;
  const hidden = [
    ...Object.values(SECRETS),
    ...Object.values(typed),
    ...linesOf(kept.privateKey),
    ...linesOf(typedKey),
  ];
  const suite = editorSuite({
    flows: [
      { id: 'flow', type: 'tab', label: 'Flow' },
      ...KINDS.flatMap((auth, at) => [
        {
          id: `sea-${auth}`,
          type: 'stream-sea-server',
          where: 'remote',
          host: '127.0.0.1',
          port: '1',
          auth,
        },
        {
          ...{ id: `in-${auth}`, type: 'stream-sea-in', z: 'flow', server: `sea-${auth}`, stream: 's' },
          ...{ x: 200, y: 100 + 60 * at, wires: [[]] },
        },
      ]),
    ],
    credentials: Object.fromEntries(KINDS.map((auth) => [`sea-${auth}`, { clientId: 'captain', ...kept }])),
  });
  let page: Page;

  before(async () => {
    page = suite.page;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });

  /** All flows, as they are shown and as they are copied. */
  async function exported(): Promise<string> {
    await page.keyboard.press('Control+e');
    const dialog = page.locator('#red-ui-clipboard-dialog');
    await dialog.waitFor();
    await dialog.locator('#red-ui-clipboard-dialog-export-rng-full').click();
    await dialog.locator('[href="#red-ui-clipboard-dialog-export-tab-clipboard-json"]').click();
    const shown = await dialog.locator('#red-ui-clipboard-dialog-export-text').inputValue();
    await page.locator('#red-ui-clipboard-dialog-export').click();
    await dialog.waitFor({ state: 'hidden' });
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.deepEqual(JSON.parse(copied), JSON.parse(shown));
    return copied;
  }

  function holdsNone(text: string): void {
    for (const auth of KINDS) assert.match(text, new RegExp(`"auth":\\s*"${auth}"`), 'all of them are in it');
    for (const secret of hidden) assert(!text.includes(secret), secret.slice(0, 8));
    assert.doesNotMatch(text, /credentials|__PWRD__|PRIVATE KEY|captain/);
  }

  it('of servers that have been deployed holds no secret, no token, no key', async () => {
    holdsNone(await exported());
  });

  it('of servers whose secrets were just typed does not either', async () => {
    for (const [auth, field, value] of [
      ['basic', 'clientSecret', typed.clientSecret],
      ['jwt', 'jwt', typed.jwt],
      ['key', 'privateKey', typedKey],
    ] as const) {
      await openDialog(page, `in-${auth}`);
      await page.locator('#node-input-btn-server-edit').click();
      await dialogAtRest(page, 'config');
      await page.locator(`#node-config-input-${field}`).fill(value);
      for (const button of ['#node-config-dialog-ok', '#node-dialog-ok']) {
        await page.locator(button).click();
        await page.locator(button).waitFor({ state: 'detached' });
      }
    }
    holdsNone(await exported());
  });
});

/** Of a PEM, those that nobody else's has. */
function linesOf(pem: string): string[] {
  return pem.split('\n').filter((line) => line.length > 40 && !line.startsWith('MII'));
}
