/** A flow with every node, in a real Node-RED, on two programs that share a NATS: only the address says so. */

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { BOILER, node, SERVER, TAB } from '../nodes/flows';
import { type NatsServer, startNats } from '../support/nats/nats';
import { AdminApi } from '../support/node-red/admin';
import { type NodeRed, startNodeRed } from '../support/node-red/node-red';
import { FIRST, serve } from '../support/sea/program';

const READINGS = 200;
const PLACE = { x: 100, y: 100 };

const inject = (id: string, to: string) => ({ id, z: 'tab', type: 'inject', props: [], wires: [[to]] });
const script = (id: string, func: string, wires: string[] = []) => ({
  ...{ id, z: 'tab', type: 'function', func, outputs: 1, wires: [wires] },
});
/** Says what reaches it, and in which node that was. */
const teller = (id: string) => script(id, `node.warn('${id}: ' + JSON.stringify(msg.payload));`);

/** Published on the first server; received there and on the second one, in turn where it is shared. */
const FLOW = [
  inject('define-it', 'definition'),
  script('definition', `return { payload: ${JSON.stringify(BOILER)} };`, ['define']),
  node('define', 'define', { wires: [['describe', 'versions']] }),
  node('describe', 'describe', { server: 'sea2', stream: BOILER.name, wires: [['described']] }),
  teller('described'),
  node('versions', 'versions', { server: 'sea2', streams: [BOILER.name, 'nowhere'], wires: [['listed']] }),
  teller('listed'),
  inject('publish-it', 'readings'),
  script(
    'readings',
    `for (let n = 0; n < ${READINGS}; n += 1) node.send({ payload: { temperature: n, at: '2026-01-02T03:04:05Z' } });
node.send({ payload: { temperature: 'hot' } });`,
    ['out'],
  ),
  node('out', 'out', { stream: BOILER.name, validate: 'strict' }),
  ...['sea', 'sea2'].flatMap((server) => [
    node(`every-${server}`, 'in', { server, stream: BOILER.name, wires: [['received']] }),
    node(`crew-${server}`, 'in', {
      ...{ server, stream: BOILER.name, delivery: 'group', group: 'crew', wires: [['shared']] },
    }),
  ]),
  counter('received', 2 * READINGS),
  counter('shared', READINGS),
  { id: 'status', z: 'tab', type: 'status', scope: null, wires: [['state']] },
  script('state', `node.warn(msg.status.source.id + ' is ' + msg.status.text);`),
  { id: 'catch', z: 'tab', type: 'catch', scope: null, wires: [['failed']] },
  script('failed', `node.warn('failed: ' + msg.error.source.id + ' ' + msg.error.code);`),
];

/** Says once, a moment after so many have come, how many did, and how many different ones. */
function counter(id: string, count: number) {
  return script(
    id,
    `const seen = context.get('seen') ?? [];
seen.push(msg.payload.temperature);
context.set('seen', seen);
if (seen.length === ${count}) setTimeout(() => node.warn('${id}: ' + seen.length + ' of ' + new Set(seen).size), 500);`,
  );
}

describe('a flow with all nodes on two gateways', function () {
  this.timeout(120_000);

  let nodeRed: NodeRed | undefined;
  let nats: NatsServer | undefined;

  afterEach(async () => {
    await nodeRed?.close();
    await nats?.dispose();
  });

  const remote = (id: string, url: string) => ({
    ...{ ...SERVER, id, where: 'remote', host: '127.0.0.1', port: new URL(url).port },
  });

  async function run(servers: readonly object[], credentials: Readonly<Record<string, object>>) {
    const flows = [TAB, ...servers, ...FLOW].map((one) => ('z' in one ? { ...one, ...PLACE } : one));
    nodeRed = await startNodeRed({ flows, credentials });
    const admin = new AdminApi(nodeRed.url);
    for (const id of ['every-sea', 'every-sea2', 'crew-sea', 'crew-sea2']) {
      await nodeRed.prints(new RegExp(`${id} is [\\w:.-]*\\bconnected`));
    }
    await admin.post('inject/define-it');
    await nodeRed.prints(/described: /);
    await nodeRed.prints(/listed: /);
    await admin.post('inject/publish-it');
    for (const said of [/received: /, /shared: /, /failed: /]) await nodeRed.prints(said);
    const lines = nodeRed.log().split('\n');
    const said = lines.flatMap(
      (line) => /(described|listed|received|shared|failed): .*/.exec(line)?.[0] ?? [],
    );
    assert.deepEqual(said.sort(), [
      `described: ${JSON.stringify(BOILER)}`,
      'failed: out SEA_PAYLOAD',
      'listed: [1,null]',
      `received: ${2 * READINGS} of ${READINGS}`,
      `shared: ${READINGS} of ${READINGS}`,
    ]);
  }

  it('defines on one gateway, sees it on the other, and receives on both', async () => {
    nats = await startNats();
    const gateways = [serve(['--nats', nats.url]), serve(['--nats', nats.url])];
    const [one = '', two = ''] = await Promise.all(gateways.map(({ ready }) => ready));
    await run([remote('sea', one), remote('sea2', two)], { sea: FIRST, sea2: FIRST });
    for (const { child, ended } of gateways) {
      child.kill('SIGTERM');
      assert.equal((await ended).code, 0);
    }
  });
});
