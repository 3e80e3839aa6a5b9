/** What many subscriptions of one connection cost: time for a message, and memory. */

import { ours } from '../lib/beside.mjs';
import { names } from '../lib/flows.mjs';
import { SMALL } from '../lib/messages.mjs';
import { heapOf, subscribing } from '../lib/sides.mjs';
import { atMost } from './goals.mjs';
import { raw } from './sides.mjs';

const MANY = 1_000;

export const subscriptionRows = [
  {
    name: 'receive, 96 B, with subscriptions',
    unit: 'messages/s',
    sides: {
      '1 subscription': ours(subscribing({ bytes: SMALL, streams: 1 })),
      '1,000 subscriptions': ours(subscribing({ bytes: SMALL, streams: MANY })),
      'raw, 1': raw(SMALL),
      'raw, 1,000': raw(SMALL, MANY),
    },
    rows: [
      // Time per message: the inverse of the rate.
      { of: '1 subscription', to: '1,000 subscriptions', as: 'cost of one among 1,000', ...atMost(1.1) },
      { of: 'raw, 1', to: 'raw, 1,000', as: 'the same, raw' },
    ],
  },
  {
    name: 'heap of 1,000 subscriptions',
    unit: 'bytes',
    rounds: 3,
    sides: {
      client: ours(heapOf({ subject: 'client', options: () => ({ lazy: true }), names: names(10 * MANY) })),
      'stream in': ours(
        heapOf({
          subject: 'node-red',
          options: (port) => ({ flow: 'control', settings: { port } }),
          names: names(10 * MANY),
        }),
      ),
      'raw ws and a Map': heapOf({
        subject: 'raw-ws',
        options: () => ({ lazy: true }),
        names: names(10 * MANY),
      }),
    },
    rows: [
      { of: 'client', to: 'raw ws and a Map', ...atMost(1.5) },
      { of: 'stream in', to: 'raw ws and a Map' },
    ],
  },
];
