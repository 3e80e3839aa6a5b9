/** Example 09 over the end of Node-RED while the plug is out: what waits on disk arrives afterwards, once, in order. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { readOutbox } from '../../src/client/outbox/outbox-reader';
import { MortalNodeRed } from '../faults/mortal-node-red';
import { example, onFreePorts, type SavedNode } from '../support/node-red/examples';

interface Numbered {
  readonly run: number;
  readonly number: number;
}

const FAST = 20;

describe('the example of store and forward, with Node-RED ended meanwhile', function () {
  this.timeout(120_000);

  let nodeRed: MortalNodeRed | undefined;

  afterEach(() => nodeRed?.remove());

  /**
   * The example in a hurry, which prints what it numbers and what arrives; the plug is pulled once the tenth has arrived.
   */
  async function prepare(): Promise<MortalNodeRed> {
    const flow = await onFreePorts(example('09'), 7740, 7741);
    const byName = (name: string): SavedNode => {
      const found = flow.find((node) => node.name === name);
      assert(found, name);
      return found;
    };
    const cable = byName('the cable');
    const changes: Readonly<Record<string, object>> = {
      'every second': { repeat: String(FAST / 1_000) },
      'number it': { wires: [[byName('publish').id, 'printNumber']] },
      'at the server': { wires: [[byName('in order?').id, 'printArrival']] },
    };
    const print = (id: string, func: string, wires: readonly string[] = []): object => {
      return { id, z: byName('publish').z, type: 'function', func, outputs: 1, x: 1, y: 1, wires: [wires] };
    };
    const flows = [
      ...flow.map(({ credentials: _, ...node }) => ({ ...node, ...changes[node.name ?? ''] })),
      print('printNumber', "node.warn('number ' + msg.payload.number + '.');"),
      print(
        'printArrival',
        `node.warn('arrived ' + JSON.stringify(msg.payload) + '.');
        return msg.payload.number === 10 && env.get('PULL') ? { payload: 'pull' } : null;`,
        [cable.id],
      ),
    ];
    const credentials = flow.flatMap(({ id, credentials }) => (credentials ? [[id, credentials]] : []));
    return MortalNodeRed.prepare(flows, Object.fromEntries(credentials));
  }

  const arrivals = ({ output }: MortalNodeRed): Numbered[] =>
    [...output.matchAll(/arrived (\{.*?\})\./g)].map(([, json = '']) => JSON.parse(json));

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`loses nothing of what waits, and keeps the order (${signal})`, async () => {
      const node = await prepare();
      nodeRed = node;
      await node.start({ PULL: 'yes' });
      await node.prints(/"number":10\}/);
      const latest = Number([...node.output.matchAll(/number (\d+)\./g)].at(-1)?.[1]);
      await node.prints(new RegExp(`number ${latest + 40}\\.`));
      await node.kill(signal);
      const before = arrivals(node);
      const [queue = ''] = readdirSync(join(node.userDir, 'stream-sea', 'queues'));
      const { messages } = await readOutbox(join(node.userDir, 'stream-sea', 'queues', queue, 'messages'));
      const waiting = messages.map(({ text }): Numbered => JSON.parse(text));
      assert.ok(waiting.length > 30, `only ${waiting.length} wait`);
      const { run = 0 } = waiting[0] ?? {};

      await node.start({});
      // The first of the new run comes behind all that waited.
      await node.prints(new RegExp(`arrived \\{"run":(?!${run},)\\d+,"number":20\\}`));
      const after = arrivals(node).filter((each) => each.run === run);
      // What was out as the plug was pulled may have been there already; nobody can know.
      const numbers = (list: readonly Numbered[]): number[] => list.map(({ number }) => number);
      assert.deepEqual(numbers(after), numbers(waiting));
      const all = [...new Set([...numbers(before), ...numbers(after)])];
      // What came before anybody had ever listened is nobody's.
      const [first = 0] = all;
      assert.ok(first < 10, `the first that arrived is ${first}`);
      assert.deepEqual(
        all,
        all.map((_, index) => first + index),
      );
      const own = numbers(arrivals(node).filter((each) => each.run !== run));
      assert.deepEqual(
        own,
        own.map((_, index) => index + 1),
      );
    });
  }
});
