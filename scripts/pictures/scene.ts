/** What stands before the camera: examples as they are, and a flow with nodes that have more to show. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DASHBOARD } from '../../test/support/node-red/examples';
import type { NodeRedOptions } from '../../test/support/node-red/node-red';

const EXAMPLES = resolve(__dirname, '../../examples');

/** A node by its id, and the tab it is found on. */
export interface Place {
  readonly flow: string;
  readonly id: string;
}

/** Nodes by what is to be seen in their dialogs. */
export const PLACES = {
  stream: { flow: 'Boiler telemetry', id: 'ea6749c8f44356ec' },
  embeddedServer: { flow: 'Shared delivery', id: '0c7787ff34e79fd3' },
  remoteServer: { flow: 'Shared delivery', id: 'f228a686858e9741' },
  definition: { flow: 'Boiler status', id: 'define' },
  noDefinition: { flow: 'Boiler status', id: 'define-new' },
  schema: { flow: 'Boiler status', id: 'describe' },
  publishing: { flow: 'Boiler status', id: 'out' },
} satisfies Record<string, Place>;

/** Of the example on shared delivery, both ends; invented, as it says in there. */
const CREDENTIALS = { clientId: 'workshop', clientSecret: 'change-me' };

/** A schema with something of all that a schema can have. */
const STATUS = {
  version: '1.2.0',
  fields: [
    { name: 'boiler', type: 'enum', enum: ['north', 'east', 'west'] },
    { name: 'at', type: 'date' },
    { name: 'pressure', type: 'float' },
    {
      name: 'place',
      type: 'object',
      fields: [
        { name: 'site', type: 'string' },
        { name: 'hall', type: 'integer' },
      ],
    },
    {
      name: 'burners',
      type: 'array<object>',
      fields: [
        { name: 'state', type: 'enum', enum: ['off', 'low', 'high'] },
        { name: 'hours', type: 'float' },
      ],
    },
  ],
};

const node = (id: string, type: string, y: number, more: object) => {
  return { id, type, z: 'status', x: 200, y, wires: [[]], ...more };
};
/** Of the example with the boilers. */
const server = '1be11afabd226186';
const status = { server, stream: 'boiler_status' };

const STUDIO = [
  { id: 'status', type: 'tab', label: 'Boiler status' },
  node('begin', 'inject', 80, { once: true, onceDelay: 0, props: [], wires: [['define']] }),
  node('define', 'stream-sea-define', 140, { ...status, schema: JSON.stringify(STATUS) }),
  node('define-new', 'stream-sea-define', 200, { server, stream: 'pump_readings' }),
  node('describe', 'stream-sea-describe', 260, status),
  node('out', 'stream-sea-out', 320, { ...status, validate: 'strict' }),
  node('far', 'stream-sea-in', 380, { server: 'away', stream: 'pump_readings' }),
  // Nobody is there: how a server does that cannot be reached is worth a picture, too.
  {
    id: 'away',
    type: 'stream-sea-server',
    name: 'Plant 7',
    where: 'remote',
    host: '127.0.0.1',
    port: '7719',
  },
];

/** Sends ten jobs at each press. */
export const TEN_JOBS = 'd949d2b9c00b9e54';

/** What `npm start` shows. */
export function exampleAlone(): NodeRedOptions {
  return { flows: example('01-boiler-telemetry.json') };
}

export function dashboard(): NodeRedOptions {
  return { flows: example('10-dashboard.json'), ...DASHBOARD };
}

export function everything(): NodeRedOptions {
  return {
    flows: [...example('01-boiler-telemetry.json'), ...example('03-shared-delivery.json'), ...STUDIO],
    credentials: {
      '95934cc66cfda779': CREDENTIALS,
      '57ac95e0ee55ba77': CREDENTIALS,
      away: CREDENTIALS,
    },
  };
}

function example(name: string): object[] {
  return JSON.parse(readFileSync(join(EXAMPLES, name), 'utf8'));
}
