/** Nodes that a deploy leaves alone, while it remakes, takes away or brings their server. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { Node, NodeAPI } from 'node-red';
import { Deploys } from '../../../nodes/shared/deploys';
import { ServerLease } from '../../../nodes/shared/lease';
import { Client } from '../../../src/client/client';
import { type DeployType, deploy } from '../../faults/deployment';
import { type Flow, startFlow, stopFlows } from '../../support/node-red/flow';
import { nodeRedRequire } from '../../support/node-red/node-red-dir';
import { startServer } from '../../support/sea/sea';
import { until } from '../../support/until';
import { CATCH, complete, helperNode, node, SERVER, TAB } from '../flows';

const { events }: { events: NodeJS.EventEmitter } = nodeRedRequire('@node-red/util');

/** Chosen by a variable, which Node-RED does not see through: it restarts no node with such a server. */
const server = '${SEA_NODE}';

const NODES = [
  ...CATCH,
  ...complete('out'),
  node('in', 'in', { server, stream: 's', wires: [['got']] }),
  helperNode('got'),
  node('out', 'out', { server, stream: 's' }),
  node('describe', 'describe', { server, stream: 's', wires: [['described']] }),
  helperNode('described'),
].map((each) => ({ x: 1, y: 1, ...each }));

const edited = (flows: readonly object[], change: object): object[] =>
  flows.map((each) => ('id' in each && each.id === 'sea' ? { ...each, ...change } : each));

const without = (flows: readonly object[]) => flows.filter((each) => !('id' in each) || each.id !== 'sea');

describe('a node whose server a deploy remakes', () => {
  stopFlows();

  before(() => {
    process.env.SEA_NODE = 'sea';
  });

  const witnesses: Client[] = [];

  afterEach(async () => {
    await Promise.all(witnesses.splice(0).map((witness) => witness.close()));
  });

  after(() => {
    delete process.env.SEA_NODE;
  });

  const IDS = ['in', 'out', 'describe'];
  const show = async (flow: Flow, text: RegExp) => {
    for (const id of IDS) await flow.shows(id, text);
  };

  /** On a server outside, which goes on, and where somebody else listens. */
  async function start(): Promise<{ flow: Flow; flows: object[]; heard: number[] }> {
    const outside = await startServer();
    const heard: number[] = [];
    const witness = new Client({
      url: outside.url,
      credentials: { type: 'basic', ...outside.credentials },
    });
    witnesses.push(witness);
    await new Promise<void>((resolve, reject) => {
      const message = (each: unknown) => heard.push((each as { n: number }).n);
      witness.subscribe('s', { type: 'every' }, { message, ready: () => resolve(), error: reject });
    });
    const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: `${outside.port}` };
    const flows = [TAB, remote, ...NODES];
    const flow = await startFlow(flows, { sea: outside.credentials });
    await show(flow, /(\.|^)connected/);
    return { flow, flows, heard };
  }

  /** All has gone well with the messages so far, and those that come now. */
  async function passes(flow: Flow, sent: number): Promise<void> {
    flow.send('describe', {});
    flow.send('out', { payload: { n: sent } });
    await flow.receives('completed', sent + 1);
    await until(
      () => flow.received('got').some(({ payload }) => (payload as { n: number }).n === sent),
      'it',
    );
    assert.deepEqual(flow.received('caught'), []);
  }

  for (const type of ['nodes', 'flows'] as const satisfies DeployType[]) {
    it(`goes on with the new one (${type})`, async () => {
      const { flow, flows } = await start();
      await passes(flow, 0);
      for (let deploys = 1; deploys <= 3; deploys += 1) {
        await deploy(edited(flows, { silenceTimeout: 60 + deploys }), type);
        await show(flow, /(\.|^)connected/);
        await passes(flow, deploys);
      }
      assert.equal(flow.received('got').length, 4, 'each once');
    });
  }

  it('keeps messages that come in between for the new one', async () => {
    const { flow, flows, heard } = await start();
    const stopped = once(events, 'flows:stopped').then(() => {
      assert.match(flow.shown('out')?.text ?? '', /status\.disconnected/);
      for (let n = 0; n < 50; n += 1) flow.send('out', { payload: { n } });
      flow.send('describe', {});
    });
    await deploy(edited(flows, { silenceTimeout: 60 }), 'nodes');
    await stopped;
    await flow.receives('completed', 50);
    await flow.receives('described', 1);
    assert.deepEqual(flow.received('caught'), []);
    await until(() => heard.length === 50, 'all');
    assert.deepEqual(
      heard,
      Array.from({ length: 50 }, (_, n) => n),
    );
  });

  it('loses none of those that keep coming', async () => {
    const { flow, flows, heard } = await start();
    let sent = 0;
    const timer = setInterval(() => {
      flow.send('out', { payload: { n: sent } });
      sent += 1;
    }, 1);
    try {
      for (let deploys = 1; deploys <= 5; deploys += 1) {
        await deploy(edited(flows, { silenceTimeout: 60 + deploys }), 'nodes');
        await show(flow, /(\.|^)connected/);
      }
    } finally {
      clearInterval(timer);
    }
    // Node-RED's Complete nodes hear nothing while a deploy is under way; the server does.
    await until(() => heard.length >= sent, 'all');
    assert.deepEqual(
      heard,
      Array.from({ length: sent }, (_, n) => n),
    );
  });

  it('says so where it is taken away, fails what waited for it, and goes on once there is one again', async () => {
    const { flow, flows } = await start();
    void once(events, 'flows:stopped').then(() => flow.send('out', { payload: {} }));
    await deploy(without(flows), 'nodes');
    await show(flow, /missing or disabled/);
    const [caught] = await flow.receives('caught', 1);
    assert.equal(caught?.error?.code, 'SEA_OPTIONS');
    await deploy(edited(flows, { where: 'embedded', port: '' }), 'nodes');
    await show(flow, /(\.|^)connected/);
    flow.send('out', { payload: { n: 1 } });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, { n: 1 });
  });

  it('says why where it is filled in wrongly, and goes on once that is mended', async () => {
    const { flow, flows } = await start();
    await deploy(edited(flows, { port: 'eighty' }), 'nodes');
    await show(flow, /port/);
    await deploy(flows, 'nodes');
    await show(flow, /(\.|^)connected/);
    await passes(flow, 0);
  });

  it('says where it is disabled, not that it may be missing, and goes on once it is enabled', async () => {
    const { flow, flows } = await start();
    await deploy(edited(flows, { d: true }), 'nodes');
    await show(flow, /server is disabled/);
    await deploy(flows, 'nodes');
    await show(flow, /(\.|^)connected/);
    await passes(flow, 0);
  });

  it('begins once there is one at all, chosen by its id', async () => {
    const flows = [TAB, SERVER, { ...node('in', 'in', { stream: 's' }), x: 1, y: 1 }];
    const flow = await startFlow(without(flows));
    await flow.shows('in', /missing/);
    await deploy(flows, 'nodes');
    await flow.shows('in', /(\.|^)connected/);
  });

  it('keeps nothing and wants nothing of the old one once it is closed itself', async () => {
    const { flow, flows } = await start();
    await deploy(edited(flows, { silenceTimeout: 60 }), 'nodes');
    await deploy(flows, 'full');
    await show(flow, /(\.|^)connected/);
    await passes(flow, 0);
    await flow.close();
    for (const name of ['flows:started', 'flows:stopping']) assert.equal(events.listenerCount(name), 0, name);
  });
});

describe('a node that listens to its server, and throws', () => {
  const config = { flows: [] };

  it('is done with what has waited for the server all the same, and at once', () => {
    const told = new EventEmitter();
    const RED = { events: told, nodes: { getNode: () => sea }, _: (key: string) => key };
    /** A server node whose client says that it has closed when told to. */
    const seaOf = (client: EventEmitter) => ({
      type: 'stream-sea-server',
      sea: { client: Object.assign(client, { acquire: () => ({ release: () => {} }) }) },
      follow: () => () => {},
    });
    const client = Object.assign(new EventEmitter(), {
      on(name: string, listener: (state: unknown) => void) {
        EventEmitter.prototype.on.call(client, name, listener);
        return () => client.off(name, listener);
      },
    });
    let sea = seaOf(client);
    const node = new EventEmitter();
    const properties = {
      RED: RED as unknown as NodeAPI,
      node: node as Node,
      text: () => 'sea',
      problem: undefined,
    };
    const lease = new ServerLease(properties, new Deploys(properties.RED));
    let throws = false;
    lease.follow(() => {
      if (throws) throw new Error('a listener');
    });
    client.emit('state', { name: 'closed' });
    const done: number[] = [];
    for (const n of [1, 2]) lease.whenBack(() => done.push(n));
    sea = seaOf(Object.assign(new EventEmitter(), { on: () => () => {} }));
    throws = true;
    try {
      assert.throws(() => told.emit('flows:started', { config }), /a listener/);
      assert.deepEqual(done, [1, 2]);
      assert.equal(lease.away, false);
    } finally {
      node.emit('close');
    }
  });
});
