/** What an accessibility check finds in a part of the page. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

declare const axe: {
  run(
    context: { include: string; exclude: string },
    options: object,
  ): Promise<{
    violations: { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }[];
  }>;
};

declare const RED: { settings: { version: string } };

/** Drawn by the core, without names: the buttons that copy a part of a message, in the debug sidebar too. */
const CORE = '.red-ui-debug-msg-tools';

const SOURCE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Its colours at once: those on the way from one theme to the other have too little contrast. */
const AT_ONCE = '*, ::before, ::after { transition: none !important; }';

/** One line for each serious or critical finding within the elements that the selector matches, in each theme. */
export async function seriousFindings(page: Page, selector: string): Promise<string[]> {
  // Once for each load of the page: it is half a megabyte.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(SOURCE);
  const light = await findings(page, selector);
  if (!(await hasDarkTheme(page))) return light;
  await page.addStyleTag({ content: AT_ONCE });
  await setDark(page, true);
  const dark = await findings(page, selector);
  await setDark(page, false);
  return [...light, ...dark.map((finding) => `dark: ${finding}`)];
}

/** Since Node-RED 5. */
function hasDarkTheme(page: Page): Promise<boolean> {
  return page.evaluate(() => Number.parseInt(RED.settings.version, 10) >= 5);
}

/** As Node-RED does when its user, or the operating system, chooses the theme. */
function setDark(page: Page, dark: boolean): Promise<boolean> {
  return page.evaluate((on) => document.documentElement.classList.toggle('nr-theme-dark', on), dark);
}

function findings(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(
    async ([include, exclude]) => {
      const { violations } = await axe.run({ include, exclude }, { resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
        );
    },
    [selector, CORE] as const,
  );
}
