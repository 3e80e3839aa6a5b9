/** Variables that are not set, in any property of any node: told, and nothing is guessed. */
import assert from 'node:assert/strict';
import { isServerNode } from '../../../nodes/shared/server-node';
import { startFlow, stopFlows } from '../../support/flow';
import { startServer } from '../../support/sea';
import { CATCH, node, SERVER, TAB } from '../flows';

const UNSET = 'boiler-${SEA_UNSET}';
const OF_A_SUBFLOW = 'boiler-${UNIT}-${SEA_UNSET}';

const CASES: readonly [type: string, property: string, value: unknown][] = [
  ...['in', 'out', 'describe', 'define'].flatMap((type): [string, string, unknown][] => [
    [type, 'stream', '${SEA_UNSET}'],
    [type, 'stream', UNSET],
    [type, 'stream', '${SEA_SET}-${SEA_UNSET}-${SEA_SET}'],
    [type, 'stream', '${A${SEA_UNSET}}'],
    [type, 'server', '${SEA_UNSET}'],
  ]),
  ['in', 'delivery', '${SEA_UNSET}'],
  ['out', 'validate', '${SEA_UNSET}'],
  ['out', 'batch', '${SEA_UNSET}'],
  ['define', 'schema', '{"name":"s","version":1,"fields":[{"name":"${SEA_UNSET}","type":"float"}]}'],
  ['versions', 'streams', ['s', UNSET]],
  ['versions', 'server', '${SEA_UNSET}'],
];

describe('a variable that is not set', () => {
  stopFlows();

  before(() => {
    process.env.SEA_SET = 'x';
  });

  async function outside() {
    const server = await startServer();
    const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: `${server.port}` };
    return { server, remote, credentials: { sea: server.credentials } };
  }

  for (const [type, property, value] of CASES) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    it(`in ${property} of a ${type} node (${text}) is told, and nothing is opened`, async () => {
      const { server, remote, credentials } = await outside();
      const wrong = node('wrong', type, { stream: 's', ...{ inputs: 1 }, [property]: value });
      const flow = await startFlow([TAB, remote, ...CATCH, wrong], credentials);
      const { fill } = await flow.shows('wrong', /environment variable in .*SEA_UNSET.* is not set/);
      assert.equal(fill, 'red');
      for (let n = 0; n < 2; n += 1) flow.send('wrong', { topic: 's', payload: { n }, action: 'connect' });
      const caught = await flow.receives('caught', 2);
      assert.deepEqual(
        caught.map(({ error }) => error?.code),
        ['SEA_OPTIONS', 'SEA_OPTIONS'],
      );
      assert.match(caught[0]?.error?.message ?? '', /SEA_UNSET/);
      assert.equal(server.stats().connections, 0);
    });
  }

  it('in the group of an in node counts only where there is a group', async () => {
    const { remote, credentials } = await outside();
    const group = '${SEA_UNSET}';
    const flow = await startFlow(
      [
        TAB,
        remote,
        node('none', 'in', { stream: 's', group }),
        node('some', 'in', { stream: 's', group, delivery: 'group' }),
      ],
      credentials,
    );
    await flow.shows('none', /status\.connected/);
    await flow.shows('some', /group \(\$\{SEA_UNSET\}\) is not set/);
  });

  it('counts as it is in the subflow, the group or the flow of the node', async () => {
    const { remote, credentials } = await outside();
    const env = (name: string, value: string) => [{ name, value, type: 'str' }];
    const place = { x: 1, y: 1, wires: [] };
    const into = { type: 'stream-sea-in', server: 'sea', ...place };
    const flow = await startFlow(
      [
        { ...TAB, env: env('UNIT', 'tab') },
        remote,
        { id: 'group', type: 'group', z: 'tab', nodes: ['grouped'], env: env('UNIT', 'group') },
        { id: 'grouped', z: 'tab', g: 'group', ...into, stream: 'in-${UNIT}' },
        { id: 'plain', z: 'tab', ...into, stream: 'in-${UNIT}' },
        { id: 'sub', type: 'subflow', name: 'sub', in: [], out: [], env: env('UNIT', '') },
        { id: 'inner', z: 'sub', ...into, stream: 'in-${UNIT}' },
        { id: 'wrong', z: 'sub', ...into, stream: OF_A_SUBFLOW },
        { id: 'one', z: 'tab', type: 'subflow:sub', ...place, env: env('UNIT', 'one') },
      ],
      credentials,
    );
    await flow.shows('one-wrong', /stream \(\$\{SEA_UNSET\}\) is not set/);
    for (const id of ['grouped', 'plain', 'one-inner']) await flow.shows(id, /status\.connected/);
    const sea = flow.node('sea');
    assert.ok(isServerNode(sea) && 'client' in sea.sea);
    assert.deepEqual(
      sea.sea.traffic.subscriptions().map(({ node: id, stream }) => [id, stream]),
      [
        ['grouped', 'in-group'],
        ['plain', 'in-tab'],
        ['one-inner', 'in-one'],
      ],
    );
  });
});
