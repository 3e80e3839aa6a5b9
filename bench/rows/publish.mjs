/** Messages that a flow publishes: how many, and how long one is on its way, to a server and back. */

import { ours } from '../lib/beside.mjs';
import { LARGE, SMALL } from '../lib/messages.mjs';
import { alone, publishing, trip } from '../lib/sides.mjs';
import { atLeast, atMost } from './goals.mjs';
import { outOfNodeRed } from './sides.mjs';

const MANY = 1_000;

const out = (bytes, options) => ours(outOfNodeRed('publish', bytes, options));

const http = (bytes, library, connections, batch = 1) =>
  publishing({ bytes, subject: 'raw-http', options: (port) => ({ port, library, connections, batch }) });

export const publishRows = [
  {
    name: 'publish, 96 B, 256 offered',
    unit: 'messages/s',
    sides: {
      'stream out': out(SMALL),
      'Node-RED alone': alone({ subject: 'node-red', options: { flow: 'out to nothing' } }),
      'undici, 16 connections': http(SMALL, 'undici', 16),
      'node:http, 16 connections': http(SMALL, 'node:http', 16),
      'Node-RED and batches alone': outOfNodeRed('out by batches', SMALL),
      'undici, batches of 256': http(SMALL, 'undici', 1, 256),
      'core mqtt out, QoS 1': outOfNodeRed('mqtt out', SMALL, { server: 'aedes' }),
      'core http request': outOfNodeRed('http request', SMALL),
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
      'validate: types': out(SMALL, { settings: { validate: 'types' } }),
      'offline: disk': out(SMALL, { settings: { offline: 'disk' } }),
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
      'core mqtt out, QoS 1': outOfNodeRed('mqtt out', LARGE, { server: 'aedes' }),
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
      'stream out': out(SMALL, { offered: 1 }),
      'undici, one at a time': http(SMALL, 'undici', 1),
      'node:http, one at a time': http(SMALL, 'node:http', 1),
      'Node-RED and node:http alone': outOfNodeRed('out by node:http', SMALL, { offered: 1 }),
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
      'stream out': out(SMALL, { streams: MANY }),
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
];
