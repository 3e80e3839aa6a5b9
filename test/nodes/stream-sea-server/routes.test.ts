import assert from 'node:assert/strict';
import { AdminApi } from '../../support/admin';
import { Comms } from '../../support/comms';
import { type NodeRed, startNodeRed } from '../../support/node-red';
import { startServer } from '../../support/sea';
import { BOILER, node, SERVER, TAB } from '../flows';

const at = { x: 1, y: 1 };
const inject = (id: string, payload: object, wires: string[]) => ({
  ...{ id, z: 'tab', type: 'inject', props: [{ p: 'payload' }], ...at },
  ...{ payload: JSON.stringify(payload), payloadType: 'json', wires: [wires] },
});

const FLOW = [
  TAB,
  SERVER,
  { ...SERVER, id: 'broken', port: 'eighty' },
  { ...SERVER, id: 'down', where: 'remote', host: '127.0.0.1', port: '1' },
  inject('defineIt', BOILER, ['define']),
  node('define', 'define', { ...at, wires: [['debug']] }),
  inject('publish', { temperature: 21.5 }, ['out']),
  node('out', 'out', { ...at, stream: BOILER.name }),
  node('in', 'in', { ...at, stream: BOILER.name, wires: [['debug']] }),
  node('elsewhere', 'in', { ...at, server: 'down', stream: 'far/away %' }),
  {
    id: 'debug',
    z: 'tab',
    type: 'debug',
    name: 'debug',
    complete: 'payload',
    active: true,
    ...at,
    wires: [],
  },
];
const CREDENTIALS = { down: { clientId: 'gauge', clientSecret: 'sEcReT' } };

describe('the admin routes of the server nodes', function () {
  this.timeout(30_000);

  let nodeRed: NodeRed;
  let admin: AdminApi;

  before(async () => {
    nodeRed = await startNodeRed({ flows: FLOW, credentials: CREDENTIALS });
    admin = new AdminApi(nodeRed.url);
    const comms = await Comms.open(nodeRed.url);
    await admin.post('inject/defineIt');
    await comms.shows('debug', 1);
    await comms.status('in', /connected/);
    await admin.post('inject/publish');
    await comms.shows('debug', 2);
    await comms.close();
  });

  after(() => nodeRed?.close());

  it('name the streams of an embedded server with their versions, and those that the editor asks about', async () => {
    const { status, body } = await admin.get('stream-sea/sea/streams?name=kettle&name=boiler_data');
    assert.equal(status, 200);
    assert.deepEqual(body, {
      streams: [
        { name: 'boiler_data', version: 1 },
        { name: 'kettle', version: null },
      ],
    });
  });

  it('name the streams of a remote server that pass through, and ask it for their versions', async () => {
    const server = await startServer();
    const credentials = { far: server.credentials };
    const far = { ...SERVER, id: 'far', where: 'remote', host: '127.0.0.1', port: String(server.port) };
    const own = await startNodeRed({ flows: [TAB, far], credentials });
    const { body } = await new AdminApi(own.url).get('stream-sea/far/streams?name=a%2Fb');
    await own.close();
    assert.deepEqual(body, { streams: [{ name: 'a/b', version: null }] });
  });

  it('say why a server could not be asked for versions, and name what is known all the same', async () => {
    const { status, body } = await admin.get('stream-sea/down/streams?name=far%2Faway%20%25');
    assert.equal(status, 200);
    assert.deepEqual(body.streams, [{ name: 'far/away %', version: null }]);
    assert.match(body.problem, /Nobody answers at 127\.0\.0\.1:1/);
  });

  it('give the definition of a stream, null for one that is not there', async () => {
    const there = await admin.get('stream-sea/sea/streams/boiler_data/definition');
    assert.deepEqual(there.body, { definition: BOILER });
    const missing = await admin.get('stream-sea/sea/streams/a%2Fb%20%25/definition');
    assert.deepEqual([missing.status, missing.body], [200, { definition: null }]);
  });

  it('give the last messages that passed', async () => {
    const { body } = await admin.get('stream-sea/sea/streams/boiler_data/messages');
    const messages: { at: number; message: unknown }[] = body.messages;
    // Published and received: twice the same, of which one is remembered while nobody looks.
    assert.deepEqual(
      messages.map(({ message }) => message),
      [{ temperature: 21.5 }],
    );
    assert.ok(Math.abs((messages[0]?.at ?? 0) - Date.now()) < 30_000);
  });

  it('refuse in words: no such server, one filled in wrongly, one that is away', async () => {
    for (const [path, status, message] of [
      ['stream-sea/nowhere/streams', 404, /not deployed/],
      ['stream-sea/debug/streams', 404, /not deployed/],
      ['stream-sea/broken/streams', 409, /port is eighty/],
      ['stream-sea/down/streams/s/definition', 502, /Nobody answers/],
    ] as const) {
      const answer = await admin.get(path);
      assert.equal(answer.status, status, path);
      assert.deepEqual(Object.keys(answer.body), ['message']);
      assert.match(answer.body.message, message);
    }
  });
});
