/** Pieces of flows that the node tests share. */

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
