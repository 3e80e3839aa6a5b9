/** The flows that run in Node-RED: ours, and those of the core nodes they are compared with. */

import { STREAM } from './messages.mjs';

const TAB = { id: 'tab', type: 'tab', label: 'bench' };
const SINK = { id: 'sink', type: 'bench-sink', z: 'tab', x: 1, y: 1, wires: [] };
const source = (to) => ({ id: 'source', type: 'bench-source', z: 'tab', x: 1, y: 1, wires: [[to]] });
const onTab = (id, type, properties) => ({ id, type, z: 'tab', x: 1, y: 1, wires: [], ...properties });
const sea = (port, properties) => ({
  id: 'sea',
  type: 'stream-sea-server',
  where: 'remote',
  host: '127.0.0.1',
  port: String(port),
  ...properties,
});
const broker = (port) => ({
  id: 'broker',
  type: 'mqtt-broker',
  broker: '127.0.0.1',
  port: String(port),
  keepalive: '60',
  cleansession: true,
  protocolVersion: '4',
});
const streamIn = (id, stream) => onTab(id, 'stream-sea-in', { server: 'sea', stream, wires: [['sink']] });

/** Each gives the nodes of a flow; `completing` is the type of node whose `done` counts as published. */
export const flows = {
  nothing: () => ({ nodes: [TAB] }),
  receive: ({ port, streams = 1 }) => ({
    nodes: [TAB, sea(port), ...names(streams).map((name, index) => streamIn(`in${index}`, name)), SINK],
  }),
  /** One node with an input, told by message what to subscribe to. */
  control: ({ port }) => ({
    nodes: [
      TAB,
      sea(port),
      source('in'),
      onTab('in', 'stream-sea-in', { server: 'sea', stream: '', inputs: 1, wires: [['sink']] }),
      SINK,
    ],
  }),
  'websocket in': ({ port }) => ({
    nodes: [
      TAB,
      { id: 'client', type: 'websocket-client', path: `ws://127.0.0.1:${port}/plain`, wholemsg: 'true' },
      onTab('in', 'websocket in', { client: 'client', wires: [['sink']] }),
      SINK,
    ],
  }),
  /** What Node-RED and ws cost: nothing is checked, copied, counted, or connected again. */
  'in by ws': ({ port }) => ({
    nodes: [TAB, onTab('in', 'bench-ws', { port: String(port), stream: STREAM, wires: [['sink']] }), SINK],
  }),
  'mqtt in': ({ port }) => ({
    nodes: [
      TAB,
      broker(port),
      onTab('in', 'mqtt in', {
        broker: 'broker',
        topic: STREAM,
        qos: '0',
        datatype: 'json',
        wires: [['sink']],
      }),
      SINK,
    ],
  }),
  publish: ({ port, validate = 'off', offline = 'memory' }) => ({
    completing: 'stream-sea-out',
    nodes: [
      TAB,
      sea(port, { offline }),
      source('out'),
      onTab('out', 'stream-sea-out', { server: 'sea', validate }),
    ],
  }),
  /** What Node-RED alone costs: no node that publishes can be faster. */
  'out to nothing': () => ({
    completing: 'bench-nothing',
    nodes: [TAB, source('out'), onTab('out', 'bench-nothing', {})],
  }),
  /** What Node-RED and Node's own HTTP client cost: nothing is checked, batched, or tried again. */
  'out by node:http': ({ port }) => ({
    completing: 'bench-http',
    nodes: [TAB, source('out'), onTab('out', 'bench-http', { port: String(port) })],
  }),
  /** What Node-RED and batches cost. */
  'out by batches': ({ port }) => ({
    completing: 'bench-batch',
    nodes: [TAB, source('out'), onTab('out', 'bench-batch', { port: String(port) })],
  }),
  'mqtt out': ({ port }) => ({
    completing: 'mqtt out',
    nodes: [TAB, broker(port), source('out'), onTab('out', 'mqtt out', { broker: 'broker', qos: '1' })],
  }),
  'http request': ({ port }) => ({
    completing: 'http request',
    wrap: true,
    nodes: [
      TAB,
      source('out'),
      onTab('out', 'http request', {
        method: 'POST',
        ret: 'txt',
        persist: true,
        url: `http://127.0.0.1:${port}/api/v1/streams/${STREAM}/publish`,
        wires: [[]],
      }),
    ],
  }),
  /** Out and in again, through the server built in. */
  loop: () => ({
    completing: 'stream-sea-out',
    nodes: [
      TAB,
      { id: 'sea', type: 'stream-sea-server', where: 'embedded' },
      source('out'),
      onTab('out', 'stream-sea-out', { server: 'sea', stream: STREAM }),
      onTab('define', 'stream-sea-define', { server: 'sea', wires: [[]] }),
      streamIn('in', STREAM),
      SINK,
    ],
  }),
};

/** Names of so many streams; the first is that of all other rows. */
export function names(count) {
  return Array.from({ length: count }, (_, index) => (index === 0 ? STREAM : `boiler_data_${index}`));
}

export const CREDENTIALS = { sea: { clientId: 'bench', clientSecret: 'bench' } };
