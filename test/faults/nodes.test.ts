/** What a flow sees of a network that fails: statuses that count, and exactly one end for each message. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CATCH, complete, helperNode, node, TAB } from '../nodes/flows';
import { startFlow, stopFlows } from '../support/node-red/flow';
import { nodeRedRequire } from '../support/node-red/node-red-dir';
import { until } from '../support/until';
import { deploy, Outside } from './deployment';

interface CompleteEvent {
  readonly msg: { readonly payload?: unknown };
  readonly node: { readonly id: string };
  readonly error?: Error & { code?: string };
}

interface Hooks {
  add(hook: string, callback: (event: CompleteEvent) => void): void;
  remove(hook: string): void;
}

const { hooks }: { hooks: Hooks } = nodeRedRequire('@node-red/util');

describe('a flow whose server is away', () => {
  stopFlows();
  let outside: Outside;
  /** Each end of each message of the node `out`, whoever listens to it. */
  let ends: CompleteEvent[];

  beforeEach(async () => {
    outside = await Outside.start(['orders']);
    ends = [];
    hooks.add('onComplete.nodes', (event) => {
      if (event.node.id === 'out') ends.push(event);
    });
    await outside.proxy.setDoor('refuse');
  });

  afterEach(async () => {
    hooks.remove('*.nodes');
    await outside.close();
  });

  const flowOf = (server: object = {}): object[] => [
    TAB,
    { ...outside.node, ...server },
    ...CATCH,
    ...complete('out'),
    node('out', 'out', { stream: 'orders' }),
    node('control', 'in', { inputs: 1, wires: [['end']] }),
    helperNode('end'),
  ];

  const numbers = (events: readonly CompleteEvent[]): unknown[] => events.map(({ msg }) => msg.payload);

  it('shows how many messages wait, and completes each once when it is back', async () => {
    const flow = await startFlow(flowOf(), outside.credentials);
    for (let n = 0; n < 5; n += 1) flow.send('out', { payload: { n } });
    const { fill } = await flow.shows('out', /queued 5/);
    assert.equal(fill, 'red');
    assert.deepEqual(ends, []);
    await outside.proxy.resume();
    flow.send('control', { action: 'connect' });
    await flow.receives('completed', 5);
    await flow.shows('out', /connected/);
    assert.deepEqual(
      numbers(ends),
      [0, 1, 2, 3, 4].map((n) => ({ n })),
    );
    assert.deepEqual(flow.received('caught'), []);
  });

  it('fails the newest beyond its limit, and keeps the others', async () => {
    const flow = await startFlow(flowOf({ queueLimit: 3 }), outside.credentials);
    for (let n = 0; n < 5; n += 1) flow.send('out', { payload: { n } });
    const caught = await flow.receives('caught', 2);
    assert.deepEqual(
      caught.map(({ payload, error }) => [payload, error?.code]),
      [
        [{ n: 3 }, 'SEA_QUEUE_FULL'],
        [{ n: 4 }, 'SEA_QUEUE_FULL'],
      ],
    );
    await outside.proxy.resume();
    flow.send('control', { action: 'connect' });
    await flow.receives('completed', 3);
    assert.equal(ends.length, 5);
  });

  it('fails each message once when its flow ends before they are sent', async () => {
    const flow = await startFlow(flowOf(), outside.credentials);
    for (let n = 0; n < 5; n += 1) flow.send('out', { payload: { n } });
    await flow.shows('out', /queued 5/);
    const start = Date.now();
    await flow.close();
    assert.ok(Date.now() - start < 2_000);
    // The one that was just being tried may be the last to know.
    const told = ends.map(({ msg, error }) => `${JSON.stringify(msg.payload)} ${error?.code}`).sort();
    assert.deepEqual(
      told,
      [0, 1, 2, 3, 4].map((n) => `{"n":${n}} SEA_CLOSED`),
    );
  });

  it('tries refused credentials again at once when the server node is edited', async () => {
    await outside.proxy.resume();
    const flow = await startFlow(flowOf(), { sea: { clientId: 'gauge', clientSecret: 'wrong' } });
    await flow.shows('out', /refused the credentials/);
    const before = outside.proxy.taken;
    const right = { clientId: 'gauge', clientSecret: 'gauge-secret' };
    await deploy(
      flowOf().map((each) => ('id' in each && each.id === 'sea' ? { ...each, credentials: right } : each)),
      'nodes',
    );
    await flow.shows('out', /connected/);
    await until(() => outside.proxy.taken === before + 1, 'one connection');
  });
});
