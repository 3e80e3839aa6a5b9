/** The server on its engines: what goes in and out of it, and what readers cost that read nothing. */

import { SMALL } from '../lib/messages.mjs';
import { growthOf, publishingToNats, serving } from '../lib/sides.mjs';
import { atLeast, atMost } from './goals.mjs';

const MANY = 1_000;

/** A server with publishers and one that reads it all. */
const inAndOut = ({ engine, ...options }) =>
  serving({
    server: 'embedded',
    bytes: SMALL,
    load: 'load-sea',
    options: { subscribers: 1, ...options },
    kept: { engine },
  });

/** The same in memory and on disk, for a group that is remembered. */
const lastingInAndOut = (name, publishers) => {
  const options = { batch: 100, publishers, groups: 'lasting' };
  return {
    [`memory, batches of 100, ${name}`]: inAndOut(options),
    [`disk, batches of 100, ${name}`]: inAndOut({ ...options, engine: 'disk' }),
  };
};

/** One that nobody reads. */
const published = ({ engine, server = 'embedded', ...options }) =>
  serving({
    server,
    bytes: SMALL,
    load: 'load-sea',
    options: { subscribers: 0, ...options },
    kept: { engine },
  });

export const serverRows = [
  {
    name: 'server, 96 B, in and out',
    unit: 'messages/s',
    sides: {
      'memory, batches of 100': inAndOut({ batch: 100, publishers: 4 }),
      'memory, one a request': inAndOut({ batch: 1, publishers: 16 }),
      // Each has one request under way: of four, a server that writes to a disk waits for the next.
      ...lastingInAndOut('a lasting group', 16),
      ...lastingInAndOut('a lasting group, 4 publishers', 4),
      'aedes, QoS 1': serving({
        server: 'aedes',
        bytes: SMALL,
        load: 'load-mqtt',
        options: { offered: 256 },
      }),
    },
    rows: [
      { of: 'memory, batches of 100', to: 'aedes, QoS 1', ...atLeast(4) },
      { of: 'memory, one a request', to: 'aedes, QoS 1' },
      {
        of: 'disk, batches of 100, a lasting group',
        to: 'memory, batches of 100, a lasting group',
        ...atLeast(0.5),
      },
      {
        of: 'disk, batches of 100, a lasting group, 4 publishers',
        to: 'memory, batches of 100, a lasting group, 4 publishers',
      },
    ],
  },
  {
    name: 'server, 96 B, published one a request',
    unit: 'messages/s',
    sides: {
      memory: published({ batch: 1, publishers: 16 }),
      'bare node:http': published({ batch: 1, publishers: 16, server: 'bare-http' }),
    },
    rows: [{ of: 'memory', to: 'bare node:http', ...atLeast(0.8) }],
  },
  {
    name: 'server on JetStream, 96 B, batches of 256',
    unit: 'messages/s',
    // Each has one request under way: of four, a gateway waits for the next trip through three processes.
    sides: {
      'a gateway': published({ batch: 256, publishers: 16, engine: 'jetstream' }),
      'nats.js alone': publishingToNats({ bytes: SMALL, options: { batch: 256, publishers: 16 } }),
      'node:http and nats.js': published({
        batch: 256,
        publishers: 16,
        engine: 'jetstream',
        server: 'bare-gateway',
      }),
      'a gateway, 4 publishers': published({ batch: 256, publishers: 4, engine: 'jetstream' }),
      'nats.js alone, 4 under way': publishingToNats({
        bytes: SMALL,
        options: { batch: 256, publishers: 4 },
      }),
    },
    rows: [
      { of: 'a gateway', to: 'nats.js alone', ...atLeast(0.7) },
      { of: 'node:http and nats.js', to: 'nats.js alone' },
      { of: 'a gateway', to: 'node:http and nats.js' },
      { of: 'a gateway, 4 publishers', to: 'nats.js alone, 4 under way' },
    ],
  },
  {
    name: 'server, 96 B, beside readers that are stuck',
    unit: 'messages/s',
    // To fill what the kernel holds for a thousand takes half a minute.
    warmUp: 1,
    rounds: 2,
    sides: {
      'beside 1,000': inAndOut({ batch: 100, publishers: 4, stuck: MANY }),
      'beside none': inAndOut({ batch: 100, publishers: 4 }),
    },
    rows: [{ of: 'beside 1,000', to: 'beside none', ...atLeast(0.9) }],
  },
  {
    name: 'memory of a server beside readers that are stuck',
    unit: 'B',
    warmUp: 0,
    rounds: 2,
    sides: {
      'beside 1,000': growthOf({
        bytes: SMALL,
        options: { batch: 100, publishers: 4, subscribers: 1, stuck: MANY },
      }),
      'beside none': growthOf({ bytes: SMALL, options: { batch: 100, publishers: 4, subscribers: 1 } }),
    },
    rows: [
      { of: 'beside 1,000', to: 'beside none', as: 'bytes more', difference: true, ...atMost(50_000_000) },
    ],
  },
];
