/** What does not fit where it stands in a part of the page, and the words that stand there. */

import type { Page } from 'playwright-core';

/** One line for each thing that is cut off, wrapped where it should not be, or wider than its place. */
export async function misfits(page: Page, root: string): Promise<string[]> {
  // tsx calls it for each function that has a name.
  await page.evaluate('globalThis.__name ??= (named) => named');
  return page.evaluate((selector) => {
    /** What is to stay on one line. */
    const LINES = [
      '.form-row > label',
      '.red-ui-button',
      '.red-ui-tab-label',
      '.sea-cards strong',
      '.sea-unit',
      '.sea-list-label',
      '.sea-section-title',
      '.sea-schema thead th',
      '.sea-invitation dt',
    ].join();
    /** What scrolls, and the core's own. */
    const APART = '.sea-scroll, .sea-peek-messages, .node-text-editor, .red-ui-debug-msg-element';
    const place = document.querySelector<HTMLElement>(selector);
    const found: string[] = [];
    const visible = (element: Element) => element.checkVisibility({ visibilityProperty: true });
    const all = (selectors: string) =>
      [...(place?.querySelectorAll<HTMLElement>(selectors) ?? [])].filter(visible);
    const say = (element: HTMLElement, what: string) => found.push(`"${wordsOf(element)}" ${what}`);
    const wordsOf = ({ innerText, className, tagName }: HTMLElement) =>
      innerText?.trim().replace(/\s+/g, ' ').slice(0, 60) || className || tagName;
    const pen = document.createElement('canvas').getContext('2d');
    const widthOf = (text: string, element: HTMLElement) => {
      if (pen === null) return 0;
      pen.font = getComputedStyle(element).font;
      return pen.measureText(text).width;
    };

    if (place === null) return [`there is no ${selector}`];
    if (place.scrollWidth > place.clientWidth + 1) say(place, 'is wider than its place');
    const edge = place.getBoundingClientRect().right + 1;
    for (const element of all('.sea-dialog *, .sea-card *')) {
      if (element.closest(APART)) continue;
      if (element.getBoundingClientRect().right > edge) say(element, 'goes beyond the edge');
    }
    for (const element of all(LINES)) {
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
        say(element, `is cut off: ${element.scrollWidth} pixels in ${element.clientWidth}`);
      const range = document.createRange();
      range.selectNodeContents(element);
      const { height } = range.getBoundingClientRect();
      if (height > 1.8 * Number.parseFloat(getComputedStyle(element).fontSize))
        say(element, 'takes two lines');
    }
    // It fades out over 15 pixels at its right.
    for (const tab of all('.sea-dialog .red-ui-tab')) {
      const range = document.createRange();
      range.selectNodeContents(tab.querySelector('.red-ui-tab-label') ?? tab);
      if (range.getBoundingClientRect().right > tab.getBoundingClientRect().right - 8)
        say(tab, 'is cut off at the edge of its tab');
    }
    // Node-RED makes a dialog as wide as what is in it: that of stream in is 612 pixels wide, by its hints.
    const { width = 0 } = place.closest('.red-ui-tray')?.getBoundingClientRect() ?? {};
    // The filter builder says itself how wide it is to be.
    const wide = place.matches('.sea-filter-dialog');
    if (width > 640 && !wide) say(place, `makes the dialog ${width} pixels wide`);
    for (const bar of all('.sea-bar')) {
      const tops = [...bar.querySelectorAll('button')].map((button) => button.getBoundingClientRect().top);
      if (new Set(tops).size > 1) say(bar, 'takes two lines');
    }
    for (const select of all('.sea-dialog select')) {
      if (!(select instanceof HTMLSelectElement)) continue;
      // Beside the text there is the arrow.
      const space = select.clientWidth - 30;
      for (const { text } of select.options)
        if (widthOf(text, select) > space) found.push(`"${text}" is cut off in its list`);
    }
    for (const input of all('.sea-dialog input[placeholder]')) {
      const { paddingLeft, paddingRight } = getComputedStyle(input);
      const space = input.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      const text = input.getAttribute('placeholder') ?? '';
      if (widthOf(text, input) > space) found.push(`"${text}" is cut off as a placeholder`);
    }
    return found;
  }, root);
}

/** All that somebody reads or hears there: texts, tips, placeholders, names for screen readers. */
export function wordsIn(page: Page, root: string): Promise<string[]> {
  return page.evaluate((selector) => {
    const place = document.querySelector(selector);
    if (place === null) return [];
    const words: string[] = [];
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Element) {
        for (const name of ['title', 'placeholder', 'aria-label']) words.push(node.getAttribute(name) ?? '');
      } else if (node.parentElement?.matches('.message-properties > dt')) {
        // A property's name is what messages call it.
      } else if (node.parentElement?.checkVisibility() || node.parentElement?.tagName === 'OPTION') {
        words.push(node.textContent ?? '');
      }
    }
    return [...new Set(words.map((text) => text.trim()))].filter((text) => text !== '');
  }, root);
}
