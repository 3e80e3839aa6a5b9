/** Pieces of flows that the node tests share. */

import assert from 'node:assert/strict';
import type { Flow } from '../support/node-red/flow';

export const TAB = { id: 'tab', type: 'tab', label: 'test' };

/** A server with nothing filled in. */
export const SERVER = { id: 'sea', type: 'stream-sea-server' };

/** Everything that fails, and all that completes, of the nodes under test. */
export const CATCH = [
  { id: 'catch', z: 'tab', type: 'catch', scope: null, uncaught: false, wires: [['caught']] },
  { id: 'caught', z: 'tab', type: 'helper' },
];

export const complete = (...scope: string[]) => [
  { id: 'complete', z: 'tab', type: 'complete', scope, wires: [['completed']] },
  { id: 'completed', z: 'tab', type: 'helper' },
];

export const BOILER = {
  name: 'boiler_data',
  version: 1,
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'at', type: 'date' },
  ],
};

/** A node of ours on the shared server. */
export const node = (id: string, type: string, properties: object = {}) => ({
  id,
  z: 'tab',
  type: `stream-sea-${type}`,
  server: 'sea',
  wires: [],
  ...properties,
});

export const helperNode = (id: string) => ({ id, z: 'tab', type: 'helper' });

/** Of one stream: its definition, a message out, and in again. */
export const ROUND_TRIP = [
  node('define', 'define', { wires: [['defined']] }),
  helperNode('defined'),
  node('in', 'in', { stream: BOILER.name, wires: [['got']] }),
  helperNode('got'),
  node('out', 'out', { stream: BOILER.name }),
];

/** Through {@link ROUND_TRIP}, as the first ones. */
export async function messagesPass(flow: Flow): Promise<void> {
  flow.send('define', { payload: BOILER });
  await flow.receives('defined', 1);
  await flow.shows('in', /(\.|^)connected/);
  flow.send('out', { payload: { temperature: 1 } });
  assert.deepEqual((await flow.receives('got', 1))[0]?.payload, { temperature: 1 });
}

/** An inject node of Node-RED's, whose button sends one payload. */
export const inject = (id: string, payload: object, wires: string[], more: object) => ({
  ...{ id, type: 'inject', props: [{ p: 'payload' }], payload: JSON.stringify(payload), payloadType: 'json' },
  ...{ wires: [wires], ...more },
});
