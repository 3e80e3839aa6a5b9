import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Said } from '../../../../nodes/shared/wire/sentence';
import { Client, type EmbeddedServer, startServer as startSea } from '../../../../src/index';
import { AdminApi } from '../../../support/node-red/admin';
import { Comms } from '../../../support/node-red/comms';
import { type NodeRed, startNodeRed } from '../../../support/node-red/node-red';
import { startServer } from '../../../support/sea/sea';
import { until } from '../../../support/until';
import { BOILER, node, SERVER, TAB } from '../../flows';

const at = { x: 1, y: 1 };
const inject = (id: string, payload: object | string, wires: string[]) => ({
  ...{ id, z: 'tab', type: 'inject', props: [{ p: 'payload' }], ...at },
  ...{ payload: JSON.stringify(payload), payloadType: 'json', wires: [wires] },
});

const FLOW = [
  TAB,
  SERVER,
  { ...SERVER, id: 'broken', port: 'eighty' },
  { ...SERVER, id: 'down', where: 'remote', host: '127.0.0.1', port: '1' },
  { ...SERVER, id: 'open', host: '0.0.0.0', port: '0' },
  // A remote server; the environment says where.
  { ...SERVER, id: 'far', where: 'remote', host: '127.0.0.1', port: '${ROUTES_TEST_PORT}' },
  {
    ...SERVER,
    id: 'mute',
    where: 'remote',
    host: '127.0.0.1',
    port: '${ROUTES_TEST_MUTE}',
    requestTimeout: '600',
  },
  inject('defineIt', BOILER, ['define']),
  node('define', 'define', { ...at, wires: [['debug']] }),
  inject('defineOther', { ...BOILER, fields: [] }, ['define']),
  inject('publish', { temperature: 21.5 }, ['out']),
  inject('publishBroken', { temperature: 'hot' }, ['out']),
  inject('publishSome', [{ temperature: 'hot' }, { temperature: 22 }], ['out']),
  node('out', 'out', { ...at, stream: BOILER.name }),
  inject('publishLarge', 'x'.repeat(200_000), ['large']),
  node('large', 'out', { ...at, stream: 'large' }),
  node('in', 'in', { ...at, stream: BOILER.name, wires: [['debug']] }),
  node('elsewhere', 'in', { ...at, server: 'down', stream: 'far/away %' }),
  node('there', 'in', { ...at, server: 'far', stream: BOILER.name }),
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
const CREDENTIALS = {
  down: { clientId: 'gauge', clientSecret: 'sEcReT' },
  open: { clientId: 'kessel', clientSecret: 'sEcReT' },
  far: { clientId: 'gauge', clientSecret: 'gauge-secret' },
  mute: { clientId: 'gauge', clientSecret: 'gauge-secret' },
};

interface Step {
  step: string;
  outcome: string;
  detail?: string;
  problem?: Said;
}

const outcomes = (steps: Step[]) => steps.map(({ step, outcome }) => `${step} ${outcome}`);

describe('the admin routes of the server nodes', function () {
  this.timeout(120_000);

  let nodeRed: NodeRed;
  let admin: AdminApi;
  let far: EmbeddedServer;
  // Takes requests, and answers none.
  const mute = createServer();

  before(async () => {
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    process.env.ROUTES_TEST_MUTE = String((mute.address() as AddressInfo).port);
    far = await startSea({ jail: { clientId: 'gauge', clientSecret: 'gauge-secret' } });
    process.env.ROUTES_TEST_PORT = String(far.port);
    nodeRed = await startNodeRed({ flows: FLOW, credentials: CREDENTIALS });
    admin = new AdminApi(nodeRed.url);
    const comms = await Comms.open(nodeRed.url);
    await admin.post('inject/defineIt');
    await comms.shows('debug', 1);
    await comms.status('in', /connected/);
    await admin.post('inject/publish');
    await comms.shows('debug', 2);
    await comms.close();
    const client = new Client({ url: far.url, credentials: { type: 'basic', ...far.credentials } });
    await client.define(BOILER);
    await client.close();
  });

  after(async () => {
    delete process.env.ROUTES_TEST_PORT;
    delete process.env.ROUTES_TEST_MUTE;
    await Promise.all([nodeRed?.close(), far?.close()]);
    await new Promise((resolve) => mute.close(resolve));
  });

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

  it('name what nodes are subscribed to on a remote server, with the version, before a message has come', async () => {
    const { body } = await admin.get('stream-sea/far/streams');
    assert.deepEqual(body, { streams: [{ name: 'boiler_data', version: 1 }] });
  });

  it('name the streams of a remote server, and ask it for their versions', async () => {
    const defined = await admin.get('stream-sea/far/streams?name=a%2Fb&name=boiler_data');
    assert.deepEqual(defined.body, {
      streams: [
        { name: 'a/b', version: null },
        { name: 'boiler_data', version: 1 },
      ],
    });
  });

  it('say why a server could not be asked for versions, name what is known all the same, and no version', async () => {
    const { status, body } = await admin.get('stream-sea/down/streams?name=far%2Faway%20%25');
    assert.equal(status, 200);
    assert.deepEqual(body.streams, [{ name: 'far/away %' }]);
    assert.match(body.problem.message, /Nobody answers at 127\.0\.0\.1:1/);
    assert.deepEqual(body.problem.sentence, { key: 'network.refused', values: { where: '127.0.0.1:1' } });
  });

  it('give the definition of a stream, null for one that is not there', async () => {
    const there = await admin.get('stream-sea/sea/streams/boiler_data/definition');
    assert.deepEqual(there.body, { definition: BOILER });
    const missing = await admin.get('stream-sea/sea/streams/a%2Fb%20%25/definition');
    assert.deepEqual([missing.status, missing.body], [200, { definition: null }]);
  });

  for (const path of ['streams?name=kettle', 'streams/kettle/definition', 'clients']) {
    it(`ask a server no longer than the editor waits: ${path}`, async () => {
      const asked = once(mute, 'request');
      const waits = new AbortController();
      const answer = fetch(new URL(`stream-sea/mute/${path}`, nodeRed.url), { signal: waits.signal });
      const [request] = await asked;
      const givenUp = new Promise((resolve) => request.once('close', resolve));
      waits.abort();
      await assert.rejects(answer, { name: 'AbortError' });
      await givenUp;
    });
  }

  it('refuse in words, and as data: no such server, one filled in wrongly, one that is away', async () => {
    for (const [path, status, message, key] of [
      ['stream-sea/nowhere/streams', 404, /not deployed/, 'error.notDeployed'],
      ['stream-sea/debug/streams', 404, /not deployed/, 'error.notDeployed'],
      ['stream-sea/broken/streams/s/messages', 409, /port is eighty/, 'error.badPort'],
      ['stream-sea/down/streams/s/definition', 502, /Nobody answers/, 'network.refused'],
    ] as const) {
      const answer = await admin.get(path);
      assert.equal(answer.status, status, path);
      assert.deepEqual(Object.keys(answer.body), ['message', 'sentence']);
      assert.match(answer.body.message, message);
      assert.equal(answer.body.sentence.key, key);
    }
  });

  it('answer what every dialog asks for a server that is filled in wrongly, with what is wrong', async () => {
    const streams = await admin.get('stream-sea/broken/streams?name=boiler');
    assert.equal(streams.status, 200);
    assert.deepEqual(streams.body.streams, [{ name: 'boiler' }]);
    assert.equal(streams.body.problem.sentence.key, 'error.badPort');
    const invitation = await admin.get('stream-sea/broken/invitation');
    assert.equal(invitation.status, 200);
    assert.deepEqual(invitation.body.urls, []);
    assert.match(invitation.body.problem.message, /port is eighty/);
  });

  describe('for a connection test', () => {
    const remote = { where: 'remote', host: '127.0.0.1' };

    /** The steps of a test of these settings. */
    async function test(
      settings: object,
      credentials: object = { clientId: 'gauge', clientSecret: 'gauge-secret' },
      id = 'new',
    ): Promise<Step[]> {
      const { status, body, text } = await admin.post('stream-sea/test', { id, settings, credentials });
      assert.equal(status, 200, text);
      return body.steps;
    }

    it('say that all is fine', async () => {
      const server = await startServer();
      const steps = await test({ ...remote, port: String(server.port) });
      assert.deepEqual(outcomes(steps), ['address fine', 'server fine', 'credentials fine', 'requests fine']);
      assert.equal(steps[0]?.detail, `127.0.0.1:${server.port}`);
      await until(() => server.stats().connections === 0);
    });

    it('tell an address, TLS and credentials that fail apart', async () => {
      const server = await startServer();
      const port = String(server.port);
      const dead = await test({ ...remote, port: '1' });
      assert.deepEqual(outcomes(dead), ['address failed']);
      assert.match(dead[0]?.problem?.message ?? '', /Nobody answers at 127\.0\.0\.1:1/);

      const noTls = await test({ ...remote, port, secure: true });
      assert.deepEqual(outcomes(noTls), ['address fine', 'tls failed']);
      assert.match(noTls.at(-1)?.problem?.message ?? '', /does not speak TLS: try without TLS/);

      const wrong = await test({ ...remote, port }, { clientId: 'gauge', clientSecret: 'wrong' });
      assert.deepEqual(outcomes(wrong), ['address fine', 'server fine', 'credentials failed']);
    });

    it('know a server that is none', async () => {
      const server = createServer((_request, response) => response.writeHead(404).end()).listen(
        0,
        '127.0.0.1',
      );
      await once(server, 'listening');
      const steps = await test({ ...remote, port: String((server.address() as AddressInfo).port) });
      server.close();
      assert.deepEqual(outcomes(steps), ['address fine', 'server failed']);
    });

    it('say which setting is missing', async () => {
      const [step] = await test({ ...remote }, {});
      assert.deepEqual([step?.step, step?.outcome], ['settings', 'failed']);
      assert.match(step?.problem?.message ?? '', /client id/);
      assert.deepEqual(step?.problem?.sentence, { key: 'error.noClientId', values: {} });
    });

    it('take the saved secret for one that the editor does not have', async () => {
      const server = await startServer({ jail: { clientId: 'gauge', clientSecret: 'sEcReT' } });
      const settings = { ...remote, port: String(server.port) };
      assert.deepEqual(outcomes(await test(settings, {}, 'down')).at(-1), 'requests fine');
      const typed = await test(settings, { clientSecret: 'typed' }, 'down');
      assert.deepEqual(outcomes(typed).at(-1), 'credentials failed');
    });

    it('try whether an embedded server can listen', async () => {
      const server = await startServer();
      assert.deepEqual(outcomes(await test({}, {})), ['listen fine']);
      const [taken] = await test({ port: String(server.port) }, {});
      assert.equal(taken?.outcome, 'failed');
      assert.match(taken?.problem?.message ?? '', /is taken by another program/);
    });

    it('refuse what no dialog sends', async () => {
      for (const body of [[], { id: 1 }, { id: 'a' }, { id: 'a', settings: 1, credentials: {} }]) {
        assert.equal((await admin.post('stream-sea/test', body)).status, 400);
      }
      const typed = { id: 'a', settings: {}, credentials: { clientSecret: {} } };
      assert.equal((await admin.post('stream-sea/test', typed)).status, 400);
    });
  });

  it('tell what an embedded server offers, not its secret', async () => {
    const { body, text } = await admin.get('stream-sea/open/invitation');
    assert.equal(body.clientId, 'kessel');
    assert.match(body.urls[0], /^http:\/\/[^/]+:\d+$/);
    assert.ok(!text.includes('sEcReT'));
    const kept = await admin.get('stream-sea/sea/invitation');
    assert.deepEqual([kept.body.clientId, kept.body.local], [null, true]);
    const remote = await admin.get('stream-sea/far/invitation');
    assert.deepEqual(remote.body, { urls: [], local: true, clientId: null });
  });

  it('report on every server: state, reason, since when, subscriptions and publishing', async () => {
    const { body } = await admin.get('stream-sea/servers');
    const [sea, broken, down] = ['sea', 'broken', 'down'].map((id) =>
      body.servers.find((each: { id: string }) => each.id === id),
    );
    assert.deepEqual([sea.id, sea.state, sea.queued], ['sea', 'ready', 0]);
    assert.ok(Math.abs(sea.since - Date.now()) < 60_000);
    assert.deepEqual(sea.subscriptions, [
      { node: 'in', stream: 'boiler_data', delivery: 'every', status: 'active', received: 1 },
    ]);
    assert.deepEqual(sea.published, [{ stream: 'boiler_data', published: 1, refused: 0 }]);
    assert.equal(sea.embedded.streams, 1);
    assert.equal(broken.state, 'misconfigured');
    assert.match(broken.reason.message, /port is eighty/);
    assert.deepEqual(broken.reason.sentence, { key: 'error.badPort', values: { port: 'eighty' } });
    assert.match((down.reason ?? down.lastProblem).message, /Nobody answers/);
    assert.equal(down.subscriptions[0].status, 'pending');
  });

  it('tell at its stream what is refused: how many messages, and why a definition', async () => {
    const told = async () => {
      const { body } = await admin.get('stream-sea/servers');
      return body.servers.find(({ id }: { id: string }) => id === 'sea');
    };
    const { passed: before } = await told();
    await admin.post('inject/publishBroken');
    await admin.post('inject/defineOther');
    await until(async () => (await told()).published[0].refused === 1, 'the refused message');
    await until(async () => (await told()).passed[0].problem !== undefined, 'the refused definition');
    const { published, passed } = await told();
    assert.deepEqual([published[0].published, published[0].refused, published.length], [1, 1, 1]);
    assert.equal(passed[0].refused, 1);
    assert.equal(passed[0].problem.message, 'Version 1 is stored with other fields.');
    assert.equal(passed[0].problem.sentence.key, 'error.sameVersion');
    assert.equal(passed[0].at, before[0].at, 'of the message that got through');
    await admin.post('inject/publishSome');
    await until(async () => (await told()).published[0].refused === 2, 'the refused one of a list');
    assert.equal((await told()).published[0].published, 2, 'the other one got through');
  });

  describe('for a look at messages', () => {
    const peek = (after: number) => admin.get(`stream-sea/sea/streams/boiler_data/peek?id=a&after=${after}`);

    const connected = async (): Promise<number> => {
      const { body } = await admin.get('stream-sea/servers');
      return body.servers.find(({ id }: { id: string }) => id === 'sea').embedded.connections;
    };

    it('give those that come while somebody looks, as the debug node sends them', async () => {
      await peek(0);
      let view = (await peek(0)).body;
      while (view.state !== 'subscribed') view = (await peek(0)).body;
      assert.deepEqual([view.messages, view.count], [[], 0]);
      await admin.post('inject/publish');
      await admin.post('inject/publish');
      while (view.count < 2) view = (await peek(0)).body;
      const values = view.messages.map(({ number, format, value }: Record<string, unknown>) => {
        return [number, format, value];
      });
      assert.deepEqual(values, [
        [1, 'Object', '{"temperature":21.5}'],
        [2, 'Object', '{"temperature":21.5}'],
      ]);
      assert.deepEqual((await peek(2)).body.messages, []);
      assert.equal((await admin.delete('stream-sea/sea/peeks/a')).status, 200);
    });

    it('have a connection of their own for what no flow receives, and end it', async () => {
      const [connections, path] = [await connected(), 'stream-sea/sea/streams/kettle/peek?id=c'];
      while ((await admin.get(path)).body.state !== 'subscribed');
      assert.equal(await connected(), connections + 1);
      assert.equal((await admin.delete('stream-sea/sea/peeks/c')).status, 200);
      assert.equal(await connected(), connections);
    });

    it('give values of a field for a picture, and no more messages than are wanted', async () => {
      const path = 'stream-sea/sea/streams/boiler_data/peek?id=d&last=1&values=1&field=temperature';
      assert.deepEqual((await admin.get(path)).body.values.lines, []);
      for (let count = 0; count < 2; count += 1) await admin.post('inject/publish');
      let view = (await admin.get(path)).body;
      const points = [];
      while (points.length === 0) {
        view = (await admin.get(path)).body;
        points.push(...(view.values.lines[0]?.points ?? []));
      }
      assert.equal(points[0][1], 21.5);
      assert.deepEqual(view.values.numbers, ['temperature']);
      assert.equal(view.messages.length, 1);
      await admin.delete('stream-sea/sea/peeks/d');
    });

    it('give the beginning of what is too large, and say so', async () => {
      const path = 'stream-sea/sea/streams/large/peek?id=e';
      while ((await admin.get(path)).body.state !== 'subscribed');
      await admin.post('inject/publishLarge');
      let view = (await admin.get(path)).body;
      while (view.count < 1) view = (await admin.get(path)).body;
      const [{ value, format }] = view.messages;
      assert.equal(value, `"${'x'.repeat(999)} … (cut: the message is too large to be shown whole)`);
      assert.equal(format, 'string');
      await admin.delete('stream-sea/sea/peeks/e');
    });

    it('say why nothing comes', async () => {
      const path = 'stream-sea/down/streams/far%2Faway%20%25/peek?id=b';
      let view = (await admin.get(path)).body;
      while (view.state === 'connecting') view = (await admin.get(path)).body;
      assert.deepEqual([view.state, view.count], ['failed', 0]);
      assert.match(view.problem.message, /Nobody answers/);
      await admin.delete('stream-sea/down/peeks/b');
    });

    it('refuse one without a proper id', async () => {
      assert.equal((await admin.get('stream-sea/sea/streams/s/peek')).status, 400);
      assert.equal((await admin.get('stream-sea/sea/streams/s/peek?id=a%2Fb')).status, 400);
    });
  });

  it('give the next message that passes', async () => {
    const asked = admin.get('stream-sea/sea/streams/boiler_data/messages');
    // The first is perhaps gone before the question has come.
    const publishing = setInterval(() => void admin.post('inject/publish'), 100);
    const messages: { at: number; message: unknown }[] = (await asked).body.messages;
    clearInterval(publishing);
    assert.deepEqual(
      messages.map(({ message }) => message),
      [{ temperature: 21.5 }],
    );
    assert.ok(Math.abs((messages[0]?.at ?? 0) - Date.now()) < 30_000);
  });
});

describe('the admin routes of a Node-RED with users', function () {
  this.timeout(120_000);

  // Of the password "pass".
  const password = '$2b$04$kQBzES9f3F2Wv5KVmp3PsutpvE2kW3BNbLq7MDEO0Zt9AUiCThvMO';
  let nodeRed: NodeRed;

  before(async () => {
    const users = [
      { username: 'reader', password, permissions: 'read' },
      { username: 'tester', password, permissions: ['stream-sea.write'] },
      { username: 'owner', password, permissions: '*' },
    ];
    const settings = { adminAuth: { type: 'credentials', users } };
    nodeRed = await startNodeRed({ flows: FLOW, credentials: CREDENTIALS, settings });
  });

  after(() => nodeRed?.close());

  const READS = [
    'stream-sea/servers',
    'stream-sea/queues',
    'stream-sea/sea/clients',
    'stream-sea/sea/invitation',
    'stream-sea/sea/streams',
    'stream-sea/sea/streams/boiler_data/definition',
    'stream-sea/sea/streams/boiler_data/messages',
    'stream-sea/sea/streams/boiler_data/peek?id=a',
  ];

  const ACTS = [
    'stream-sea/test',
    'stream-sea/sea/queue/purge',
    'stream-sea/sea/queue/send',
    'stream-sea/leftovers/a/purge',
    'stream-sea/leftovers/a/send',
    'stream-sea/sea/administration/deleteClient',
  ];

  it('are closed to who has not logged in', async () => {
    const nobody = new AdminApi(nodeRed.url);
    for (const path of READS) assert.equal((await nobody.get(path)).status, 401, path);
    for (const path of ACTS) assert.equal((await nobody.post(path)).status, 401, path);
    assert.equal((await nobody.delete('stream-sea/sea/peeks/a')).status, 401);
  });

  it('let a reader read and not act', async () => {
    const reader = await AdminApi.logIn(nodeRed.url, 'reader', 'pass');
    const owner = await AdminApi.logIn(nodeRed.url, 'owner', 'pass');
    // Else the one that asks for the next message would wait for it.
    const publishing = setInterval(() => void owner.post('inject/publish'), 100);
    for (const path of READS) assert.equal((await reader.get(path)).status, 200, path);
    clearInterval(publishing);
    assert.equal((await reader.delete('stream-sea/sea/peeks/a')).status, 200);
    for (const path of ACTS) assert.equal((await reader.post(path)).status, 401, path);
  });

  it('let nobody send a saved secret elsewhere who could not deploy that', async () => {
    const tester = await AdminApi.logIn(nodeRed.url, 'tester', 'pass');
    assert.equal((await tester.post('stream-sea/test')).status, 401);
    const owner = await AdminApi.logIn(nodeRed.url, 'owner', 'pass');
    const body = { id: 'sea', settings: {}, credentials: {} };
    assert.equal((await owner.post('stream-sea/test', body)).status, 200);
  });
});
