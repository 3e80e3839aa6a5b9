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

/** Drawn by the core, without names: the buttons that copy a part of a message, in the debug sidebar too. */
const CORE = '.red-ui-debug-msg-tools';

const SOURCE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** One line for each serious or critical finding within the elements that the selector matches. */
export async function seriousFindings(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(SOURCE);
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
