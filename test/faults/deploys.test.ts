/** Subscriptions over deploys, while messages keep coming: what the server has sent arrives, each once, in order. */
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import { Client } from '../../src/client/client';
import { CATCH, complete, node, TAB } from '../nodes/flows';
import { settled } from '../support/clock';
import { startRawServer } from '../support/network/raw-server';
import { type Flow, startFlow, stopFlows } from '../support/node-red/flow';
import { nodeRedRequire } from '../support/node-red/node-red-dir';
import { until } from '../support/until';
import {
  DELIVERIES,
  type DeployType,
  deploy,
  END,
  edited,
  GAUGE,
  into,
  Outside,
  placed,
  without,
} from './deployment';
import { type StepName, strikeOnce } from './steps';

type Change = (flow: readonly object[]) => object[];

/** What the editor sends after one change; the node `in` goes on, as itself or as its successor. */
const CHANGES: Readonly<Record<string, readonly [type: DeployType, change: Change]>> = {
  'of nodes, with the node renamed': ['nodes', (flow) => edited(flow, 'in', { name: 'new' })],
  'of nodes, with the node wired to another': ['nodes', (flow) => edited(flow, 'in', { wires: [['more']] })],
  'of nodes, with the node moved': ['nodes', (flow) => edited(flow, 'in', { x: 500 })],
  'of nodes, with the node moved to another tab': ['nodes', (flow) => edited(flow, 'in', { z: 'tab2' })],
  'of flows, with the node renamed': ['flows', (flow) => edited(flow, 'in', { name: 'new' })],
  'of flows, with another node on the tab': ['flows', (flow) => [...flow, { ...END, id: 'yet another' }]],
  'of all, with nothing changed': ['full', (flow) => [...flow]],
  'of nodes, with the server renamed': ['nodes', (flow) => edited(flow, 'sea', { name: 'new' })],
  'of flows, with the server edited': ['flows', (flow) => edited(flow, 'sea', { silenceTimeout: 70 })],
};

describe('a deploy', () => {
  stopFlows();
  let outside: Outside;

  beforeEach(async () => {
    outside = await Outside.start(['orders', 'other']);
  });

  afterEach(async () => {
    await outside.close();
  });

  const base = (): object[] => [
    TAB,
    { id: 'tab2', type: 'tab', label: 'second' },
    outside.node,
    END,
    { ...END, id: 'more' },
  ];

  async function start(...nodes: readonly object[]): Promise<{ flow: Flow; flows: object[] }> {
    const flows = [...base(), ...nodes];
    const flow = await startFlow(flows, outside.credentials);
    const ins = nodes.filter((each) => 'type' in each && each.type === 'stream-sea-in').length;
    await until(() => outside.server.stats().subscriptions >= ins, 'the subscriptions');
    return { flow, flows };
  }

  /** All that the server has sent of the stream, and nothing else, has gone into the flow. */
  async function arrived(id: string, stream = 'orders'): Promise<number[]> {
    await until(() => outside.got(id).includes(outside.published - 1), 'the last message');
    assert.deepEqual(outside.got(id), outside.sent(stream));
    return outside.got(id);
  }

  async function leavesNothing(flow: Flow): Promise<void> {
    await flow.close();
    await until(() => outside.proxy.connections === 0, 'no socket');
    await until(() => outside.server.stats().subscriptions === 0, 'no subscription');
  }

  for (const [name, [type, change]] of Object.entries(CHANGES)) {
    for (const delivery of DELIVERIES) {
      it(`${name}, loses and doubles nothing (${delivery})`, async () => {
        const { flow, flows } = await start(into('in', { delivery }));
        outside.publishTo('orders');
        await outside.publishes(20);
        await deploy(change(flows), type);
        await until(() => outside.server.stats().subscriptions === 1, 'the subscription');
        await outside.publishes(20);
        await outside.stop();
        const numbers = await arrived('in');
        // What groups that last were not sent, as nobody was there, is kept for them.
        if (delivery !== 'every') assert.equal(numbers.length, outside.published);
        await leavesNothing(flow);
      });
    }
  }

  it('that disables a node and one that enables it again at once lose and double nothing', async () => {
    const { flow, flows } = await start(into('in'), into('other', { stream: 'other' }));
    outside.publishTo('orders');
    await outside.publishes(20);
    await deploy(edited(flows, 'in', { d: true }), 'nodes');
    const before = outside.got('in').length;
    await outside.publishes(20);
    assert.equal(outside.got('in').length, before);
    await deploy(flows, 'nodes');
    await outside.publishes(20);
    await outside.stop();
    const numbers = await arrived('in');
    assert.equal(numbers.length, outside.published);
    await leavesNothing(flow);
  });

  it('that renames the stream ends the one and begins the other', async () => {
    const { flow, flows } = await start(into('in'));
    outside.publishTo('orders', 'other');
    await outside.publishes(20);
    await deploy(edited(flows, 'in', { stream: 'other' }), 'nodes');
    const switched = outside.got('in').length;
    await until(() => outside.sent('other').length > 0, 'the other stream');
    await outside.publishes(20);
    await outside.stop();
    await until(() => outside.sent('other').includes(outside.published - 1), 'the last message');
    await until(() => outside.got('in').includes(outside.published - 1), 'the last message');
    assert.deepEqual(outside.got('in').slice(switched), outside.sent('other'));
    const orders = outside.sent('orders');
    assert.deepEqual(outside.got('in').slice(0, switched), orders.slice(0, switched));
    await leavesNothing(flow);
  });

  it('that is full tells whoever listens now of the ends of what was handed over (G1)', async () => {
    const raw = await startRawServer();
    raw.answer = () => ({ status: 503 });
    const nodes = [
      TAB,
      {
        id: 'sea',
        type: 'stream-sea-server',
        where: 'remote',
        host: '127.0.0.1',
        port: new URL(raw.url).port,
      },
      ...placed([node('out', 'out', { stream: 's', batch: false }), ...CATCH, ...complete('out')]),
    ];
    const flow = await startFlow(nodes, { sea: GAUGE });
    await raw.welcome();
    for (const n of [1, 2]) flow.send('out', { payload: n });
    await until(() => raw.requests.length > 0);
    await deploy(structuredClone(nodes), 'full');
    // What waited would else be held back for 10 s, for subscriptions to be answered before it.
    await raw.welcome();
    raw.answer = ({ body }) => ({ status: body.includes('1') ? 400 : 200 });
    const [caught] = await flow.receives('caught', 1);
    assert.equal(caught?.error?.code, 'SEA_REPLY');
    const [completed] = await flow.receives('completed', 1);
    assert.equal(completed?.payload, 2);
    await settled();
    assert.deepEqual([flow.received('caught').length, flow.received('completed').length], [1, 1]);
  });

  it('that leads the server node to another server delivers nothing of the old one to the new', async () => {
    const elsewhere = await Outside.start(['orders']);
    const { flow, flows } = await start(into('in'));
    outside.publishTo('orders');
    await outside.publishes(20);
    await deploy(edited(flows, 'sea', elsewhere.node), 'full');
    await until(() => elsewhere.server.stats().subscriptions === 1, 'the new subscription');
    const before = outside.got('in').length;
    await outside.publishes(20);
    assert.equal(outside.got('in').length, before);
    await leavesNothing(flow);
    await until(() => elsewhere.proxy.connections === 0, 'no socket');
    await elsewhere.close();
  });

  it('loses and doubles nothing in the instances of a subflow', async () => {
    const subflow = [
      { id: 'sub', type: 'subflow', name: 'orders', in: [], out: [], env: [{ name: 'STREAM', type: 'str' }] },
      { ...(into('in') as { wires: unknown }), z: 'sub', stream: '${STREAM}', wires: [['void']] },
      { ...END, id: 'void', z: 'sub' },
      ...['orders', 'other'].map((stream) => ({
        id: `use-${stream}`,
        z: 'tab',
        type: 'subflow:sub',
        env: [{ name: 'STREAM', type: 'str', value: stream }],
        x: 1,
        y: 1,
        wires: [],
      })),
    ];
    const flows = [...base(), ...subflow];
    const flow = await startFlow(flows, outside.credentials);
    await until(() => outside.server.stats().subscriptions === 2, 'both subscriptions');
    outside.publishTo('orders', 'other');
    await outside.publishes(20);
    await deploy(edited(flows, 'in', { name: 'new' }), 'nodes');
    await outside.publishes(20);
    await outside.stop();
    for (const stream of ['orders', 'other']) {
      await until(() => outside.gotOf(stream).includes(outside.published - 1), 'the last message');
      assert.deepEqual(outside.gotOf(stream), outside.sent(stream));
      assert.equal(outside.sent(stream).length, outside.published);
    }
    await leavesNothing(flow);
  });

  for (const others of [0, 1]) {
    it(`that drops a shared subscription gives its share back (${others} other nodes)`, async () => {
      const { flow, flows } = await start(
        into('in', { delivery: 'group' }),
        ...Array.from({ length: others }, (_, index) => into(`other${index}`, { stream: 'other' })),
      );
      const member = new Client({ url: outside.server.url, credentials: { type: 'basic', ...GAUGE } });
      const received: number[] = [];
      member.subscribe(
        'orders',
        { type: 'group', group: 'g' },
        { message: (message) => received.push((message as { n: number }).n), error: assert.fail },
      );
      await until(() => outside.server.stats().subscriptions === 2 + others, 'both members');
      outside.publishTo('orders');
      await outside.publishes(20);
      await deploy(without(flows, 'in'), 'nodes');
      // Held for a successor for a second, then given back.
      await until(() => outside.server.stats().subscriptions === 1 + others, 'the share to be given back');
      const before = outside.sent('orders').length;
      const given = received.length;
      await outside.publishes(20);
      await outside.stop();
      await until(() => received.includes(outside.published - 1), 'the messages');
      assert.equal(outside.sent('orders').length, before);
      assert.ok(received.length - given >= 20);
      const tail = received.slice(given);
      assert.deepEqual(
        tail,
        tail.map((_, index) => (tail[0] ?? 0) + index),
      );
      await member.close();
      await leavesNothing(flow);
    });
  }

  const STALLED: readonly (StepName | 'connect')[] = [
    'connect',
    'upgrade',
    'authenticate',
    'subscribe',
    'publish',
  ];

  for (const step of STALLED) {
    it(`that ends a flow whose server is stalled at ${step} takes less than 2 s`, async () => {
      if (step === 'connect') await outside.proxy.setDoor('hang');
      else strikeOnce(outside.proxy, step, 'down', { type: 'stall' });
      const flows = [...base(), into('in'), node('out', 'out', { stream: 'orders', x: 1, y: 1 })];
      const flow = await startFlow(flows, outside.credentials);
      flow.send('out', { payload: { n: 1 } });
      await until(() => outside.proxy.struck > 0 || outside.proxy.connections > 1, 'the stall');
      const start = Date.now();
      await deploy([TAB], 'full');
      const took = Date.now() - start;
      assert.ok(took < 2_000, `${took} ms`);
      await until(() => outside.proxy.connections === 0, 'no socket');
    });
  }

  it('500 times leaves no socket, timer, listener or heap behind', async () => {
    const all = ['in', 'out', 'describe', 'define', 'versions', 'admin'].map((type) =>
      node(type, type, { stream: 'orders', x: 1, y: 1, wires: [['end']] }),
    );
    const { flow, flows } = await start(...all, into('in2', { stream: 'other' }));
    const renamed = edited(flows, 'in', { name: 'new' });
    const nodes = new Set<WeakRef<object>>();
    const cycle = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n += 2) {
        await deploy(n % 4 === 0 ? renamed : flows, n % 20 === 0 ? 'full' : 'nodes');
        await deploy(n % 4 === 0 ? edited(renamed, 'out', { name: `${n}` }) : flows, 'flows');
        for (const each of [...all, outside.node]) nodes.add(new WeakRef(flow.node(Reflect.get(each, 'id'))));
      }
      await until(() => outside.server.stats().subscriptions === 2, 'the subscriptions');
    };
    await cycle(100);
    const before = footprint(flow.node('in'));
    // The last of all is no full deploy: the server node that lives on must not know the nodes of the others.
    await cycle(398);
    await deploy(flows, 'nodes');
    await deploy(renamed, 'nodes');
    // A second of grace for what was given back.
    const spare = (): boolean =>
      Object.entries(resourcesInUse()).every(([kind, count]) => {
        return count <= (before.resources[kind] ?? 0) + (kind === 'TCPSocketWrap' ? KEPT : 0);
      });
    await until(spare, 'no more sockets and timers than before');
    const after = footprint(flow.node('in'));
    assert.equal(after.listeners, before.listeners);
    assert.equal(outside.server.stats().connections, 1);
    assert.ok(after.heap - before.heap < 2 * MEBIBYTE, `the heap grew by ${after.heap - before.heap}`);
    const alive = new Set([...nodes].map((ref) => ref.deref()).filter((each) => each !== undefined));
    assert.ok(alive.size <= all.length + 1, `${alive.size} nodes are still in memory`);
    await leavesNothing(flow);
  }).timeout(120_000);
});

const MEBIBYTE = 1_048_576;

/** Ends of the one connection kept for requests, through the proxy: before, none may have been made yet. */
const KEPT = 3;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

interface Footprint {
  readonly resources: Record<string, number>;
  readonly listeners: number;
  readonly heap: number;
}

/** The test helper spies on all nodes, and keeps what it has seen for ever: every node there ever was. */
function forgetCalls(node: object): void {
  for (const name of ['send', 'error', 'warn', 'debug', 'trace', 'log', 'status']) {
    (Reflect.get(node, name) as { resetHistory(): void }).resetHistory();
  }
  helper.log().resetHistory();
}

const helper: { log(): { resetHistory(): void } } = nodeRedRequire('node-red-node-test-helper');

/** What keeps this process alive, by kind. */
function resourcesInUse(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What this process holds. `node` is any one of those that run. */
function footprint(node: object): Footprint {
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  forgetCalls(node);
  collectGarbage();
  return { resources: resourcesInUse(), listeners, heap: process.memoryUsage().heapUsed };
}
