/** Messages that a flow receives, beside bare sockets and what Node-RED has of its own. */

import { ours } from '../lib/beside.mjs';
import { LARGE, SMALL } from '../lib/messages.mjs';
import { atLeast } from './goals.mjs';
import { intoNodeRed, raw } from './sides.mjs';

const receive = (size, bytes, [toRaw, toWebSocket, toMqtt]) => ({
  name: `receive, ${size}`,
  unit: 'messages/s',
  sides: {
    'stream in': ours(intoNodeRed('receive', bytes)),
    'raw ws + JSON.parse': raw(bytes),
    'Node-RED and ws alone': intoNodeRed('in by ws', bytes),
    'core websocket in': intoNodeRed('websocket in', bytes),
    'core mqtt in': intoNodeRed('mqtt in', bytes, { server: 'aedes' }),
  },
  rows: [
    { of: 'stream in', to: 'raw ws + JSON.parse', ...atLeast(toRaw) },
    { of: 'stream in', to: 'core websocket in', ...atLeast(toWebSocket) },
    { of: 'Node-RED and ws alone', to: 'core websocket in' },
    { of: 'stream in', to: 'core mqtt in', ...atLeast(toMqtt) },
  ],
});

export const receiveRows = [
  receive('96 B', SMALL, [0.6, 1.4, 1.8]),
  receive('2 KB', LARGE, [0.75, 1.1, 1.3]),
];
