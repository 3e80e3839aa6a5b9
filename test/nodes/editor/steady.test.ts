/** What comes and goes in a dialog moves nothing below it, in any language and in a narrow dialog: a click would miss. */

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { openDialog } from '../../support/browser/browser';
import { polyglotSuite } from '../../support/browser/polyglot-suite';
import { ENGLISH, TRANSLATIONS } from '../../support/browser/texts';

const WIDTHS = ['500px', '640px'];

describe('a dialog stands still', function () {
  this.timeout(240_000);

  const suite = polyglotSuite();

  for (const language of [ENGLISH, ...TRANSLATIONS]) {
    it(`when something is said or chosen in it, in ${language}`, async () => {
      await suite.polyglot.speak(language);
      const { page } = suite.polyglot.editor;
      const wrong: string[] = [];
      for (const width of WIDTHS) {
        await page.addStyleTag({ content: `.red-ui-tray { width: ${width} !important; }` });
        wrong.push(...(await whatMoves(page)).map((what) => `${width}: ${what}`));
      }
      assert.deepEqual(wrong, []);
    });
  }
});

async function whatMoves(page: Page): Promise<string[]> {
  const wrong: string[] = [];
  const top = async (selector: string) => (await page.locator(selector).first().boundingBox())?.y;
  const leave = async () => {
    const cancel = page.locator('#node-dialog-cancel');
    await cancel.click();
    await cancel.waitFor({ state: 'detached' });
  };

  // Nobody has answered yet; then it will be refused; then it will not be any more.
  let answer = (): void => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/definition*', (route) => held.then(() => route.continue()));
  await openDialog(page, 'define');
  const fields = '.sea-fields-box';
  const advice = page.locator('.sea-advice');
  const raise = advice.getByRole('button');
  const before = await top(fields);
  assert.equal(await raise.count(), 0);
  answer();
  await raise.waitFor();
  if ((await top(fields)) !== before)
    wrong.push(`a warning moves fields from ${before} to ${await top(fields)}`);
  const version = page.locator('#sea-define-builder .red-ui-typedInput-input').first();
  for (const [typed, warned] of [
    ['1.1', true],
    ['1.3', false],
  ] as const) {
    await version.fill(typed);
    await raise.waitFor({ state: warned ? 'visible' : 'hidden' });
    if ((await top(fields)) !== before) wrong.push(`version ${typed} moves fields from ${before}`);
  }
  // A field is taken away, and taken back: what is to be pressed next is where it was.
  for (const control of [`${fields} [data-control=remove]`, '#sea-define-notice button']) {
    await page.locator(control).first().click();
    if ((await top(fields)) !== before) wrong.push(`${control} moves fields from ${before}`);
  }
  await leave();
  await page.unrouteAll();

  for (const [node, select] of [
    ['in', 'delivery'],
    ['out', 'validate'],
    ['admin', 'action'],
  ] as const) {
    await openDialog(page, node);
    const choice = page.locator(`#node-input-${select}`);
    const heights = new Set<number | undefined>();
    for (const option of await choice.locator('option').all()) {
      await choice.selectOption({ value: (await option.getAttribute('value')) ?? '' });
      heights.add((await page.locator(`#sea-${node}-${select}-hint`).boundingBox())?.height);
    }
    if (heights.size > 1) wrong.push(`the hint of ${select} is ${[...heights].join(' or ')} pixels high`);
    await leave();
  }
  return wrong;
}
