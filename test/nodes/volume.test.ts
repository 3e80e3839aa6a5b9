/** A hundred thousand messages through flows in a Node-RED of its own, and what they leave in its memory. */

import assert from 'node:assert/strict';
import { type NodeRed, startNodeRed } from '../support/node-red/node-red';
import { node, SERVER, TAB } from './flows';

const COUNT = 100_000;
const MESSAGES_OUT_AT_ONCE = 500;
const MEBIBYTE = 1_048_576;

const placed = (nodes: readonly object[]) =>
  nodes.map((each) => ('z' in each ? { x: 100, y: 100, ...each } : each));

const functionNode = (id: string, func: string, wires: string[][]) => ({
  id,
  z: 'tab',
  type: 'function',
  func,
  outputs: wires.length,
  wires,
});

/** Each message that the server has confirmed lets the next one go, as a flow with back-pressure does. */
const flows = placed([
  TAB,
  SERVER,
  { id: 'start', z: 'tab', type: 'inject', once: true, onceDelay: 0.1, props: [], wires: [['define']] },
  node('define', 'define', {
    stream: 'volume',
    schema: JSON.stringify({ version: 1, fields: [{ name: 'n', type: 'integer' }] }),
    wires: [['first']],
  }),
  functionNode(
    'first',
    `flow.set('n', ${MESSAGES_OUT_AT_ONCE});
     for (let n = 0; n < ${MESSAGES_OUT_AT_ONCE}; n += 1) node.send({ payload: { n } });`,
    [['out']],
  ),
  node('out', 'out', { stream: 'volume', validate: 'types' }),
  { id: 'complete', z: 'tab', type: 'complete', scope: ['out'], wires: [['next']] },
  functionNode(
    'next',
    `const n = flow.get('n');
     if (n === ${COUNT}) return;
     flow.set('n', n + 1);
     return { payload: { n } };`,
    [['out']],
  ),
  node('in', 'in', { stream: 'volume', wires: [['check']] }),
  functionNode(
    'check',
    `const expected = context.get('expected') || 0;
     if (msg.payload.n !== expected) node.error('expected ' + expected + ', but got ' + msg.payload.n);
     context.set('expected', expected + 1);
     if ((expected + 1) % 10000 === 0) node.warn('received ' + (expected + 1) + '.');`,
    [],
  ),
  { id: 'catch', z: 'tab', type: 'catch', scope: null, wires: [['report']] },
  functionNode('report', `node.warn('FAILED: ' + msg.error.message);`, []),
]);

describe('a hundred thousand messages', () => {
  let nodeRed: NodeRed | undefined;

  afterEach(async () => {
    await nodeRed?.close();
  });

  it('published by a flow are received by a flow: in order, none lost, none doubled, memory flat', async () => {
    nodeRed = await startNodeRed({ flows });
    const heaps: number[] = [];
    for (let thousands = 10; thousands <= COUNT / 1000; thousands += 10) {
      await nodeRed.prints(new RegExp(`received ${thousands}000\\.`));
      heaps.push(await nodeRed.heapUsed());
    }
    assert.doesNotMatch(nodeRed.log(), /FAILED|expected \d/);
    // The least of several looks: messages under way are no leak.
    const early = Math.min(...heaps.slice(0, 4));
    const late = Math.min(...heaps.slice(-4));
    assert.ok(late - early < 4 * MEBIBYTE, `heap grew from ${early} to ${late}: ${heaps.join(', ')}`);
  }).timeout(120_000);
});
