/** The process of node-red.ts: runs one Node-RED, and stops it when its parent lets go of it or is gone. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeRedApp } from 'node-red';
import type { StartRequest } from './node-red';

const server = createServer(answer);
let red: NodeRedApp | undefined;
/** Of what flows serve; none unless the settings say so. */
let nodeRoot: string | undefined;

/** What the program `node-red` has express do: below the root, flows see paths without it. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '/' } = request;
  const ofFlows = nodeRoot !== undefined && url.startsWith(`${nodeRoot}/`);
  // What is redirected is, from there, to the whole path.
  if (ofFlows) Object.assign(request, { url: url.slice(nodeRoot?.length), originalUrl: url });
  const app = ofFlows ? red?.httpNode : red?.httpAdmin;
  app?.(request as never, response as never);
}

async function start({ nodeRedDir, userDir, settings }: StartRequest): Promise<number> {
  const RED: NodeRedApp = require(nodeRedDir);
  red = RED;
  if (typeof settings.httpNodeRoot === 'string') nodeRoot = settings.httpNodeRoot;
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
    // Node-RED finds what is installed in the folders above its own, as an example's other package is here.
    nodesExcludes: ['node-red-dashboard'],
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
// As the program `node-red` does.
process.once('SIGTERM', () => {
  stop().catch(() => process.exit(1));
});
process.once('disconnect', () => {
  stop().catch(() => process.exit(1));
});
