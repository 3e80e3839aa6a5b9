/**
 * The process of soak.mjs: a real Node-RED whose flow publishes numbers to some streams, to each by a node of its own,
 * and listens to what comes back. Keeps book of each message's end, and tells its parent when asked.
 */

import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const RED = require('node-red');

/** By stream: how many were sent, how many completed, what failed and why, and what has not ended yet. */
const streams = new Map();
const received = { count: 0, doubled: 0 };
const server = createServer((request, response) => RED.httpAdmin(request, response));
let generating = true;

/** What the flow's functions call. */
const soak = {
  next(name) {
    if (!generating) return undefined;
    const stream = streams.get(name) ?? {
      sent: 0,
      completed: 0,
      failed: [],
      open: new Set(),
      ended: new Set(),
    };
    streams.set(name, stream);
    const n = stream.sent;
    stream.sent += 1;
    stream.open.add(n);
    return n;
  },
  ended(name, n, error) {
    const stream = streams.get(name);
    if (!stream.open.delete(n)) stream.failed.push([n, `ended twice, ${error ?? 'complete'}`]);
    else if (error === undefined) stream.completed += 1;
    else stream.failed.push([n, error]);
  },
  received() {
    received.count += 1;
  },
};

function resources() {
  const counts = { sockets: 0, timers: 0 };
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind === 'TCPSocketWrap') counts.sockets += 1;
    if (kind === 'Timeout') counts.timers += 1;
  }
  return counts;
}

function report() {
  return {
    ...resources(),
    received: received.count,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    streams: [...streams].map(([name, { sent, completed, failed, open }]) => {
      return { name, sent, completed, failed, open: [...open] };
    }),
  };
}

async function start({ userDir }) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const started = new Promise((resolve) => RED.events.once('flows:started', resolve));
  RED.init(server, {
    uiHost: '127.0.0.1',
    uiPort: port,
    userDir,
    flowFile: 'flows.json',
    credentialSecret: false,
    httpNodeRoot: false,
    nodesExcludes: ['node-red-dashboard'],
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
    logging: { console: { level: 'fatal' } },
    functionGlobalContext: { soak },
  });
  await RED.start();
  await started;
}

process.on('message', (request) => {
  if (request.type === 'start') start(request).then(() => process.send('started'), fail);
  if (request.type === 'pause') generating = false;
  if (request.type === 'report') process.send(report());
});
process.once('disconnect', () => {
  server.closeAllConnections();
  RED.stop().then(() => process.exit(0), fail);
});

function fail(error) {
  console.error(error);
  process.exit(1);
}
