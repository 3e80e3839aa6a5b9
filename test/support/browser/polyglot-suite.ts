/** A Node-RED with the flow of the tour, and an editor on it that speaks one language after the other, for all tests of a suite. */

import assert from 'node:assert/strict';
import { after, before } from 'mocha';
import type { Browser } from 'playwright-core';
import { type NodeRed, startNodeRed } from '../node-red/node-red';
import { openBrowser } from './browser';
import { TOUR_CREDENTIALS, TOUR_FLOW } from './dialog-tour';
import { Polyglot } from './polyglot';

/** Starts all of it before the tests of the suite that calls it, and closes it after them; before the first there is none. */
export function polyglotSuite(): { readonly polyglot: Polyglot } {
  let browser: Browser | undefined;
  let nodeRed: NodeRed | undefined;
  let polyglot: Polyglot | undefined;

  before(async () => {
    const flow = { flows: TOUR_FLOW, credentials: TOUR_CREDENTIALS };
    [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed(flow)]);
    polyglot = await Polyglot.open(browser, nodeRed.url);
  });

  after(() => Promise.all([browser?.close(), nodeRed?.close()]));

  return {
    get polyglot() {
      assert(polyglot !== undefined, 'the suite has not begun');
      return polyglot;
    },
  };
}
