/** What nodes show, and what a Status node hears of it, over deploys of every kind. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { NodeMessage, NodeStatus } from 'node-red';
import { node, SERVER, TAB } from '../nodes/flows';
import { type Flow, startFlow, stopFlows } from '../support/node-red/flow';
import { nodeRedRequire } from '../support/node-red/node-red-dir';
import { startServer } from '../support/sea/sea';
import { until } from '../support/until';
import { type DeployType, deploy } from './deployment';

interface SendEvent {
  readonly msg: NodeMessage & { status: NodeStatus & { source: { id: string } } };
  readonly source: { readonly node: { readonly type: string } };
}

interface Hooks {
  add(hook: string, callback: (events: readonly SendEvent[]) => void): void;
  remove(hook: string): void;
}

const { hooks }: { hooks: Hooks } = nodeRedRequire('@node-red/util');

const STATUS = { id: 'status', z: 'tab', type: 'status', scope: null, wires: [['heard']] };
const END = { id: 'heard', z: 'tab', type: 'helper', x: 1, y: 1, wires: [] };
const TYPES = ['in', 'out', 'describe', 'define', 'versions', 'admin'];

const NODES = TYPES.map((type) => node(type, type, { stream: 's', streams: ['s'] }));
/** Wrong in itself; and one whose server is. */
const WRONG = [node('wrong', 'in'), node('lost', 'out', { server: 'nowhere' })];

/** As it is and as the editor would send it after somebody has renamed it. */
const renamed = (flows: readonly object[], ...ids: string[]) =>
  flows.map((each) =>
    'id' in each && ids.includes(String(each.id)) ? { ...each, name: randomUUID() } : each,
  );

describe('a Status node', () => {
  stopFlows();
  const words = new Map<string, NodeStatus[]>();
  const hook = randomUUID();

  before(() => {
    hooks.add(`onSend.${hook}`, (events) => {
      for (const { msg, source } of events) {
        if (source.node.type !== 'status') continue;
        const { source: from, ...status } = msg.status;
        words.set(from.id, [...(words.get(from.id) ?? []), status]);
      }
    });
  });

  after(() => hooks.remove(`*.${hook}`));

  beforeEach(() => words.clear());

  async function agrees(flow: Flow, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const last = () => JSON.stringify(words.get(id)?.at(-1));
      const shown = () => JSON.stringify(flow.shown(id));
      await until(() => last() === shown(), `the same word of ${id}: ${last()}, shown is ${shown()}`);
    }
  }

  const all = [...TYPES, 'wrong', 'lost'];
  // Placed, as the editor sends them: nodes without a place are config nodes to Node-RED.
  const flows = [TAB, SERVER, ...[STATUS, END, ...NODES, ...WRONG].map((each) => ({ x: 1, y: 1, ...each }))];

  async function start(from: readonly object[] = flows): Promise<Flow> {
    const flow = await startFlow(from);
    for (const id of TYPES) await flow.shows(id, /(\.|^)connected/);
    return flow;
  }

  it('hears of each node as it starts', async () => {
    await agrees(await start(), all);
  });

  const CASES: readonly [what: string, type: DeployType, ids: readonly string[]][] = [
    ['each node of its own', 'nodes', all],
    ['each node', 'flows', all],
    ['the server', 'nodes', ['sea']],
    ['the Status node itself', 'nodes', ['status']],
    ['nothing', 'full', []],
  ];
  for (const [what, type, ids] of CASES) {
    it(`has the last word of each node after a deploy (${type}) of ${what}`, async () => {
      const flow = await start();
      await agrees(flow, all);
      words.clear();
      await deploy(renamed(flows, ...ids), type);
      for (const id of TYPES) await flow.shows(id, /(\.|^)connected/);
      await agrees(flow, ids.length > 0 && ids.length < 3 && ids[0] === 'sea' ? TYPES : all);
    });
  }

  for (const id of all) {
    it(`has the last word after a deploy (nodes) of ${id} alone, and hears nothing of the others`, async () => {
      const flow = await start();
      await agrees(flow, all);
      words.clear();
      await deploy(renamed(flows, id), 'nodes');
      await agrees(flow, [id]);
      assert.deepEqual([...words.keys()], [id]);
      // A node that closes says nothing of its end: that would be heard of its successor.
      assert.deepEqual(
        words.get(id)?.filter(({ fill }) => fill === 'grey'),
        [],
      );
    });
  }

  it('that a deploy adds hears of the nodes that were there before', async () => {
    const flow = await start(flows.filter((each) => each !== STATUS));
    await deploy(
      flows.map((each) => (each === STATUS ? { x: 1, y: 1, ...each } : each)),
      'nodes',
    );
    await agrees(flow, all);
  });
});

describe('the status of a stream-sea-out', () => {
  stopFlows();

  it('blinks on no healthy stream, and is that of its own messages', async () => {
    const quiet = Array.from({ length: 5 }, (_, n) => node(`quiet${n}`, 'out', { stream: 's' }));
    const server = await startServer();
    const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: `${server.port}` };
    const flow = await startFlow([TAB, remote, ...quiet, node('busy', 'out', { stream: 's' })], {
      sea: server.credentials,
    });
    // Nobody has defined it, as all of them are told at once.
    await flow.shows('busy', /^connected, no schema yet$/);
    const shown: string[] = [];
    const events: NodeJS.EventEmitter = nodeRedRequire('@node-red/util').events;
    const listen = ({ id, status }: { id: string; status: NodeStatus }) => shown.push(`${id} ${status.text}`);
    events.on('node-status', listen);
    try {
      // Over two ticks of the clock by which it counts.
      const end = performance.now() + 2_500;
      while (performance.now() < end) {
        flow.send('busy', { payload: { n: 1 } });
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      assert.deepEqual(shown, []);
      await server.close();
      flow.send('busy', { payload: { n: 1 } });
      await flow.shows('busy', /^queued \d+ · /);
      for (const { id } of quiet) {
        assert.match(flow.shown(id)?.text ?? '', /connection/);
        assert.doesNotMatch(flow.shown(id)?.text ?? '', /queued/);
      }
    } finally {
      events.off('node-status', listen);
    }
  });
});
