/** The sides of which there are several: a flow that receives or publishes, and what bare sockets receive. */

import { names } from '../lib/flows.mjs';
import { publishing, receiving } from '../lib/sides.mjs';

export const raw = (bytes, streams = 1) =>
  receiving({
    bytes,
    subject: 'raw-ws',
    options: (port) => ({ port, streams: names(streams) }),
    subscriptions: streams,
  });

export const intoNodeRed = (flow, bytes, { server, streams } = {}) =>
  receiving({
    server,
    bytes,
    subject: 'node-red',
    options: (port) => ({ flow, settings: { port, streams } }),
    subscriptions: streams,
  });

export const outOfNodeRed = (flow, bytes, { server, settings, streams, offered = 256 } = {}) =>
  publishing({
    server,
    bytes,
    subject: 'node-red',
    options: (port) => ({ flow, settings: { port, ...settings }, streams, offered }),
  });
