/** What is compared with what, and how it should come out. Sides of one group take turns, round by round. */

import { ours } from './lib/beside.mjs';
import { names } from './lib/flows.mjs';
import {
  alone,
  growthOf,
  heapOf,
  publishing,
  publishingToNats,
  receiving,
  serving,
  starting,
  startingServer,
  subscribing,
  trip,
} from './lib/sides.mjs';

const SMALL = 96;
const LARGE = 2_048;
const MANY = 1_000;

const atLeast = (goal) => ({ goal, better: 'more' });
const atMost = (goal) => ({ goal, better: 'less' });

const raw = (bytes, streams = 1) =>
  receiving({
    bytes,
    subject: 'raw-ws',
    options: (port) => ({ port, streams: names(streams) }),
    subscriptions: streams,
  });

const inNodeRed = (flow, bytes, server = 'stub') =>
  receiving({ server, bytes, subject: 'node-red', options: (port) => ({ flow, settings: { port } }) });

const out = (bytes, settings = {}, offered = 256, streams = 1) =>
  ours(
    publishing({
      bytes,
      subject: 'node-red',
      options: (port) => ({ flow: 'publish', settings: { port, ...settings }, streams, offered }),
    }),
  );

const otherOut = (flow, bytes, server, offered = 256) =>
  publishing({
    server,
    bytes,
    subject: 'node-red',
    options: (port) => ({ flow, settings: { port }, offered }),
  });

const http = (bytes, library, connections, batch = 1) =>
  publishing({ bytes, subject: 'raw-http', options: (port) => ({ port, library, connections, batch }) });

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

const receive = (size, bytes, [toRaw, toWebSocket, toMqtt]) => ({
  name: `receive, ${size}`,
  unit: 'messages/s',
  sides: {
    'stream in': ours(inNodeRed('receive', bytes)),
    'raw ws + JSON.parse': raw(bytes),
    'Node-RED and ws alone': inNodeRed('in by ws', bytes),
    'core websocket in': inNodeRed('websocket in', bytes),
    'core mqtt in': inNodeRed('mqtt in', bytes, 'aedes'),
  },
  rows: [
    { of: 'stream in', to: 'raw ws + JSON.parse', ...atLeast(toRaw) },
    { of: 'stream in', to: 'core websocket in', ...atLeast(toWebSocket) },
    { of: 'Node-RED and ws alone', to: 'core websocket in' },
    { of: 'stream in', to: 'core mqtt in', ...atLeast(toMqtt) },
  ],
});

export const groups = [
  receive('96 B', SMALL, [0.6, 1.4, 1.8]),
  receive('2 KB', LARGE, [0.75, 1.1, 1.3]),
  {
    name: 'publish, 96 B, 256 offered',
    unit: 'messages/s',
    sides: {
      'stream out': out(SMALL),
      'Node-RED alone': alone({ subject: 'node-red', options: { flow: 'out to nothing' } }),
      'undici, 16 connections': http(SMALL, 'undici', 16),
      'node:http, 16 connections': http(SMALL, 'node:http', 16),
      'Node-RED and batches alone': otherOut('out by batches', SMALL),
      'undici, batches of 256': http(SMALL, 'undici', 1, 256),
      'core mqtt out, QoS 1': otherOut('mqtt out', SMALL, 'aedes'),
      'core http request': otherOut('http request', SMALL),
    },
    rows: [
      { of: 'stream out', to: 'undici, 16 connections', ...atLeast(8) },
      { of: 'stream out', to: 'node:http, 16 connections' },
      { of: 'stream out', to: 'undici, batches of 256' },
      { of: 'stream out', to: 'Node-RED alone' },
      { of: 'stream out', to: 'Node-RED and batches alone' },
      { of: 'stream out', to: 'core mqtt out, QoS 1', ...atLeast(3) },
      { of: 'stream out', to: 'core http request', ...atLeast(60) },
      { of: 'Node-RED and batches alone', to: 'undici, 16 connections' },
      { of: 'Node-RED and batches alone', to: 'core mqtt out, QoS 1' },
      { of: 'Node-RED and batches alone', to: 'core http request' },
    ],
  },
  {
    name: 'publish, 96 B, 256 offered: checked, kept on disk',
    unit: 'messages/s',
    sides: {
      'stream out': out(SMALL),
      'validate: types': out(SMALL, { validate: 'types' }),
      'offline: disk': out(SMALL, { offline: 'disk' }),
      'LevelDB alone': alone({ subject: 'level', options: { bytes: SMALL } }),
    },
    rows: [
      { of: 'validate: types', to: 'stream out', ...atLeast(0.8) },
      { of: 'offline: disk', to: 'stream out', ...atLeast(0.6) },
      { of: 'LevelDB alone', to: 'stream out' },
    ],
  },
  {
    name: 'publish, 2 KB, 256 offered',
    unit: 'messages/s',
    sides: {
      'stream out': out(LARGE),
      'undici, 16 connections': http(LARGE, 'undici', 16),
      'undici, batches of 256': http(LARGE, 'undici', 1, 256),
      'core mqtt out, QoS 1': otherOut('mqtt out', LARGE, 'aedes'),
    },
    rows: [
      { of: 'stream out', to: 'undici, 16 connections', ...atLeast(1.5) },
      { of: 'stream out', to: 'undici, batches of 256' },
      { of: 'stream out', to: 'core mqtt out, QoS 1' },
    ],
  },
  {
    name: 'publish, 96 B, one at a time',
    unit: 'messages/s',
    sides: {
      'stream out': out(SMALL, {}, 1),
      'undici, one at a time': http(SMALL, 'undici', 1),
      'node:http, one at a time': http(SMALL, 'node:http', 1),
      'Node-RED and node:http alone': otherOut('out by node:http', SMALL, undefined, 1),
    },
    rows: [
      { of: 'stream out', to: 'node:http, one at a time', ...atLeast(0.85) },
      { of: 'stream out', to: 'undici, one at a time' },
      { of: 'stream out', to: 'Node-RED and node:http alone' },
      { of: 'Node-RED and node:http alone', to: 'node:http, one at a time' },
    ],
  },
  {
    name: 'publish to 1,000 streams, 96 B, 256 offered',
    unit: 'messages/s',
    sides: {
      'stream out': out(SMALL, {}, 256, MANY),
      'undici, 16 connections': http(SMALL, 'undici', 16),
      'node:http, 16 connections': http(SMALL, 'node:http', 16),
    },
    // Hardly two of them are for one stream: each is a request.
    rows: [
      { of: 'stream out', to: 'undici, 16 connections', ...atLeast(0.9) },
      { of: 'stream out', to: 'node:http, 16 connections' },
    ],
  },
  {
    name: 'publish to deliver, 96 B',
    unit: 'us, p50',
    sides: {
      'flow, server built in': ours(trip({ subject: 'node-red', options: { flow: 'loop' } })),
      'raw, two processes': trip({ subject: 'raw-trip', relay: true }),
      'raw, one process': trip({ subject: 'raw-trip' }),
    },
    rows: [
      { of: 'flow, server built in', to: 'raw, two processes', ...atMost(2) },
      { of: 'flow, server built in', to: 'raw, one process' },
    ],
  },
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
  {
    name: 'start of a server',
    unit: 'ms',
    rounds: 9,
    sides: {
      'with 5,000 schemas': startingServer({ schemas: 5_000 }),
      'with none': startingServer({ schemas: 0 }),
    },
    rows: [{ of: 'with 5,000 schemas', to: 'with none', ...atMost(1.2) }],
  },
  {
    name: 'start of Node-RED',
    unit: 'ms',
    rounds: 9,
    sides: {
      'without the nodes': starting({ flow: 'nothing', withNodes: false }),
      'with the nodes': ours(starting({ flow: 'nothing', withNodes: true })),
      'with a flow of them': ours(starting({ flow: 'loop', withNodes: true })),
    },
    rows: [
      { of: 'with the nodes', to: 'without the nodes', ...atMost(1.1) },
      { of: 'with the nodes', to: 'without the nodes', as: 'ms added', difference: true, ...atMost(40) },
      { of: 'with a flow of them', to: 'without the nodes', as: 'ms added by a flow', difference: true },
    ],
  },
];
