/** How long a server takes to start, and a Node-RED with our nodes. */

import { ours } from '../lib/beside.mjs';
import { starting, startingServer } from '../lib/sides.mjs';
import { atMost } from './goals.mjs';

export const startRows = [
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
