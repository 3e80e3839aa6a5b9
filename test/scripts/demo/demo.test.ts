/** `npm start`, as somebody meets it who has read nothing: its address shows a chart of the boilers. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { openBrowser, openEditor } from '../../support/browser/browser';
import { NpmScript } from '../../support/package/npm-script';

describe('npm start', function () {
  this.timeout(240_000);

  let browser: Browser;
  let demo: NpmScript;

  before(async () => {
    [browser, demo] = await Promise.all([openBrowser(), NpmScript.start('start')]);
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  let address = '';

  it('prints an address that opens on the chart of three boilers', async () => {
    [, address = ''] = await demo.prints(/running: +(http:\S+)[\s\S]*Ctrl-C/);
    const { page, errors } = await openEditor(browser, address, { width: 1560, height: 780 });
    const chart = page.locator('.sea-sidebar .sea-picture');
    const lines = chart.locator('.sea-legend li');
    await lines.nth(2).waitFor();
    assert.deepEqual((await chart.locator('.sea-legend-name').allInnerTexts()).toSorted(), [
      'east',
      'north',
      'west',
    ]);
    const canvas = chart.locator('canvas');
    assert(await canvas.isVisible());
    await page.waitForFunction(inkIn, '.sea-sidebar .sea-picture canvas');
    // The palette manager asks for the public catalogue, which not every machine can reach.
    assert.deepEqual(
      errors.filter((error) => !error.includes('net::ERR_')),
      [],
    );
    assert.doesNotMatch(demo.printed, /^(error|warning):/m);
    await page.context().close();
  });

  it('serves what flows serve, as a dashboard', async () => {
    const flow = {
      label: 'Pages',
      nodes: [
        { id: 'page', type: 'http in', url: '/hello/:name', method: 'get', wires: [['text']] },
        {
          id: 'text',
          type: 'template',
          template: 'Hello, {{req.params.name}}{{req.query.mark}}',
          wires: [['answer']],
        },
        { id: 'answer', type: 'http response', wires: [] },
      ],
    };
    const headers = { 'Content-Type': 'application/json' };
    const added = await fetch(`${address}flow`, { method: 'POST', headers, body: JSON.stringify(flow) });
    assert.equal(added.status, 200, await added.text());
    // Node-RED answers before the flow has been started.
    let answer = await fetch(`${address}api/hello/boiler?mark=!`);
    while (answer.status === 404) answer = await fetch(`${address}api/hello/boiler?mark=!`);
    assert.equal(await answer.text(), 'Hello, boiler!');
  });
});

/** Runs in the page: whether there is something of each of the three lines in the picture, by their colours. */
function inkIn(selector: string): boolean {
  const canvas = document.querySelector(selector);
  const probe = document.createElement('canvas').getContext('2d');
  if (!(canvas instanceof HTMLCanvasElement) || probe === null) return false;
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
  return [1, 2, 3].every((line) => {
    probe.fillStyle = getComputedStyle(canvas).getPropertyValue(`--sea-line-${line}`);
    probe.fillRect(0, 0, 1, 1);
    const wanted = probe.getImageData(0, 0, 1, 1).data;
    for (let at = 0; at < data.length; at += 4) {
      // Edges are softened.
      const isThere = (data[at + 3] ?? 0) > 200;
      if (isThere && wanted.every((part, c) => c === 3 || Math.abs((data[at + c] ?? 0) - part) < 25))
        return true;
    }
    return false;
  });
}
