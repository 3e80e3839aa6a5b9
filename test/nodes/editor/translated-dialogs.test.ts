/** The dialogs, the sidebar and the help in each language, in a real editor: nothing is left in English or cut off. */

import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openBrowser, openEditor } from '../../support/browser/browser';
import { TOUR_CREDENTIALS, TOUR_FLOW, tour } from '../../support/browser/dialog-tour';
import { NODE_TYPES } from '../../support/browser/editor-page';
import { misfits, wordsIn } from '../../support/browser/layout';
import { ENGLISH, TRANSLATIONS, textsOf } from '../../support/browser/texts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red';

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

/** Editors that are gone through at the same time: each mostly waits for dialogs to slide in and out. */
const AT_ONCE = 3;

interface Seen {
  readonly language: string;
  /** What is not as it should be, and where it was seen first. */
  readonly wrong: readonly string[];
  readonly errors: readonly string[];
}

describe('the dialogs in other languages', function () {
  this.timeout(240_000);

  let browser: Browser;
  let nodeRed: NodeRed;
  let seen: ReadonlyMap<string, Promise<Seen>>;

  before(async () => {
    const flow = { flows: TOUR_FLOW, credentials: TOUR_CREDENTIALS };
    [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed(flow)]);
    seen = atOnce([ENGLISH, ...TRANSLATIONS], AT_ONCE, (language) => look(browser, nodeRed.url, language));
  });

  after(() => Promise.all([browser?.close(), nodeRed?.close()]));

  for (const language of [ENGLISH, ...TRANSLATIONS]) {
    it(`are all in ${language}, and all of it fits`, async () => {
      const found = await seen.get(language);
      assert.equal(found?.language, language);
      assert.deepEqual(found.wrong, []);
      assert.deepEqual(found.errors, [], 'what the page complained about');
    });
  }
});

async function look(browser: Browser, url: string, locale: string): Promise<Seen> {
  const { page, errors } = await openEditor(browser, url, { locale });
  const language = await page.evaluate(() => RED.i18n.lang());
  const englishIn = locale === ENGLISH ? () => undefined : englishFinder(locale);
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
  await page.context().close();
  return {
    language,
    wrong: [...wrong].map(([what, where]) => `${where}: ${what}`),
    // Monaco's own complaint when its checker answers after the dialog is gone.
    errors: errors.filter((error) => !error.includes('Model is disposed!')),
  };
}

/** Begins with the first ones, and with each of the others as one before it ends. */
function atOnce<Value>(
  names: readonly string[],
  limit: number,
  make: (name: string) => Promise<Value>,
): ReadonlyMap<string, Promise<Value>> {
  const made: Promise<Value>[] = [];
  for (const name of names) {
    const before = made.at(-limit);
    const turn = made.length < limit ? Promise.resolve() : before?.then(nothing, nothing);
    const mine = Promise.resolve(turn).then(() => make(name));
    // Whoever waits for it learns of it.
    mine.catch(nothing);
    made.push(mine);
  }
  return new Map(names.map((name, index) => [name, made[index] ?? Promise.reject(new Error(name))]));
}

function nothing(): void {}
