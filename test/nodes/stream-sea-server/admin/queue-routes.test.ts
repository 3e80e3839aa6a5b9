import assert from 'node:assert/strict';
import { AdminApi } from '../../../support/node-red/admin';
import { type NodeRed, startNodeRed } from '../../../support/node-red/node-red';
import { node, SERVER, TAB } from '../../flows';

const at = { x: 1, y: 1 };
const nowhere = { ...SERVER, where: 'remote', host: '127.0.0.1', port: '1' };
const sender = (id: string) => [
  {
    ...{ id: `publish-${id}`, z: 'tab', type: 'inject', props: [{ p: 'payload' }], ...at },
    ...{
      payload: JSON.stringify({ from: id, text: 'x'.repeat(300) }),
      payloadType: 'json',
      wires: [[`out-${id}`]],
    },
  },
  node(`out-${id}`, 'out', { server: id, stream: 'boiler', ...at }),
];
const STAYS = [
  TAB,
  SERVER,
  { ...nowhere, id: 'away' },
  { ...SERVER, id: 'broken', port: 'eighty' },
  ...sender('away'),
  node('in', 'in', { stream: 'boiler', ...at }),
];
const FLOW = [...STAYS, { ...nowhere, id: 'gone', port: '2' }, ...sender('gone')];
const secret = { clientId: 'gauge', clientSecret: 'sEcReT' };

describe('the admin routes of the queues', function () {
  this.timeout(120_000);

  let nodeRed: NodeRed;
  let admin: AdminApi;

  before(async () => {
    nodeRed = await startNodeRed({ flows: FLOW, credentials: { away: secret, gone: secret } });
    admin = new AdminApi(nodeRed.url);
    for (const id of ['away', 'away', 'gone', 'gone', 'gone']) await admin.post(`inject/publish-${id}`);
  });

  after(() => nodeRed?.close());

  const queues = async () => (await admin.get('stream-sea/queues')).body;

  /** Resolves once the flows run, which is after the answer. */
  async function deploy(flows: readonly object[], servers: number) {
    assert.equal((await admin.post('flows', [...flows])).status, 204);
    for (;;) {
      const found = await queues();
      if (found.servers.length === servers) return found;
    }
  }

  it('show each server’s queue: how many, since when, the first ones cut, and why they wait', async () => {
    const { servers, leftovers } = await queues();
    assert.deepEqual(leftovers, []);
    const [sea, away] = servers;
    assert.deepEqual(sea, { server: 'sea', count: 0, first: [], sending: 'flowing' });
    assert.equal(away.server, 'away');
    assert.equal(away.sending, 'waiting');
    assert.match(away.reason.message, /Nobody answers/);
    assert.equal(away.reason.sentence.key, 'network.refused');
    assert(away.until > Date.now() - 60_000);
    assert(away.oldestAt > Date.now() - 60_000);
    assert(away.first.length >= 1 && away.first.length === away.count);
    assert.equal(away.first[0].stream, 'boiler');
    assert.equal(away.first[0].text.length, 203);
    assert.deepEqual(servers.map(({ server }: { server: string }) => server).sort(), ['away', 'gone', 'sea']);
    assert(!JSON.stringify(await queues()).includes(secret.clientSecret));
  });

  it('try now what waits', async () => {
    assert.deepEqual((await admin.post('stream-sea/away/queue/send')).body, {});
    assert.equal((await admin.post('stream-sea/nobody/queue/send')).status, 404);
    assert.equal((await admin.post('stream-sea/broken/queue/send')).status, 409);
  });

  it('show what a deleted server has left, and send it through another', async () => {
    const {
      leftovers: [left],
    } = await deploy(STAYS, 2);
    assert.deepEqual(left.target, { address: 'http://127.0.0.1:2', clientId: 'gauge' });
    assert.equal(left.count, 3);
    const path = `stream-sea/leftovers/${left.key}/send`;
    assert.equal((await admin.post(path)).status, 400);
    assert.equal((await admin.post(path, { server: 'nobody' })).status, 404);
    assert.equal((await admin.post(path, { server: 'broken' })).status, 409);
    assert.deepEqual((await admin.post(path, { server: 'sea' })).body, { sent: 3 });
    assert.deepEqual((await queues()).leftovers, []);
    const again = await admin.post(path, { server: 'sea' });
    assert.equal(again.status, 404);
    assert.equal(again.body.sentence.key, 'error.noLeftover');
  });

  it('throw away what waits, and what was left', async () => {
    await admin.post('inject/publish-away');
    const { servers } = await queues();
    const { count } = servers.find(({ server }: { server: string }) => server === 'away');
    assert(count >= 2);
    assert.deepEqual((await admin.post('stream-sea/away/queue/purge')).body, { purged: count });
    await admin.post('inject/publish-away');
    await admin.post('inject/publish-away');
    const {
      leftovers: [left],
    } = await deploy(
      STAYS.filter(({ id }) => id !== 'away'),
      1,
    );
    const { purged } = (await admin.post(`stream-sea/leftovers/${left.key}/purge`)).body;
    // A request may have held another one when the first ones were thrown away.
    assert(purged === 2 || purged === 3);
    assert.equal((await admin.post(`stream-sea/leftovers/${left.key}/purge`)).status, 404);
    for (const key of ['..', '%2e%2e%2f', 'memory-99']) {
      assert.equal((await admin.post(`stream-sea/leftovers/${encodeURIComponent(key)}/purge`)).status, 404);
    }
  });
});
