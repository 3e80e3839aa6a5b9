/** The process of node-red.ts: runs one Node-RED, and stops it when its parent lets go of it or is gone. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeRedApp } from 'node-red';
import type { StartRequest } from './node-red';

const server = createServer((request, response) => red?.httpAdmin(request as never, response as never));
let red: NodeRedApp | undefined;

async function start({ nodeRedDir, userDir, settings }: StartRequest): Promise<number> {
  const RED: NodeRedApp = require(nodeRedDir);
  red = RED;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const flowsStarted = new Promise((resolve) => RED.events.once('flows:started', resolve));
  RED.init(server, {
    uiHost: '127.0.0.1',
    uiPort: port,
    userDir,
    flowFile: 'flows.json',
    // Credentials in a plain file, so that a test can write them.
    credentialSecret: false,
    httpNodeRoot: false,
    // Tests read English, wherever they run.
    lang: 'en-US',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
    ...settings,
  } as never);
  await RED.start();
  await flowsStarted;
  return port;
}

/** Without the garbage: how much of that there is depends on how busy the machine is. */
function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  await red?.stop();
  process.exit(0);
}

process.once('message', (request: StartRequest) => {
  start(request).then(
    (port) => {
      process.send?.(port);
      process.on('message', () => process.send?.(heapUsed()));
    },
    (error: unknown) => process.send?.(String(error)),
  );
});
process.once('disconnect', () => {
  stop().catch(() => process.exit(1));
});
