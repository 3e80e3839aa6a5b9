/** Variables that are not set, in any property of any node: told, and nothing is guessed. */
import assert from 'node:assert/strict';
import { isServerNode } from '../../../nodes/shared/server-node';
import { startFlow, stopFlows } from '../../support/node-red/flow';
import { startServer } from '../../support/sea/sea';
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

  // Node-RED itself puts what a variable has in the place of a lone reference, anywhere in a node.
  for (const [type, properties, says] of [
    ['in', { streams: [{ stream: '${OBJECT}' }] }, 'streams (${OBJECT}) is {"high":9}'],
    ['in', { streams: ['${LIST}'] }, 'streams (${LIST}) is ["a",{}]'],
    ['in', { streams: '${LIST}' }, 'streams (${LIST}) is {}'],
    ['in', { streams: '${WORD}' }, 'streams (${WORD}) is odd'],
    ['in', { streams: [{ stream: '${BLANK}' }] }, 'streams (${BLANK}) is not set'],
    ['in', { streams: [{ stream: '${EMPTY}' }] }, 'streams (${EMPTY}) is not set'],
    ['in', { streams: [{ stream: 'a', delivery: '${WORD}' }] }, 'streams (${WORD}) is odd'],
    ['in', { stream: 'OBJECT', streamType: 'env', streams: ['a'] }, '$OBJECT should be a name'],
    ['in', { stream: '${OBJECT}', streamType: 'env' }, '$OBJECT should be a name'],
    ['in', { stream: '${BLANK}' }, 'stream (${BLANK}) is not set'],
    ['out', { stream: '${EMPTY}' }, 'stream (${EMPTY}) is not set'],
    ['out', { field: '${BLANK}' }, 'field (${BLANK}) is not set'],
    ['out', { validate: '${EMPTY}' }, 'validate (${EMPTY}) is not set'],
    ['define', { streams: ['${FLAG}'] }, 'streams (${FLAG}) is true'],
    ['define', { streams: ['${EMPTY}'] }, 'streams (${EMPTY}) is not set'],
    ['versions', { streams: ['a', '${OBJECT}'] }, 'streams (${OBJECT}) is {"high":9}'],
  ] as const) {
    it(`but has what does not fit is told: ${type} ${JSON.stringify(properties)}`, async () => {
      const env = [
        { name: 'OBJECT', value: '{"high":9}', type: 'json' },
        { name: 'LIST', value: '["a",{}]', type: 'json' },
        { name: 'FLAG', value: 'true', type: 'bool' },
        { name: 'WORD', value: 'odd', type: 'str' },
        { name: 'BLANK', value: ' ', type: 'str' },
        { name: 'EMPTY', value: '', type: 'str' },
      ];
      const wrong = node('wrong', type, { stream: 's', inputs: 1, ...properties });
      const flow = await startFlow([{ ...TAB, env }, SERVER, ...CATCH, wrong]);
      assert.equal((await flow.shows('wrong', /not set|does not fit|should be/)).fill, 'red');
      flow.send('wrong', { topic: 's', payload: 1, action: 'connect' });
      const [caught] = await flow.receives('caught', 1);
      assert.ok(caught?.error?.message.includes(says), caught?.error?.message);
    });
  }

  it('in a list may have a name, or a stream with its delivery, or the whole list', async () => {
    const env = [
      { name: 'NAME', value: 'a', type: 'str' },
      { name: 'ONE', value: '{"stream":"b"}', type: 'json' },
      { name: 'ALL', value: '["c",{"stream":"d","delivery":"shared"}]', type: 'json' },
    ];
    const streams = [{ stream: '${NAME}' }, '${ONE}', { stream: '' }];
    const flow = await startFlow([
      { ...TAB, env },
      SERVER,
      node('some', 'in', { stream: 's', streams }),
      node('all', 'in', { streams: '${ALL}' }),
    ]);
    for (const id of ['some', 'all']) await flow.shows(id, /(\.|^)connected/);
    const sea = flow.node('sea');
    assert.ok(isServerNode(sea) && 'client' in sea.sea);
    assert.deepEqual(
      sea.sea.traffic.subscriptions().map(({ stream, delivery }) => `${stream} ${delivery}`),
      ['s every', 'a every', 'b every', 'c every', 'd shared'],
    );
  });

  it('that is set to nothing is no client id of a server here, nor a secret', async () => {
    const env = [{ name: 'NOTHING', value: '', type: 'str' }];
    const server = (id: string) => ({ ...SERVER, id, z: 'tab', port: '0' });
    const flow = await startFlow(
      [
        { ...TAB, env },
        server('sea1'),
        server('sea2'),
        node('out1', 'out', { server: 'sea1', stream: 's' }),
        node('out2', 'out', { server: 'sea2', stream: 's' }),
      ],
      {
        sea1: { clientId: '${NOTHING}', clientSecret: 's' },
        sea2: { clientId: 'x', clientSecret: '${NOTHING}' },
      },
    );
    await flow.shows('out1', /clientId \(\$\{NOTHING\}\) is not set/);
    await flow.shows('out2', /clientSecret \(\$\{NOTHING\}\) is not set/);
  });

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
    await flow.shows('none', /(\.|^)connected/);
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
    for (const id of ['grouped', 'plain', 'one-inner']) await flow.shows(id, /(\.|^)connected/);
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
