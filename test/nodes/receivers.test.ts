/** What waited over a deploy is not sent before those who receive it have subscribed, however long their start takes (G12). */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type DeployType, deploy } from '../faults/deployment';
import { settled } from '../support/clock';
import { startFaultProxy } from '../support/network/fault-proxy';
import { type Flow, startFlow, stopFlows } from '../support/node-red/flow';
import { nodeRedRequire } from '../support/node-red/node-red-dir';
import { startServer } from '../support/sea/sea';
import { freshFolder } from '../support/store/folders';
import { until } from '../support/until';
import { helperNode, node, SERVER, TAB } from './flows';

type Evaluate = (flow: unknown, env: readonly object[], credentials: unknown) => Promise<unknown>;

/** What Node-RED waits for before it makes the nodes of a tab. */
const flowUtil: { evaluateEnvProperties: Evaluate } = nodeRedRequire('@node-red/runtime/lib/flows/util.js');

type Told = (error: Error | null, value: unknown) => void;

const SLOW_TAB = {
  id: 'slow',
  type: 'tab',
  label: 'slow',
  env: [{ name: 'SLOW', value: 'yes', type: 'str' }],
};

describe('what waited over a deploy', () => {
  let release = (): void => {};
  let restore = (): void => {};
  stopFlows();

  afterEach(() => {
    release();
    restore();
  });

  /** A tab with variables is made once `release` is called. */
  const slowTabs = (): void => {
    const { evaluateEnvProperties: original } = flowUtil;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    restore = () => Object.assign(flowUtil, { evaluateEnvProperties: original });
    flowUtil.evaluateEnvProperties = async (flow, env, credentials) => {
      if (env.length > 0) await released;
      return original(flow, env, credentials);
    };
  };

  /** So does what a context has. */
  const slowContext = (flow: Flow): void => {
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf(flow.node('in')));
    const { context } = prototype;
    const asked: Told[] = [];
    release = () => {
      for (const told of asked.splice(0)) told(null, 's');
    };
    restore = () => Object.assign(prototype, { context });
    const get = (_key: string, _store: unknown, told: Told): void => void asked.push(told);
    prototype.context = () => ({ flow: { get } });
  };

  const flows = (sea: object, into: object): object[] =>
    [
      TAB,
      SLOW_TAB,
      sea,
      node('out', 'out', { stream: 's' }),
      node('in', 'in', { z: 'slow', stream: 's', wires: [['got']], ...into }),
      { ...helperNode('got'), z: 'slow' },
    ].map((each) => ('z' in each ? { x: 1, y: 1, wires: [], ...each } : each));

  const remote = async (): Promise<[object, object]> => {
    const { port, credentials } = await startServer();
    return [{ ...SERVER, where: 'remote', host: '127.0.0.1', port: `${port}` }, { sea: credentials }];
  };

  const embedded = async (): Promise<[object, object]> => [SERVER, {}];

  const queue = async (flow: Flow): Promise<void> => {
    await flow.shows('in', /(\.|^)connected/);
    flow.node('out').receive({ action: 'disconnect' } as never);
    await flow.shows('out', /not-connected/);
    flow.send('out', { payload: 1 });
  };

  /** Time enough for what does not wait. */
  const meanwhile = async (flow: Flow): Promise<void> => {
    await until(() => ['blue', 'green'].includes(flow.shown('out')?.fill ?? ''), 'the connection');
    for (let n = 0; n < 100; n += 1) await settled();
  };

  for (const [where, server] of [
    ['a server elsewhere', remote],
    ['a server here', embedded],
  ] as const) {
    for (const [how, type] of [
      ['full', 'full'],
      ['of flows', 'flows'],
      ['of nodes', 'nodes'],
    ] as readonly [string, DeployType][]) {
      it(`waits for tabs that take their time (${how}, ${where})`, async () => {
        const [sea, credentials] = await server();
        const flow = await startFlow(flows(sea, {}), credentials);
        await queue(flow);
        slowTabs();
        const deployed = deploy(flows({ ...sea, requestTimeout: 9 }, { name: 'new' }), type);
        await meanwhile(flow);
        release();
        await deployed;
        const [got] = await flow.receives('got', 1);
        assert.equal(got?.payload, 1);
      });
    }

    it(`waits for streams that a context names (${where})`, async () => {
      const [sea, credentials] = await server();
      const flow = await startFlow(flows(sea, { stream: 's' }), credentials);
      await queue(flow);
      slowContext(flow);
      await deploy(flows(sea, { stream: 'place', streamType: 'flow' }), 'full');
      await meanwhile(flow);
      const status = await flow.shows('in', /^waits for the value of flow\.place$/);
      assert.equal(status.fill, 'yellow');
      release();
      const [got] = await flow.receives('got', 1);
      assert.equal(got?.payload, 1);
    });
  }

  it('waits for receivers of another server node, too, which may be of the same server', async () => {
    const [sea, credentials] = await remote();
    const proxy = await startFaultProxy(Number((sea as { port: string }).port));
    const other = { ...sea, id: 'other', port: String(proxy.port) };
    const all = { ...credentials, other: (credentials as { sea: object }).sea };
    const both = (more: object): object[] => [
      ...flows({ ...sea, ...more }, { server: 'other' }),
      { ...other, ...more },
    ];
    const flow = await startFlow(both({}), all);
    await queue(flow);
    proxy.onChunk = () => ({ type: 'stall' });
    await deploy(both({ requestTimeout: 9 }), 'full');
    await meanwhile(flow);
    await proxy.resume();
    const [got] = await flow.receives('got', 1);
    assert.equal(got?.payload, 1);
  });

  it('waits for receivers of another server node whose stream a context names', async () => {
    const [sea, credentials] = await remote();
    const all = { ...credentials, other: (credentials as { sea: object }).sea };
    const both = (into: object): object[] => [
      ...flows(sea, { server: 'other', ...into }),
      { ...sea, id: 'other' },
    ];
    const flow = await startFlow(both({ stream: 's' }), all);
    await queue(flow);
    slowContext(flow);
    await deploy(both({ stream: 'place', streamType: 'flow' }), 'full');
    await meanwhile(flow);
    await flow.shows('in', /^waits for the value of flow\.place$/);
    release();
    const [got] = await flow.receives('got', 1);
    assert.equal(got?.payload, 1);
  });

  it('waits for tabs that take their time when Node-RED starts again, too (on disk)', async () => {
    const [sea, credentials] = await remote();
    const onDisk = flows({ ...sea, offline: 'disk' }, {});
    const userDir = freshFolder();
    const before = await startFlow(onDisk, credentials, { userDir });
    await queue(before);
    await until(() => readdirSync(userDir, { recursive: true }).length > 2, 'the queue');
    await before.close();
    slowTabs();
    const starting = startFlow(onDisk, credentials, { userDir });
    let connected = false;
    const see = ({ id, status }: { id: string; status: { fill?: string } }) => {
      connected ||= id === 'out' && ['blue', 'green'].includes(status.fill ?? '');
    };
    const { events }: { events: NodeJS.EventEmitter } = nodeRedRequire('@node-red/util');
    events.on('node-status', see);
    await until(() => connected, 'the connection');
    events.off('node-status', see);
    // Time enough for the disk, too; less would not see what leaves too early.
    await delay(300);
    release();
    const flow = await starting;
    assert.equal((await flow.receives('got', 1))[0]?.payload, 1);
  });
});
