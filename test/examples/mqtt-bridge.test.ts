/** Example 06, beside a real MQTT broker. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { after, before, describe, it } from 'mocha';
import { ExampleHost, example, idOf, type SavedNode } from '../support/node-red/examples';

describe('the example of an MQTT bridge', function () {
  this.timeout(120_000);

  let broker: Aedes;
  let port: Server;
  let host: ExampleHost;

  before(async () => {
    broker = await Aedes.createBroker();
    port = createServer(broker.handle).listen(0, '127.0.0.1');
    await once(port, 'listening');
    host = await ExampleHost.start();
  });

  after(async () => {
    await host?.close();
    await new Promise<void>((resolve) => broker.close(resolve));
    port.close();
  });

  function here(nodes: readonly SavedNode[]): SavedNode[] {
    const { port: number } = port.address() as AddressInfo;
    return nodes.map((node) =>
      node.type === 'mqtt-broker' ? { ...node, broker: '127.0.0.1', port: String(number) } : node,
    );
  }

  it('takes readings from the broker through a stream and back, and keeps out what is no reading', async () => {
    const nodes = here(example('06'));
    assert.equal(example('06').find(({ type }) => type === 'mqtt-broker')?.broker, 'localhost');
    const checked: string[] = [];
    broker.on('publish', ({ topic, payload }) => {
      if (topic.startsWith('checked/')) checked.push(`${topic} ${payload}`);
    });
    await host.run(nodes, async () => {
      for (const name of ['sensors', 'a sensor', 'a listener']) {
        await host.comms.status(idOf(nodes, name), /connected$/);
      }
      await host.comms.status(idOf(nodes, 'define temperatures'), /connected$/);
      const inNode = nodes.find(({ type }) => type === 'stream-sea-in');
      await host.comms.status(inNode?.id ?? '', /connected$/);
      await host.press(nodes, 'a broken sensor');
      const [error] = await host.comms.shows('what went wrong', 1);
      assert.match(String(error), /temperature/);
      await host.press(nodes, 'north');
      await host.comms.shows('back from the broker', 1);
      await host.press(nodes, 'south');
      assert.deepEqual(await host.comms.shows('back from the broker', 2), ['21.5', '23']);
    });
    assert.deepEqual(checked, ['checked/north/temperature 21.5', 'checked/south/temperature 23']);
  });
});
