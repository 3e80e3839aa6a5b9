/** The embedded server on the port of Node-RED itself, over deploys, as programs outside see it. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { NodeAPI } from 'node-red';
import { keepUntilStarted } from '../../../../nodes/stream-sea-server/embedded/node-red-port';
import { Client } from '../../../../src/index';
import { deploy } from '../../../faults/deployment';
import { startHosting } from '../../../support/network/hosting';
import { basic, dial, readToEnd, Wire } from '../../../support/network/wire';
import { startFlow, stopFlows } from '../../../support/node-red/flow';
import { until } from '../../../support/until';
import { helperNode, node, SERVER, TAB } from '../../flows';

const CREDENTIALS = { clientId: 'kessel', clientSecret: 'geheim' };
const INSIDE = { ...SERVER, listenOn: 'node-red', host: '0.0.0.0', port: 'left over' };
const NODES = [
  node('in', 'in', { stream: 's', wires: [['got']] }),
  helperNode('got'),
  node('out', 'out', { stream: 's' }),
].map((each) => ({ x: 1, y: 1, ...each }));
const FLOWS: object[] = [TAB, INSIDE, ...NODES];

describe('an embedded server on Node-RED’s own port', () => {
  stopFlows();
  const clients: Client[] = [];
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

  async function start(flows = FLOWS, settings: object = {}, credentials: object = { sea: CREDENTIALS }) {
    const hosting = await startHosting();
    const { server } = hosting;
    const flow = await startFlow(flows, credentials, { server, settings });
    return { ...hosting, flow };
  }

  const clientOf = (url: string): Client => {
    const client = new Client({ url, credentials: { type: 'basic', ...CREDENTIALS } });
    clients.push(client);
    return client;
  };

  const publish = async (url: string): Promise<number> => {
    const response = await fetch(`${url}/api/v1/streams/s/publish`, {
      method: 'POST',
      headers: { authorization: basic(CREDENTIALS), 'content-type': 'application/json', connection: 'close' },
      body: '{"payload":{"n":1}}',
    });
    // The other program's own answer: final to whoever publishes.
    return (await response.text()).startsWith('theirs') ? 404 : response.status;
  };

  const listeners = (server: Server) => [server.rawListeners('request'), server.rawListeners('upgrade')];

  for (const [root, path] of [
    [undefined, ''],
    ['/', ''],
    ['/flows/', '/flows'],
    ['a//b', '/a/b'],
  ] as const) {
    it(`is below its root ${root}, for other programs and these flows`, async () => {
      const { flow, url } = await start(FLOWS, { httpNodeRoot: root });
      await flow.shows('in', /(\.|^)connected/);
      const client = clientOf(`${url}${path}/stream-sea`);
      await client.publish('s', { n: 1 });
      flow.send('out', { payload: { n: 2 } });
      assert.deepEqual(
        (await flow.receives('got', 2)).map(({ payload }) => payload),
        [{ n: 1 }, { n: 2 }],
      );
      assert.equal(await (await fetch(`${url}/else`)).text(), 'theirs: /else');
    });
  }

  it('says why it cannot be where Node-RED serves nothing for flows, or has no port', async () => {
    const { flow } = await start(FLOWS, { httpNodeRoot: false });
    await flow.shows('in', /its own port: httpNodeRoot is false in its settings/);
    await flow.close();
    const without = await startFlow(FLOWS);
    await without.shows('in', /without a port of its own/);
  });

  it('is one at its path: another one says so, and has the path when that one goes', async function () {
    this.timeout(120_000);
    const other = { ...INSIDE, id: 'other' };
    const its = { ...node('its', 'in', { stream: 's', server: 'other' }), x: 1, y: 1 };
    const both = [...FLOWS, other, its];
    const { flow, url } = await start(both, {}, { sea: CREDENTIALS, other: CREDENTIALS });
    await flow.shows('in', /(\.|^)connected/);
    await flow.shows('its', /Another stream-sea server is at \/stream-sea already/);
    await deploy([TAB, other, its], 'full');
    await flow.shows('its', /(\.|^)connected/);
    assert.equal(await publish(`${url}/stream-sea`), 200);
  });

  it('goes on through a deploy that leaves it as it was', async () => {
    const { flow, url } = await start();
    await flow.shows('in', /(\.|^)connected/);
    const wire = await Wire.login(`${url}/stream-sea`, CREDENTIALS);
    await deploy(
      FLOWS.map((each) => ('id' in each && each.id === 'in' ? { ...each, name: 'new' } : each)),
      'full',
    );
    await deploy([TAB, { ...INSIDE, host: 'another', requestTimeout: 3 }, ...NODES], 'flows');
    await flow.shows('in', /(\.|^)connected/);
    assert.equal((await wire.subscribe('s')).success, true);
    assert.equal(await publish(`${url}/stream-sea`), 200);
  });

  it('is gone without a trace after a hundred deploys that end it, and its clients with it', async function () {
    this.timeout(120_000);
    const { server, flow, url } = await start([TAB, SERVER]);
    const before = listeners(server);
    const elsewhere = [TAB, { ...INSIDE, listenOn: 'port', port: '' }, ...NODES];
    const remote = [TAB, { ...INSIDE, where: 'remote', host: '127.0.0.1', port: '1' }];
    for (let round = 0; round < 50; round += 1) {
      await deploy(FLOWS, 'full');
      assert.deepEqual([server.listenerCount('request'), server.listenerCount('upgrade')], [1, 1]);
      let wire: Wire | undefined;
      if (round % 10 === 0) {
        await until(async () => (await publish(`${url}/stream-sea`)) === 200, 'it is there');
        wire = await Wire.login(`${url}/stream-sea`, CREDENTIALS);
      }
      await deploy(round % 2 === 0 ? elsewhere : remote, 'full');
      await wire?.closed;
      await until(() => server.listenerCount('upgrade') === 0, 'it is gone');
      assert.deepEqual(listeners(server), before);
    }
    assert.equal(await publish(`${url}/stream-sea`), 404);
    await flow.close();
  });

  it('is never said not to exist while it becomes another by a deploy: clients would give up', async () => {
    process.env.SEA_TEST_ID = CREDENTIALS.clientId;
    const { flow, url } = await start(FLOWS, {}, { sea: { ...CREDENTIALS, clientId: '${SEA_TEST_ID}' } });
    const statuses = new Set<number>();
    let deploying = true;
    const asking = (async () => {
      while (deploying) statuses.add(await publish(`${url}/stream-sea`).catch(() => 0));
    })();
    for (let round = 0; round < 20; round += 1) {
      process.env.SEA_TEST_ID = round % 2 === 0 ? 'other' : CREDENTIALS.clientId;
      await deploy(FLOWS, 'full');
      if (round % 5 === 0) await flow.shows('in', /(\.|^)connected/);
    }
    deploying = false;
    await asking;
    // Cut off, told to come again, somebody else's, served: but never told that there is nothing.
    assert.deepEqual(
      [...statuses].filter((status) => ![0, 200, 401, 503].includes(status)),
      [],
    );
  });
});

describe('the place of an embedded server on Node-RED’s own port', () => {
  it('is kept from the start, until the flows have started', async () => {
    const { server, port } = await startHosting();
    const events = new EventEmitter();
    const answer = async () => {
      const socket = await dial(port);
      socket.write('GET /stream-sea/api/v1/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      return readToEnd(socket);
    };
    const start = (settings: object, listening: Server | undefined) => {
      const RED = { settings, server: listening, events } as unknown as NodeAPI;
      keepUntilStarted(RED, (key) => key);
    };
    start({}, server);
    assert.match(await answer(), /^HTTP\/1\.1 503 /);
    events.emit('flows:started');
    assert.match(await answer(), /theirs/);
    start({ httpNodeRoot: false }, server);
    start({}, undefined);
    assert.match(await answer(), /theirs/);
    assert.equal(events.listenerCount('flows:started'), 0);
  });
});
