/** Example 08: what differs from plant to plant are the variables of a subflow's instances. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { ExampleHost, example, idOf, onFreePorts } from '../support/node-red/examples';

describe('the example of several plants', function () {
  this.timeout(120_000);

  let host: ExampleHost;

  before(async () => {
    host = await ExampleHost.start();
  });

  after(() => host?.close());

  it('publishes to the server of each plant, in the stream of that plant', async () => {
    const nodes = await onFreePorts(example('08'), 7731, 7732);
    // As with machines that start together: a plant may be asked before its server listens.
    const except = /\[warn\] .* Nobody answers at 127\.0\.0\.1/;
    await host.run(
      nodes,
      async () => {
        for (const plant of ['north', 'south']) {
          await host.comms.status(idOf(nodes, plant), /(\.|^)connected/);
          await host.comms.status(idOf(nodes, `at the plant in the ${plant}`), /(\.|^)connected/);
        }
        await host.press(nodes, 'a reading');
        for (const plant of ['north', 'south']) {
          const back = await host.comms.shows(`back from ${plant}`, 1);
          assert.deepEqual(back, [{ boiler: 1, pressure: 7.9 }]);
          await host.comms.status(idOf(nodes, `published in the ${plant}`), /^1$/);
        }
        assert.deepEqual(host.comms.shown('what went wrong'), []);
      },
      { except },
    );
  });

  it('says of a plant without its settings which variable is not set', async () => {
    const given = await onFreePorts(example('08'), 7731, 7732);
    const bare = { env: [], credentials: {} };
    const nodes = given.map((node) => (node.name === 'south' ? { ...node, ...bare } : node));
    await host.deploy(nodes);
    await host.comms.status(idOf(nodes, 'north'), /(\.|^)connected/);
    const status = await host.comms.status(idOf(nodes, 'south'), /PLANT/);
    assert.equal(status.fill, 'red');
  });
});
