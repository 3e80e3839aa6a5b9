/**
 * Nodes that a deploy moves to another server node of the same target, while messages keep coming: what the server has
 * sent to the client that they had arrives, each once.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isServerNode } from '../../nodes/shared/server-node';
import type { SubscriptionReport } from '../../nodes/shared/wire/api';
import { Client } from '../../src/client/client';
import { complete, node, TAB } from '../nodes/flows';
import { type Flow, startFlow, stopFlows } from '../support/node-red/flow';
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

const TYPES: readonly DeployType[] = ['nodes', 'flows', 'full'];

type Change = (flow: readonly object[], outside: Outside) => object[];

/** What the editor sends; what begins at `sea` goes on at `sea2`. */
const MOVES: Readonly<Record<string, { readonly before: readonly object[]; readonly change: Change }>> = {
  'to one that others use': {
    before: [into('other', { stream: 'other', server: 'sea2' })],
    change: (flow) => edited(flow, 'in', { server: 'sea2' }),
  },
  'to one that others use, from one that others use': {
    before: [into('other', { stream: 'other', server: 'sea2' }), into('stays', { stream: 'other' })],
    change: (flow) => edited(flow, 'in', { server: 'sea2' }),
  },
  'to one that nobody uses': {
    before: [],
    change: (flow) => edited(flow, 'in', { server: 'sea2' }),
  },
  'to one that others use, as its own is deleted': {
    before: [into('other', { stream: 'other', server: 'sea2' })],
    change: (flow) => edited(without(flow, 'sea'), 'in', { server: 'sea2' }),
  },
};

describe('a deploy that moves a node to another server node of the same target', () => {
  stopFlows();
  let outside: Outside;

  beforeEach(async () => {
    outside = await Outside.start(['orders', 'other']);
  });

  afterEach(async () => {
    await outside.close();
  });

  async function begin(nodes: readonly object[]): Promise<{ flow: Flow; flows: object[] }> {
    const flows = [TAB, outside.node, { ...outside.node, id: 'sea2' }, END, ...nodes];
    return { flow: await startFlow(flows, { sea: GAUGE, sea2: GAUGE }), flows };
  }

  async function start(...nodes: readonly object[]): Promise<{ flow: Flow; flows: object[] }> {
    const { flow, flows } = await begin(nodes);
    const listed = (): readonly { status: string }[] => ['sea', 'sea2'].flatMap((id) => subscribed(flow, id));
    const isComplete = (): boolean => listed().every(({ status }) => status === 'active');
    await until(() => listed().length === nodes.length && isComplete(), 'the subscriptions');
    return { flow, flows };
  }

  /** All that the server has sent, and nothing else, has gone into the flow. */
  async function arrived(id: string): Promise<void> {
    const inOrder = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
    await until(() => outside.got(id).includes(outside.published - 1), 'the last message');
    // The last of what the old one was sent comes by a socket of its own.
    await until(() => outside.got(id).length >= outside.sent('orders').length, 'all that was sent');
    assert.deepEqual(inOrder(outside.got(id)), inOrder(outside.sent('orders')));
  }

  for (const [name, { before, change }] of Object.entries(MOVES)) {
    for (const type of TYPES) {
      for (const delivery of DELIVERIES) {
        it(`${name}, loses and doubles nothing (${type}, ${delivery})`, async () => {
          const { flow, flows } = await start(into('in', { delivery }), ...before);
          outside.publishTo('orders');
          await outside.publishes(20);
          await deploy(change(flows, outside), type);
          await until(() => isServed(flow), 'the new one');
          const subscriptions = before.length + 1;
          await until(() => outside.server.stats().subscriptions === subscriptions, 'the old one to be gone');
          await outside.publishes(20);
          await outside.stop();
          await arrived('in');
          // Where the old one has closed before the new one began, groups of one are gone.
          const isGap = delivery === 'every' && (type === 'full' || name.includes('deleted'));
          if (!isGap) assert.equal(outside.got('in').length, outside.published);
        });
      }
    }
  }

  for (const type of TYPES) {
    for (const delivery of DELIVERIES) {
      it(`there, back and there again at once, loses and doubles nothing (${type}, ${delivery})`, async () => {
        const other = into('other', { stream: 'other', server: 'sea2' });
        const { flow, flows } = await start(into('in', { delivery }), other);
        outside.publishTo('orders');
        await outside.publishes(20);
        for (const server of ['sea2', 'sea', 'sea2']) await deploy(edited(flows, 'in', { server }), type);
        await until(() => isServed(flow), 'the new one');
        await until(() => outside.server.stats().subscriptions === 2, 'the old one to be gone');
        await outside.publishes(20);
        await outside.stop();
        await arrived('in');
        if (delivery !== 'every' || type !== 'full')
          assert.equal(outside.got('in').length, outside.published);
      });
    }
  }

  /** Two nodes of one stream; where they begin, and where the deploy moves the first of them. */
  const TWO: Readonly<Record<string, readonly [second: string, change: Change]>> = {
    'away from one of the same stream': ['sea', (flow) => edited(flow, 'in', { server: 'sea2' })],
    'to one of the same stream': ['sea2', (flow) => edited(flow, 'in', { server: 'sea2' })],
    'to one of the same stream, as its own is deleted': [
      'sea2',
      (flow) => edited(without(flow, 'sea'), 'in', { server: 'sea2' }),
    ],
  };

  for (const [name, [second, change]] of Object.entries(TWO)) {
    for (const type of TYPES) {
      for (const delivery of ['shared', 'group']) {
        it(`${name}, loses nothing, and doubles nothing at any of them (${type}, ${delivery})`, async () => {
          const { flow, flows } = await start(
            into('in', { delivery }),
            into('second', { delivery, server: second }),
            into('other', { stream: 'other' }),
            into('other2', { stream: 'other', server: 'sea2' }),
          );
          outside.publishTo('orders');
          await outside.publishes(20);
          await deploy(change(flows, outside), type);
          await until(() => isServed(flow), 'the new one');
          await outside.publishes(20);
          await outside.stop();
          const both = (): Set<number> => new Set(['in', 'second'].flatMap((id) => outside.got(id)));
          await until(() => both().size === outside.published, 'all of them');
          for (const id of ['in', 'second'])
            assert.equal(new Set(outside.got(id)).size, outside.got(id).length);
        });
      }
    }
  }

  /** What becomes of the server node that the messages wait at. */
  const LEFT: Readonly<Record<string, Change>> = {
    'goes on': (flow) => edited(flow, 'out', { server: 'sea2' }),
    'is deleted': (flow) => edited(without(flow, 'sea'), 'out', { server: 'sea2' }),
    'is another target’s': (flow) =>
      edited(edited(flow, 'out', { server: 'sea2' }), 'sea', { host: 'localhost', port: '1' }),
  };

  for (const [name, change] of Object.entries(LEFT)) {
    for (const type of TYPES) {
      it(`sends what has waited, each once, in order, where its old one ${name} (${type})`, async () => {
        const out = node('out', 'out', { stream: 'orders', batch: false });
        const { flow, flows } = await begin(placed([out, ...complete('out')]));
        const reader = new Client({ url: outside.server.url, credentials: { type: 'basic', ...GAUGE } });
        const reached: number[] = [];
        const subscription = reader.subscribe(
          'orders',
          { type: 'every' },
          { message: (message) => reached.push((message as { n: number }).n), error: assert.fail },
        );
        await until(() => subscription.status === 'active', 'the reader');
        await outside.proxy.setDoor('refuse');
        for (let n = 0; n < 20; n += 1) flow.send('out', { payload: { n } });
        await deploy(change(flows, outside), type);
        await outside.proxy.setDoor('open');
        await until(() => reached.length >= 20, 'what has waited');
        for (let n = 20; n < 30; n += 1) flow.send('out', { payload: { n } });
        await until(() => reached.length >= 30, 'all');
        await flow.receives('completed', 30);
        assert.deepEqual(
          reached,
          Array.from({ length: 30 }, (_, n) => n),
        );
        await reader.close();
      });
    }
  }
});

/** Whether the server has answered the node's subscription at the server node to which it has moved. */
function isServed(flow: Flow): boolean {
  return subscribed(flow, 'sea2').some(({ node, status }) => node === 'in' && status === 'active');
}

function subscribed(flow: Flow, id: string): readonly SubscriptionReport[] {
  const server = flow.node(id);
  return isServerNode(server) && 'client' in server.sea ? server.sea.traffic.subscriptions() : [];
}
