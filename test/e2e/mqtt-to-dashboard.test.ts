/** From an MQTT broker to a checked stream and on to a dashboard, within the editor, by mouse and keyboard. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { after, before, describe, it } from 'mocha';
import { dialogAtRest, fieldOf, openDialog } from '../support/browser/browser';
import { editorSuite } from '../support/browser/editor-suite';
import {
  addServer,
  deploy,
  dragFromPalette,
  end,
  pressInject,
  statusOf,
  wire,
} from '../support/browser/flow-editor';
import { DASHBOARD } from '../support/node-red/examples';

describe('a broker, a stream and a dashboard', function () {
  this.timeout(240_000);

  let broker: Aedes;
  let port: Server;

  before(async () => {
    broker = await Aedes.createBroker();
    port = createServer(broker.handle).listen(0, '127.0.0.1');
    await once(port, 'listening');
  });

  const suite = editorSuite(DASHBOARD);

  after(async () => {
    await new Promise<void>((resolve) => broker.close(resolve));
    port.close();
  });

  function says(payload: string): void {
    const common = { cmd: 'publish', qos: 0, retain: false, dup: false } as const;
    const packet = { ...common, topic: 'cellar/temperature', payload };
    broker.publish(packet, () => {});
  }

  it('are put together without a word of JSON but the sample', async () => {
    const { page } = suite;
    const stream = fieldOf(page, 'Stream');

    // What comes from the broker: plain texts, some with a decimal comma.
    const mqtt = await dragFromPalette(page, 'mqtt in', { x: 420, y: 160 });
    await openDialog(page, mqtt);
    await page.locator('#node-input-btn-broker-add').click();
    await dialogAtRest(page, 'config');
    await page.locator('#node-config-input-broker').fill('127.0.0.1');
    await page.locator('#node-config-input-port').fill(String((port.address() as AddressInfo).port));
    await end(page, 'Add');
    await page.locator('#node-input-topic').fill('cellar/temperature');
    await end(page, 'Done');

    // Into a stream, as one of its fields, checked here.
    const output = await dragFromPalette(page, 'stream-sea-out', { x: 780, y: 160 });
    await wire(page, mqtt, output);
    await openDialog(page, output);
    await addServer(page);
    await stream.fill('cellar');
    await fieldOf(page, 'Field').fill('temperature');
    await page.getByLabel(/comma/).check();
    await fieldOf(page, 'Checking').selectOption('types');
    await end(page, 'Done');

    // What the stream carries.
    const define = await dragFromPalette(page, 'stream-sea-define', { x: 420, y: 280 });
    await openDialog(page, define);
    await stream.fill('cellar');
    await page.getByRole('button', { name: 'From a sample…' }).click();
    await page.getByLabel('A message as JSON').fill('{ "temperature": 21.5 }');
    await page.getByRole('button', { name: 'Use these fields' }).click();
    await end(page, 'Done');
    const start = await dragFromPalette(page, 'inject', { x: 420, y: 360 });
    await wire(page, start, define);

    // Out of it again, and on to the dashboard, which makes its page itself.
    const input = await dragFromPalette(page, 'stream-sea-in', { x: 420, y: 460 });
    await openDialog(page, input);
    await stream.fill('cellar');
    await end(page, 'Done');
    const gauge = await dragFromPalette(page, 'ui-gauge', { x: 780, y: 460 });
    await wire(page, input, gauge);
    await openDialog(page, gauge);
    const value = page.locator('#node-input-value ~ .red-ui-typedInput-container').first();
    await value.locator('.red-ui-typedInput-input').fill('payload.temperature');
    await page.locator('#node-input-max').fill('100');
    await end(page, 'Done');

    await deploy(page);
    for (const node of [mqtt, define]) await statusOf(page, node, /^connected$/);
    for (const node of [output, input]) await statusOf(page, node, /^connected, no schema yet$/);
    await pressInject(page, start);
    for (const node of [output, input]) await statusOf(page, node, /^connected$/);
    const dashboard = await page.context().newPage();
    await dashboard.goto(new URL('flows/dashboard', suite.nodeRed.url).href);
    const shown = dashboard.locator('.nrdb-ui-gauge');
    await shown.waitFor();
    says('21,5');
    await shown.getByText('21.5', { exact: true }).waitFor();
    says('broken');
    await statusOf(page, output, /1 refused/);
    says('23');
    await shown.getByText('23', { exact: true }).waitFor();
    await dashboard.close();
  });
});
