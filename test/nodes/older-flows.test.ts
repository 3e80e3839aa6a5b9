/** Flows as the version before typed inputs saved them: they load, nothing is added, and they do what they did. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFINE_DEFAULTS } from '../../nodes/stream-sea-define/stream-sea-define.config';
import { DESCRIBE_DEFAULTS } from '../../nodes/stream-sea-describe/stream-sea-describe.config';
import { IN_DEFAULTS } from '../../nodes/stream-sea-in/stream-sea-in.config';
import { OUT_DEFAULTS } from '../../nodes/stream-sea-out/stream-sea-out.config';
import { type Flow, startFlow, stopFlows } from '../support/node-red/flow';

type Saved = { id: string; type: string; name?: string; schema?: string };

const read = (name: string): Saved[] =>
  JSON.parse(readFileSync(join(__dirname, '../fixtures/flows', `${name}.json`), 'utf8'));

const OTHERS = ['tab', 'catch', 'complete', 'status'];

/** Ours as they are; of the core's, what is wired to ours collects what reaches it. */
const start = (saved: readonly Saved[]): Promise<Flow> => {
  const kept = saved.filter(({ type }) => type !== 'group' && type !== 'comment');
  return startFlow(
    kept.map((node) =>
      node.type.startsWith('stream-sea-') || OTHERS.includes(node.type) ? node : { ...node, type: 'helper' },
    ),
  );
};

const idOf = (saved: readonly Saved[], type: string, name = '') =>
  saved.find((node) => node.type === `stream-sea-${type}` && (node.name ?? '') === name)?.id ?? '';

describe('flows of the version before', () => {
  stopFlows();

  it('have none of the properties that have come since', () => {
    const defaults = {
      in: IN_DEFAULTS,
      out: OUT_DEFAULTS,
      describe: DESCRIBE_DEFAULTS,
      define: DEFINE_DEFAULTS,
    };
    const nodes = [...read('01-boiler-telemetry'), ...read('02-describe-and-versions')];
    for (const [type, since] of Object.entries(defaults)) {
      const found = nodes.filter((node) => node.type === `stream-sea-${type}`);
      assert.ok(found.length > 0, type);
      for (const node of found)
        assert.ok(
          Object.keys(since).some((name) => !(name in node)),
          node.id,
        );
    }
  });

  it('publish what they are given to the stream in the node, and receive it', async () => {
    const saved = read('01-boiler-telemetry');
    const flow = await start(saved);
    const receiver = idOf(saved, 'in');
    await flow.shows(receiver, /(\.|^)connected/);
    const { wires } = saved.find(({ id }) => id === receiver) as unknown as { wires: string[][] };
    flow.send(idOf(saved, 'define', 'define boiler_data'), { payload: '' });
    const at = '2026-03-31T12:00:00Z';
    const reading = { boiler: 'north', at, temperature: 80.5, pressure: 7.5 };
    const broken = { ...reading, pressure: 'high' };
    const publish = idOf(saved, 'out', 'publish readings');
    for (const payload of [broken, reading, [reading, reading]]) {
      flow.send(publish, { topic: 'not this one', payload });
    }
    const got = await flow.receives(wires[0]?.[0] ?? '', 3);
    assert.deepEqual(
      got.map(({ topic, payload }) => [topic, payload]),
      Array.from({ length: 3 }, () => ['boiler_data', reading]),
    );
  });

  it('define and describe the stream in the node, the topic or the definition', async () => {
    const saved = read('02-describe-and-versions');
    const flow = await start(saved);
    const [defined, described] = ['dca0457ce4280f44', '3c100c683ee275b2'];
    flow.send(idOf(saved, 'define', 'define in the node'), { topic: 'left over' });
    const [written] = await flow.receives(defined, 1);
    const schema = saved.find(({ name }) => name === 'define in the node')?.schema ?? '';
    assert.deepEqual(written?.payload, JSON.parse(schema));
    const other = { version: 2, fields: [{ name: 'a', type: 'float' }] };
    flow.send(idOf(saved, 'define', 'define by message'), { topic: 'another', payload: other });
    assert.deepEqual((await flow.receives(defined, 2))[1]?.payload, { name: 'another', ...other });
    flow.send(idOf(saved, 'describe'), { topic: 'another' });
    flow.send(idOf(saved, 'describe', 'stream of msg.topic'), { topic: 'another' });
    const answers = (await flow.receives(described, 2)).map(({ payload }) => payload);
    assert.deepEqual(answers.map((answer) => (answer as { name: string }).name).sort(), [
      'another',
      'boiler_data',
    ]);
  });
});
