/** Queues of server nodes that have one address and client id, over deploys of real flows: each node keeps its own (G4). */
import assert from 'node:assert/strict';
import { deploy } from '../faults/deployment';
import { startFlow, stopFlows } from '../support/node-red/flow';
import { startServer } from '../support/sea/sea';
import { freshFolder } from '../support/store/folders';
import { until } from '../support/until';
import { complete, helperNode, node, TAB } from './flows';

describe('what waits at a server node over a full deploy', () => {
  stopFlows();

  for (const offline of ['memory', 'disk']) {
    it(`is not given to one that comes with it, of the same address and client id (${offline})`, async () => {
      const { port, credentials } = await startServer();
      const sea = { type: 'stream-sea-server', where: 'remote', host: '127.0.0.1', port: `${port}`, offline };
      // Some flow of another server is made first, as there mostly is one.
      const first = { ...sea, id: 'first', host: 'localhost' };
      const own = { ...sea, id: 'sea' };
      const rest = [
        node('out', 'out', { stream: 's' }),
        node('in', 'in', { stream: 's', wires: [['got']] }),
        helperNode('got'),
        ...complete('out'),
      ].map((each) => ({ x: 1, y: 1, wires: [], ...each }));
      const all = { first: credentials, sea: credentials, added: credentials };
      const flow = await startFlow([TAB, first, own, ...rest], all, { userDir: freshFolder() });
      await flow.shows('in', /(\.|^)connected/);
      flow.send('out', { action: 'disconnect' });
      await flow.receives('completed', 1);
      for (const payload of [1, 2, 3]) flow.send('out', { payload });
      await flow.shows('out', /3/);
      const added = { ...sea, id: 'added', credentials };
      await deploy([TAB, first, added, own, ...rest], 'full');
      for (const payload of [4, 5]) flow.send('out', { payload });
      const got = await flow.receives('got', 5);
      assert.deepEqual(
        got.map(({ payload }) => payload),
        [1, 2, 3, 4, 5],
      );
      await until(() => flow.received('completed').length === 6, 'the ends');
    });
  }
});
