/** Example 10, as it is seen in a browser. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser/browser';
import { DASHBOARD, ExampleHost, example, idOf } from '../support/node-red/examples';

describe('the example of a dashboard', function () {
  this.timeout(240_000);

  let browser: Browser;
  let host: ExampleHost;

  before(async () => {
    [browser, host] = await Promise.all([openBrowser(), ExampleHost.start(DASHBOARD)]);
  });

  after(() => Promise.all([browser?.close(), host?.close()]));

  it('shows three boilers on gauges and in a chart', async () => {
    const page = await browser.newPage();
    const nodes = example('10');
    await host.run(nodes, async () => {
      // What is opened before all of its nodes are there stays without them.
      await host.comms.status(idOf(nodes, 'define boilers'), /connected$/);
      await page.goto(new URL('flows/dashboard', host.nodeRed.url).href);
      const gauges = page.locator('.nrdb-ui-gauge');
      await gauges.nth(2).waitFor();
      const shown = await gauges.allInnerTexts();
      for (const [index, boiler] of ['north', 'east', 'west'].entries()) {
        assert.match(shown[index] ?? '', new RegExp(boiler));
        await gauges
          .nth(index)
          .getByText(/^\d\.\d+$/)
          .waitFor();
      }
      await page.locator('.nrdb-ui-chart canvas').first().waitFor();
      assert.deepEqual(host.comms.shown('what went wrong'), []);
    });
    await page.context().close();
  });
});
