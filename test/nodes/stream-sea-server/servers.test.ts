/** Server nodes in subflows: each instance has one of its own, which the editor knows by the template's id only. */
import assert from 'node:assert/strict';
import type { Report, SubscriptionReport } from '../../../nodes/shared/wire/api';
import { AdminApi } from '../../support/node-red/admin';
import { Comms } from '../../support/node-red/comms';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red';
import { SERVER, TAB } from '../flows';

const at = { x: 1, y: 1 };
const STREAM = 'boiler_data';

/** A subflow with a server, and one around it. */
const FLOW = [
  TAB,
  {
    id: 'sub',
    type: 'subflow',
    name: 'plant',
    in: [],
    out: [],
    env: [{ name: 'SECRET', type: 'str', value: '' }],
  },
  { ...SERVER, id: 'inner', z: 'sub' },
  { id: 'in', z: 'sub', type: 'stream-sea-in', server: 'inner', stream: STREAM, wires: [[]], ...at },
  { id: 'out', z: 'sub', type: 'stream-sea-out', server: 'inner', stream: STREAM, wires: [], ...at },
  {
    ...{ id: 'publish', z: 'sub', type: 'inject', props: [{ p: 'payload' }] },
    ...{ payload: '{"n":1}', payloadType: 'json', wires: [['out']], ...at },
  },
  { id: 'around', type: 'subflow', name: 'site', in: [], out: [] },
  { id: 'nested', z: 'around', type: 'subflow:sub', name: 'nested', wires: [], ...at },
  { id: 'one', z: 'tab', type: 'subflow:sub', name: 'one', wires: [], ...at },
  { id: 'two', z: 'tab', type: 'subflow:around', name: 'two', wires: [], ...at },
  SERVER,
];

describe('server nodes in subflows', function () {
  this.timeout(120_000);

  let nodeRed: NodeRed;
  let admin: AdminApi;

  const subscriptions = async (): Promise<SubscriptionReport[]> => {
    const report: Report = (await admin.get('stream-sea/servers')).body;
    return report.servers.flatMap((each) => each.subscriptions);
  };

  before(async () => {
    nodeRed = await startNodeRed({
      flows: FLOW,
      credentials: { inner: { clientId: 'kessel', clientSecret: 'geheim' } },
    });
    admin = new AdminApi(nodeRed.url);
    const comms = await Comms.open(nodeRed.url);
    for (const instance of ['one', 'two-nested']) {
      await comms.status(`${instance}-in`, /connected/);
      await admin.post(`inject/${instance}-publish`);
    }
    await comms.close();
    const received = async () => (await subscriptions()).map((each) => each.received);
    while ((await received()).includes(0)) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  after(async () => {
    await nodeRed?.close();
  });

  it('are all in the report, with the place where the editor finds them', async () => {
    const { body } = await admin.get('stream-sea/servers');
    const places = body.servers.map((each: { id: string; place?: object }) => [each.id, each.place]);
    assert.deepEqual(
      new Map(places),
      new Map([
        ['one-inner', { node: 'inner', within: ['one'] }],
        ['two-nested-inner', { node: 'inner', within: ['two', 'nested'] }],
        ['sea', undefined],
      ]),
    );
    assert.deepEqual(
      (await subscriptions()).map(({ node, place, received }) => [node, place, received]),
      [
        ['one-in', { node: 'in', within: ['one'] }, 1],
        ['two-nested-in', { node: 'in', within: ['two', 'nested'] }, 1],
      ],
    );
  });

  it('answer the dialogs of the template, by one of its instances', async () => {
    for (const id of ['inner', 'one-inner', 'two-nested-inner']) {
      const { status, body } = await admin.get(`stream-sea/${id}/streams`);
      assert.equal(status, 200);
      assert.deepEqual(body.streams, [{ name: STREAM, version: null }]);
      const publishing = setInterval(() => {
        for (const instance of ['one', 'two-nested']) void admin.post(`inject/${instance}-publish`);
      }, 100);
      const messages = await admin.get(`stream-sea/${id}/streams/${STREAM}/messages`);
      clearInterval(publishing);
      assert.deepEqual(messages.body.messages[0].message, { n: 1 });
    }
    const invitation = await admin.get('stream-sea/inner/invitation');
    assert.equal(invitation.body.clientId, 'kessel');
    let view = (await admin.get(`stream-sea/inner/streams/${STREAM}/peek?id=a`)).body;
    while (view.state !== 'subscribed')
      view = (await admin.get(`stream-sea/inner/streams/${STREAM}/peek?id=a`)).body;
    await admin.delete('stream-sea/inner/peeks/a');
  });

  it('are tested with the secret that is saved for the template', async () => {
    const settings = { where: 'remote', host: '127.0.0.1', port: '1' };
    const { body } = await admin.post('stream-sea/test', { id: 'inner', settings, credentials: {} });
    // A secret that was missing would have failed before.
    assert.equal(body.steps.at(-1).step, 'address');
  });

  it('that have no instance are not deployed', async () => {
    assert.equal((await admin.get('stream-sea/nowhere/streams')).status, 404);
  });
});
