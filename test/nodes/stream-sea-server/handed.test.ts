/** Credentials by message, and tokens made in the server node. */
import assert from 'node:assert/strict';
import type { ServerNode } from '../../../nodes/shared/server-node';
import { parseHanded } from '../../../nodes/stream-sea-server/handed';
import { Client, operations, SettingError } from '../../../src/index';
import type { EmbeddedServer } from '../../../src/server/server';
import { deploy } from '../../faults/deployment';
import { translate } from '../../support/browser/catalogue';
import { type Flow, startFlow, stopFlows } from '../../support/node-red/flow';
import { startServer } from '../../support/sea/sea';
import { drawKeyPair, inOneHour, KEYS, signToken } from '../../support/sea/tokens';
import { until } from '../../support/until';
import { CATCH, complete, helperNode, node, SERVER, TAB } from '../flows';

const SECRET = 'gauge-secret';
const PRIVATE = KEYS.privateKey.split('\n')[1] ?? '';

describe('parseHanded', () => {
  it('takes what may stand in front of what is filled in', () => {
    for (const payload of [
      {},
      { clientId: 'gauge', clientSecret: SECRET },
      { jwt: 'a.b.c', clientSecret: SECRET },
      { privateKey: KEYS.privateKey },
    ]) {
      assert.deepEqual(parseHanded(payload, translate), payload);
    }
    assert.deepEqual(parseHanded({ clientId: 'gauge', jwt: undefined }, translate), { clientId: 'gauge' });
  });

  it('refuses anything else, and shows nothing of it', () => {
    for (const payload of [
      undefined,
      null,
      SECRET,
      [SECRET],
      new Map([['clientSecret', SECRET]]),
      Buffer.from(SECRET),
      { secret: SECRET },
      { clientSecret: 4711 },
      { clientSecret: ' ' },
      { jwt: SECRET, privateKey: KEYS.privateKey },
    ]) {
      assert.throws(
        () => parseHanded(payload, translate),
        (error) => error instanceof SettingError && !/gauge-secret|4711/.test(error.message),
      );
    }
  });
});

describe('credentials of a server node', () => {
  stopFlows();

  const clients: Client[] = [];
  let server: EmbeddedServer;
  let connected: string[];
  let remote: Record<string, unknown>;

  beforeEach(async () => {
    connected = [];
    server = await startServer({
      onEvent: (event) => {
        if (event.kind === 'client connected') connected.push(`${event.clientId} ${event.method}`);
      },
    });
    remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: String(server.port) };
    const owner = new Client({ url: server.url, credentials: { type: 'basic', ...server.credentials } });
    clients.push(owner);
    await owner.request(operations.setJwtPublicKey, 'gauge', { jwtPublicKey: KEYS.publicKey });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  const NODES = [
    ...CATCH,
    ...complete('in'),
    node('in', 'in', { stream: 's', inputs: 1, wires: [['got']] }),
    helperNode('got'),
    node('out', 'out', { stream: 's' }),
  ].map((each) => ({ x: 1, y: 1, ...each }));

  const flowsOf = (properties: object = {}) => [TAB, { ...remote, ...properties }, ...NODES];

  const give = (flow: Flow, payload: unknown) => flow.send('in', { action: 'credentials', payload });

  /** Nothing of what passes through the flow shows a secret. */
  function expectNothingSeen(flow: Flow): void {
    const seen = ['completed', 'caught', 'got'].map((id) => JSON.stringify(flow.received(id))).join();
    assert.ok(!seen.includes(SECRET) && !seen.includes(PRIVATE) && !seen.includes('eyJ'), seen);
  }

  async function passes(flow: Flow, n: number): Promise<void> {
    flow.send('out', { payload: { n } });
    await until(() => flow.received('got').some(({ payload }) => (payload as { n: number }).n === n), 'it');
  }

  it('may be a key, of which tokens are made that show what the filter lets through', async () => {
    process.env.SEA_CLIENT_ID = 'gauge';
    process.env.SEA_KEY = KEYS.privateKey.replaceAll('\n', '\\n');
    process.env.SEA_FILTER = JSON.stringify({
      t: 'eq',
      e: [
        { t: 'path', e: '$.site' },
        { t: 'string', e: 'north' },
      ],
    });
    const flow = await startFlow(
      flowsOf({ auth: 'key', tokenLifetime: '60', mustFanout: 'true', filter: '${SEA_FILTER}' }),
      { sea: { ...server.credentials, clientId: '${SEA_CLIENT_ID}', privateKey: '${SEA_KEY}' } },
    );
    await flow.shows('in', /(\.|^)connected/);
    assert.deepEqual(connected, ['gauge jwt']);
    for (const site of ['south', 'north']) flow.send('out', { payload: { site } });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, { site: 'north' });
    expectNothingSeen(flow);
  });

  it('say what is wrong with a key or a filter, in the status, without a word of the key (G16)', async () => {
    const cases: [object, object, RegExp][] = [
      [{}, { privateKey: KEYS.publicKey }, /privateKey is a public key/],
      [{}, { privateKey: PRIVATE }, /privateKey should be a private key in PEM form/],
      [{ filter: '{' }, { privateKey: KEYS.privateKey }, /filter of the server's tokens is not JSON/],
      [{ filter: '{}' }, { privateKey: KEYS.privateKey }, /filter is no filter expression/],
      [{ tokenLifetime: '0' }, { privateKey: KEYS.privateKey }, /tokenLifetime is 0/],
    ];
    for (const [properties, credentials, text] of cases) {
      const flow = await startFlow(flowsOf({ auth: 'key', ...properties }), {
        sea: { ...server.credentials, ...credentials },
      });
      const status = await flow.shows('in', text);
      assert.ok(!status.text?.includes(PRIVATE));
      await flow.close();
    }
  });

  it('may come by message to a node that waits for them (G18)', async () => {
    const flow = await startFlow(flowsOf());
    const waits = await flow.shows('in', /^waits for credentials: Client id$/);
    assert.deepEqual([waits.fill, waits.shape], ['yellow', 'ring']);
    flow.send('out', { payload: { n: 0 } });
    assert.match((await flow.receives('caught', 1))[0]?.error?.message ?? '', /no client id/);
    give(flow, server.credentials);
    await flow.shows('in', /(\.|^)connected/);
    await flow.shows('out', /(\.|^)connected/);
    await passes(flow, 1);
    const [done] = await flow.receives('completed', 1);
    assert.ok(done && !('payload' in done));
    expectNothingSeen(flow);
  });

  it('that come by message are used at once, by an exchange of the connection (G18)', async () => {
    const flow = await startFlow(flowsOf(), { sea: server.credentials });
    await flow.shows('in', /(\.|^)connected/);
    const old = inOneHour() - 1_000_000;
    give(flow, { jwt: await signToken({ iat: old, exp: inOneHour() }) });
    await until(() => connected.length === 2, 'the exchange');
    await flow.shows('in', /^connected, token ends \d{4}-/);
    give(flow, { privateKey: KEYS.privateKey });
    await until(() => connected.length === 3, 'the next one');
    await passes(flow, 1);
    give(flow, {});
    await until(() => connected.length === 4, 'the one as it was');
    await flow.shows('in', /(\.|^)connected/);
    assert.deepEqual(connected, ['gauge basic', 'gauge jwt', 'gauge jwt', 'gauge basic']);
    await passes(flow, 2);
    assert.equal(flow.received('got').length, 2, 'each once');
    expectNothingSeen(flow);
  });

  it('end the rest of those that were refused', async () => {
    const flow = await startFlow(flowsOf(), { sea: { clientId: 'gauge', clientSecret: 'wrong' } });
    await flow.shows('in', /refused the credentials/);
    give(flow, { clientSecret: SECRET });
    await flow.shows('in', /(\.|^)connected/);
    await passes(flow, 1);
  });

  it('of another client make another connection, and leave what waits for the first one', async () => {
    const [owner] = clients;
    const { secret = '' } =
      (await owner?.request(operations.createClient, undefined, { clientId: 'meter', description: '' })) ??
      {};
    const flow = await startFlow(flowsOf(), { sea: server.credentials });
    await flow.shows('in', /(\.|^)connected/);
    await flow.shows('out', /(\.|^)connected/);
    flow.send('in', { action: 'disconnect' });
    await flow.shows('out', /not-connected/);
    flow.send('out', { payload: { n: 1 } });
    await flow.shows('out', /queued 1/);
    give(flow, { clientId: 'meter', clientSecret: secret });
    await flow.shows('in', /(\.|^)connected/);
    assert.deepEqual(connected, ['gauge basic', 'meter basic']);
    await passes(flow, 2);
    assert.equal(flow.received('got').length, 1);
    give(flow, {});
    await until(() => flow.received('got').length === 2, 'what has waited');
    assert.deepEqual(flow.received('caught'), []);
  });

  it('of another client are everybody’s, and the client before is closed, though one who follows throws', async () => {
    const [owner] = clients;
    const body = { clientId: 'meter', description: '' };
    const { secret = '' } = (await owner?.request(operations.createClient, undefined, body)) ?? {};
    const flow = await startFlow(flowsOf(), { sea: server.credentials });
    await flow.shows('in', /(\.|^)connected/);
    const sea = flow.node('sea') as ServerNode;
    assert('client' in sea.sea);
    const { client: before } = sea.sea;
    const heard: string[] = [];
    sea.follow(() => {
      heard.push('first');
      throw new Error('broken');
    });
    sea.follow(() => heard.push('second'));
    give(flow, { clientId: 'meter', clientSecret: secret });
    assert.match((await flow.receives('caught', 1))[0]?.error?.message ?? '', /broken/);
    assert.deepEqual(heard, ['first', 'second']);
    await until(() => before.state.name === 'closed');
    // Where a green dot would be, once it is subscribed.
    await flow.shows('in', /^1 refused$/);
    await passes(flow, 1);
    assert.equal(connected.at(-1), 'meter basic');
  });

  for (const [auth, saved, by] of [
    ['key', {}, 'a key'],
    ['key', { clientId: 'gauge', privateKey: drawKeyPair().privateKey }, 'a key in front of another one'],
    ['basic', { clientId: 'gauge', clientSecret: SECRET }, 'a key in front of a secret'],
  ] as const) {
    it(`go on with the secret that is drawn for them, and with all else: ${by}`, async () => {
      const admin = node('admin', 'admin', { action: 'rotateSecret', subject: 'gauge', wires: [['told']] });
      const flow = await startFlow([...flowsOf({ auth }), admin, helperNode('told')], { sea: saved });
      await flow.shows('in', /^waits for credentials|refused the credentials|(\.|^)connected/);
      give(flow, { clientId: 'gauge', clientSecret: SECRET, privateKey: KEYS.privateKey });
      await flow.shows('in', /(\.|^)connected/);
      await until(() => connected.at(-1) === 'gauge jwt', 'the token');
      const before = connected.length;
      flow.send('admin', {});
      await flow.receives('told', 1);
      await until(() => connected.length > before, 'the exchange');
      await passes(flow, 1);
      assert.equal(connected.at(-1), 'gauge jwt');
      assert.deepEqual(flow.received('caught'), []);
    });
  }

  it('of another client, and back at once: what waits has its way out again', async () => {
    const [owner] = clients;
    const body = { clientId: 'meter', description: '' };
    const { secret = '' } = (await owner?.request(operations.createClient, undefined, body)) ?? {};
    const flow = await startFlow(flowsOf(), { sea: server.credentials });
    await flow.shows('in', /(\.|^)connected/);
    flow.send('in', { action: 'disconnect' });
    await flow.shows('out', /not-connected/);
    flow.send('out', { payload: { n: 1 } });
    await flow.shows('out', /queued 1/);
    give(flow, { clientId: 'meter', clientSecret: secret });
    give(flow, {});
    await until(() => flow.received('got').length === 1, 'what has waited');
    await flow.shows('out', /(\.|^)connected/);
    assert.deepEqual(flow.received('caught'), []);
  });

  it('of another client stay, when a secret is drawn for the one before', async () => {
    const { secret = '' } =
      (await clients[0]?.request(operations.createClient, undefined, {
        ...{ clientId: 'meter', description: '' },
      })) ?? {};
    const admin = node('admin', 'admin', { action: 'rotateSecret', subject: 'gauge', wires: [['told']] });
    const flow = await startFlow([...flowsOf(), admin, helperNode('told')], { sea: server.credentials });
    await flow.shows('in', /(\.|^)connected/);
    flow.send('admin', {});
    give(flow, { clientId: 'meter', clientSecret: secret });
    await flow.receives('told', 1);
    await until(() => connected.includes('meter basic'), 'the other client');
    await passes(flow, 1);
    assert.deepEqual(connected, ['gauge basic', 'meter basic']);
    assert.deepEqual(flow.received('caught'), []);
  });

  it('by message outlive a deploy that leaves the server as it was, and no other (G18)', async () => {
    const flows = flowsOf();
    const flow = await startFlow(flows);
    await flow.shows('in', /^waits for credentials: Client id$/);
    give(flow, server.credentials);
    await flow.shows('in', /(\.|^)connected/);
    await deploy([...flows, { ...node('more', 'in', { stream: 't' }), x: 1, y: 1 }], 'full');
    await flow.shows('more', /(\.|^)connected/);
    await passes(flow, 1);
    const edited = flows.map((each) =>
      'id' in each && each.id === 'sea' ? { ...each, requestTimeout: 9 } : each,
    );
    await deploy(edited, 'full');
    await flow.shows('in', /^waits for credentials: Client id$/);
    await deploy(flows, 'full');
    await flow.shows('in', /^waits for credentials: Client id$/);
  });

  it('that are none are an error of their message, and change nothing (G18)', async () => {
    const flow = await startFlow(flowsOf(), { sea: server.credentials });
    await flow.shows('in', /(\.|^)connected/);
    const odd = [{ secret: SECRET }, { privateKey: PRIVATE }, { clientId: 'gau:ge' }];
    for (const payload of odd) give(flow, payload);
    const caught = await flow.receives('caught', odd.length);
    assert.deepEqual(
      caught.map(({ error }) => error?.code),
      odd.map(() => 'SEA_OPTIONS'),
    );
    assert.ok(caught.every((message) => !('payload' in message)));
    await passes(flow, 1);
    assert.deepEqual(connected, ['gauge basic']);
    expectNothingSeen(flow);
  });

  it('are not taken by a server in this Node-RED, nor by a node without a server', async () => {
    const flow = await startFlow([TAB, SERVER, ...NODES, node('lone', 'in', { server: '', inputs: 1 })]);
    await flow.shows('in', /(\.|^)connected/);
    give(flow, server.credentials);
    assert.match((await flow.receives('caught', 1))[0]?.error?.message ?? '', /its own client/);
    flow.send('lone', { action: 'credentials', payload: server.credentials });
    assert.match((await flow.receives('caught', 2))[1]?.error?.message ?? '', /no stream-sea server/);
    expectNothingSeen(flow);
  });
});
