/** Example 09: the plug is pulled, and put back. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { ExampleHost, example, idOf, onFreePorts } from '../support/node-red/examples';
import { until } from '../support/until';

/** What may be said of a cable that is out, or not yet in. */
const UNPLUGGED = /\[stream-sea-server:over the cable\]/;

describe('the example of store and forward', function () {
  this.timeout(120_000);

  let host: ExampleHost;

  before(async () => {
    host = await ExampleHost.start();
  });

  after(() => host?.close());

  it('loses nothing, and keeps the order, while the plug is out', async () => {
    const nodes = await onFreePorts(example('09'), 7740, 7741);
    const [publish, arrived] = [idOf(nodes, 'publish'), idOf(nodes, 'what has arrived')];
    await host.run(
      nodes,
      async () => {
        await host.comms.status(arrived, /^[1-9]\d* in order, 0 missing/);
        await host.press(nodes, 'pull the plug');
        await host.comms.status(idOf(nodes, 'the cable'), /^pulled out$/);
        const waiting = await host.comms.status(publish, /^queued ([3-9]|\d\d)\b/);
        assert.equal(waiting.fill, 'red');
        const before = countOf(await host.comms.status(arrived, /in order/));
        await host.press(nodes, 'plug it in');
        // The stream has no schema.
        await host.comms.status(publish, /^connected, no schema yet$/);
        const enough = async () => countOf(await host.comms.status(arrived, /in order/)) >= before + 3;
        await until(enough, 'the arrival of what waited');
        const { text } = await host.comms.status(arrived, /in order/);
        assert.match(text ?? '', / 0 missing, [01] twice$/);
        assert.deepEqual(host.comms.shown('what went wrong'), []);
      },
      { except: UNPLUGGED },
    );
  });
});

function countOf({ text }: { readonly text?: string }): number {
  return Number.parseInt(text ?? '', 10);
}
