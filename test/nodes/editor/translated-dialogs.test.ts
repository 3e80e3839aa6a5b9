/** The dialogs, the sidebar and the help in each language, in a real editor: nothing is left in English or cut off. */

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { tour } from '../../support/browser/dialog-tour';
import { NODE_TYPES } from '../../support/browser/editor-page';
import { misfits, wordsIn } from '../../support/browser/layout';
import { polyglotSuite } from '../../support/browser/polyglot-suite';
import { ENGLISH, TRANSLATIONS, textsOf } from '../../support/browser/texts';

/** Node-RED's editor, for what runs in the page. */
declare const RED: { i18n: { lang(): string } };

const KEY = /(?:^|:)(?:label|placeholder|hint|option|error|status|palette|sentence)\.[a-z]/;
const GAP = /__[a-z]+__/i;

/** As many words in a row are found within a longer text, too. */
const PHRASE = /\p{L}+ \p{L}+ \p{L}+/u;

/** Tells what is English in a text that should be in another language. */
function englishFinder(language: string): (text: string) => string | undefined {
  const whole = new Set<string>();
  const parts = new Set<string>();
  const own = NODE_TYPES.flatMap((type) => [...textsOf(type, language).values()]);
  for (const type of NODE_TYPES) {
    const translated = textsOf(type, language);
    for (const [key, text] of textsOf(type, ENGLISH)) {
      // A word of one language may be one of another, for something else.
      if (translated.get(key) === text || own.includes(text)) continue;
      whole.add(text);
      for (const part of text.split(GAP)) if (PHRASE.test(part)) parts.add(part.trim());
    }
  }
  for (const part of parts) if (own.some((text) => text.includes(part))) parts.delete(part);
  return (text) => (whole.has(text) ? text : [...parts].find((part) => text.includes(part)));
}

describe('the dialogs in other languages', function () {
  this.timeout(240_000);

  const suite = polyglotSuite();

  for (const language of [ENGLISH, ...TRANSLATIONS]) {
    it(`are all in ${language}, and all of it fits`, async () => {
      await suite.polyglot.speak(language);
      const { page, errors } = suite.polyglot.editor;
      const spoken = await page.evaluate(() => [
        RED.i18n.lang(),
        Intl.NumberFormat().resolvedOptions().locale,
      ]);
      assert.deepEqual(spoken, [language, language]);
      assert.deepEqual(await look(page, language), []);
      // Monaco's own complaint when its checker answers after the dialog is gone.
      const others = errors.filter((error) => !error.includes('Model is disposed!'));
      assert.deepEqual(others, [], 'what the page complained about');
    });
  }
});

/** Gives what is not as it should be, and where it was seen first. */
async function look(page: Page, language: string): Promise<string[]> {
  const englishIn = language === ENGLISH ? () => undefined : englishFinder(language);
  const wrong = new Map<string, string>();
  for await (const { name, root } of tour(page)) {
    const found = await misfits(page, root);
    for (const text of await wordsIn(page, root)) {
      const english = englishIn(text);
      if (english !== undefined) found.push(`"${text}" has the English "${english}"`);
      if (KEY.test(text)) found.push(`"${text}" is a key`);
      if (GAP.test(text)) found.push(`"${text}" has a gap`);
    }
    for (const each of found) wrong.set(each, wrong.get(each) ?? name);
  }
  return [...wrong].map(([what, where]) => `${where}: ${what}`);
}
