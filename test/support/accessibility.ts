/** What axe-core finds wrong with what is on a page, for those who do not see it or have no mouse. */

import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** axe-core, for what runs in the page. */
declare const axe: { run(within: string, options: object): Promise<AxeResults> };

/**
 * @param within a selector; Node-RED's own surroundings are not ours to mend
 * @returns one line for each thing that is serious or critical: rule, place, what is wrong
 */
export async function accessibilityProblems(page: Page, within: string): Promise<string[]> {
  if (!(await page.evaluate(() => typeof axe !== 'undefined'))) await page.addScriptTag({ content: AXE });
  const { violations } = await page.evaluate((selector) => {
    return axe.run(selector, { resultTypes: ['violations'] });
  }, within);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
    );
}
