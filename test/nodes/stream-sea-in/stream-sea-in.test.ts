import assert from 'node:assert/strict';
import { deploy } from '../../faults/deployment';
import { send } from '../../support/network/wire';
import { startFlow, stopFlows } from '../../support/node-red/flow';
import { startServer } from '../../support/sea/sea';
import { inOneHour, KEYS, signToken } from '../../support/sea/tokens';
import { BOILER, CATCH, complete, helperNode, node, SERVER, TAB } from '../flows';

const define = [helperNode('defined'), node('define', 'define', { wires: [['defined']] })];
const out = node('out', 'out', { stream: BOILER.name });

describe('stream-sea-in', () => {
  stopFlows();

  it('sends one message for each delivery: topic and payload', async () => {
    const flow = await startFlow([
      TAB,
      SERVER,
      ...define,
      out,
      node('in', 'in', { stream: BOILER.name, wires: [['got']] }),
      helperNode('got'),
    ]);
    flow.send('define', { payload: BOILER });
    await flow.receives('defined', 1);
    await flow.shows('in', /connected/);
    flow.send('out', { payload: { temperature: 90.5 } });
    const [message] = await flow.receives('got', 1);
    assert.equal(message?.topic, BOILER.name);
    assert.deepEqual(message?.payload, { temperature: 90.5 });
    assert.ok(message?._msgid);
    const received = Number(Reflect.get(message ?? {}, 'received'));
    assert.ok(Math.abs(Date.now() - received) < 60_000, 'it says when it came');
  });

  it('says that a stream has no schema yet until it has one, as stream-sea-out does', async () => {
    const flow = await startFlow([
      TAB,
      SERVER,
      ...define,
      out,
      node('in', 'in', { stream: BOILER.name }),
      node('list', 'in', { stream: '', streams: [{ stream: BOILER.name }, { stream: 'another' }] }),
    ]);
    for (const id of ['in', 'out', 'list']) {
      const { fill, shape } = await flow.shows(id, /^connected, no schema yet(: boiler_data)?$/);
      assert.deepEqual([fill, shape], ['green', 'ring']);
    }
    flow.send('define', { payload: BOILER });
    await flow.receives('defined', 1);
    for (const id of ['in', 'out'])
      assert.deepEqual((await flow.shows(id, /common\.status\.connected/)).shape, 'dot');
    assert.equal((await flow.shows('list', /^connected, no schema yet: another$/)).shape, 'ring');
  });

  it('shares one socket among fifty nodes on one server, and each gets its own copy', async () => {
    const server = await startServer();
    const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: String(server.port) };
    const inNodes = Array.from({ length: 50 }, (_, index) =>
      node(`in${index}`, 'in', {
        stream: index % 2 === 0 ? BOILER.name : `other ${index}`,
        delivery: index % 3 === 0 ? 'shared' : 'every',
        wires: [[`got${index}`]],
      }),
    );
    const flow = await startFlow(
      [TAB, remote, ...define, out, ...inNodes, ...inNodes.map((_, index) => helperNode(`got${index}`))],
      { sea: server.credentials },
    );
    flow.send('define', { payload: BOILER });
    await flow.receives('defined', 1);
    const hasSchema = (index: number): boolean => index % 2 === 0;
    const ready = (index: number): RegExp =>
      hasSchema(index) ? /common\.status\.connected$/ : /^connected, no schema yet$/;
    await Promise.all(inNodes.map(({ id }, index) => flow.shows(id, ready(index))));
    assert.equal(server.stats().connections, 1);

    flow.send('out', { payload: { temperature: 1 } });
    const copies = await Promise.all(
      inNodes.flatMap((_, index) => (index % 2 === 0 ? [flow.receives(`got${index}`, 1)] : [])),
    );
    const payloads = copies.map(([message]) => message?.payload);
    assert.equal(payloads.length, 25);
    assert.equal(new Set(payloads).size, 25, 'no two nodes hold the same object');
    for (const payload of payloads) assert.deepEqual(payload, { temperature: 1 });
  });

  it('gets what a stream out sends, with nothing defined and nothing filled in but the stream', async () => {
    const flow = await startFlow([
      TAB,
      SERVER,
      ...complete('out'),
      out,
      node('in', 'in', { stream: BOILER.name, wires: [['got']] }),
      helperNode('got'),
    ]);
    await flow.shows('in', /(\.|^)connected/);
    flow.send('out', { payload: 'hello' });
    assert.equal((await flow.receives('got', 1))[0]?.payload, 'hello');
    await flow.receives('completed', 1);
  });

  it('tells what waits to be sent, and throws it away, when a message asks', async () => {
    const flow = await startFlow(
      [
        TAB,
        { ...SERVER, where: 'remote', host: '127.0.0.1', port: '1' },
        out,
        node('in', 'in', { inputs: 1, wires: [['told']] }),
        helperNode('told'),
        ...CATCH,
      ],
      { sea: { clientId: 'gauge', clientSecret: 'secret' } },
    );
    for (const temperature of [1, 2, 3]) flow.send('out', { payload: { temperature } });
    await flow.shows('in', /Nobody answers/);
    flow.send('in', { action: 'queue' });
    const [queue] = await flow.receives('told', 1);
    assert.equal(queue?.topic, 'queue');
    const { count, oldest, first } = queue.payload as { count: number; oldest: number; first: object[] };
    // But for one that a request may hold at this moment.
    assert(count === 2 || count === 3);
    assert(Math.abs(Date.now() - oldest) < 60_000);
    assert.deepEqual(first.at(-1), { ...first.at(-1), stream: BOILER.name, payload: { temperature: 3 } });
    assert.equal(first.length, count);
    flow.send('in', { action: 'purge' });
    const [, purged] = await flow.receives('told', 2);
    assert.equal(purged?.topic, 'purge');
    const caught = await flow.receives('caught', (purged.payload as { purged: number }).purged);
    assert(caught.length >= 2);
    assert.equal(caught[0]?.error?.code, 'SEA_PURGED');
  });

  it('waits for a stream that nobody has defined yet', async () => {
    const stream = 'not defined yet';
    const flow = await startFlow([
      TAB,
      SERVER,
      ...CATCH,
      ...define,
      node('in', 'in', { stream, wires: [['got']] }),
      helperNode('got'),
      node('out', 'out', { stream }),
    ]);
    await flow.shows('in', /connected/);
    flow.send('define', { payload: { ...BOILER, name: stream } });
    await flow.receives('defined', 1);
    flow.send('out', { payload: { temperature: 7 } });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, { temperature: 7 });
    assert.deepEqual(flow.received('caught'), []);
  });

  it('shows a refused subscription and tells Catch, without disturbing another', async () => {
    const server = await startServer();
    const { clientId, clientSecret } = server.credentials;
    await send(
      server.url,
      'PUT',
      `/client/${clientId}/jwt-public-key`,
      { jwtPublicKey: KEYS.publicKey },
      {
        as: server.credentials,
      },
    );
    const flow = await startFlow(
      [
        TAB,
        { ...SERVER, where: 'remote', host: '127.0.0.1', port: String(server.port), auth: 'jwt' },
        ...CATCH,
        ...define,
        out,
        node('refused', 'in', { stream: BOILER.name, delivery: 'shared' }),
        node('in', 'in', { stream: BOILER.name, wires: [['got']] }),
        helperNode('got'),
      ],
      { sea: { clientId, clientSecret, jwt: await signToken({ exp: inOneHour(), mustFanout: true }) } },
    );
    const status = await flow.shows('refused', /mustFanout/);
    assert.deepEqual([status.fill, status.shape], ['red', 'dot']);
    const [caught] = await flow.receives('caught', 1);
    assert.equal(caught?.error?.source.id, 'refused');
    assert.equal(caught?.error?.code, 'SEA_SUBSCRIPTION');
    assert.equal(caught?.topic, BOILER.name);

    await flow.shows('in', /(\.|^)connected/);
    flow.send('define', { payload: BOILER });
    await flow.receives('defined', 1);
    flow.send('out', { payload: { temperature: 1 } });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, { temperature: 1 });
    assert.equal(flow.received('caught').length, 1);
  });

  it('subscribes to a list of streams, each with its delivery', async () => {
    const streams = [
      { stream: ' second ', delivery: 'shared' },
      { stream: 'third', delivery: 'group', group: 'night' },
      { stream: '' },
      'fourth',
    ];
    const receiver = node('in', 'in', { stream: BOILER.name, streams, inputs: 1, wires: [['got']] });
    const flow = await startFlow([TAB, SERVER, receiver, helperNode('got')]);
    await flow.shows('in', /(\.|^)connected/);
    flow.send('in', { action: 'subscriptions' });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, [
      { stream: BOILER.name, delivery: 'every', status: 'active' },
      { stream: 'second', delivery: 'shared', status: 'active' },
      { stream: 'third', delivery: 'group', group: 'night', status: 'active' },
      { stream: 'fourth', delivery: 'every', status: 'active' },
    ]);
  });

  it('subscribes once to a stream that is named twice, and says which delivery holds where they differ', async () => {
    process.env.SEA_TWICE = 'twice';
    const lists = {
      same: { stream: 'a', streams: ['a', { stream: 'b', delivery: 'group', group: 'g' }, { stream: 'a' }] },
      other: { stream: 'twice', streams: [{ stream: '${SEA_TWICE}', delivery: 'shared' }] },
      groups: {
        streams: ['g', 'h'].map((group) => ({ stream: 'c', delivery: 'group', group })),
      },
      late: { stream: 'place', streamType: 'flow', streams: [{ stream: 'd', delivery: 'shared' }] },
    };
    const receivers = Object.entries(lists).flatMap(([id, properties]) => [
      node(id, 'in', { inputs: 1, ...properties, wires: [[`got ${id}`]] }),
      helperNode(`got ${id}`),
    ]);
    const flows = [TAB, SERVER, ...receivers].map((each) =>
      'z' in each ? { x: 1, y: 1, wires: [], ...each } : each,
    );
    const flow = await startFlow(flows.filter(({ id }) => id !== 'late'));
    flow.node('same').context().flow.set('place', 'd');
    await deploy(flows, 'nodes');
    for (const id of Object.keys(lists)) await flow.shows(id, /(\.|^)connected/);
    const report = async (id: string): Promise<unknown> => {
      flow.send(id, { action: 'subscriptions' });
      return (await flow.receives(`got ${id}`, 1))[0]?.payload;
    };
    const active = { status: 'active' };
    assert.deepEqual(await report('same'), [
      { stream: 'a', delivery: 'every', ...active },
      { stream: 'b', delivery: 'group', group: 'g', ...active },
    ]);
    assert.deepEqual(await report('other'), [{ stream: 'twice', delivery: 'shared', ...active }]);
    assert.deepEqual(await report('groups'), [{ stream: 'c', delivery: 'group', group: 'h', ...active }]);
    assert.deepEqual(await report('late'), [{ stream: 'd', delivery: 'shared', ...active }]);
    const warned = flow.logged().flatMap((args) => {
      const [entry] = args as [{ id?: string; msg?: unknown }];
      const text = String(entry?.msg);
      return /more than once/.test(text) ? [`${entry.id}: ${/holds: (.*)\.$/.exec(text)?.[1]}`] : [];
    });
    assert.deepEqual(warned, ['other: shared', 'groups: group h', 'late: shared']);
  });

  it('is fine with a list alone, and red where a group in it has no name', async () => {
    const flow = await startFlow([
      TAB,
      SERVER,
      node('list', 'in', { streams: [{ stream: 's' }] }),
      node('bad', 'in', { streams: [{ stream: 's', delivery: 'group' }] }),
    ]);
    await flow.shows('list', /(\.|^)connected/);
    assert.equal((await flow.shows('bad', /group/i)).fill, 'red');
  });

  it('reads its stream from a context once the flows have started, and says when there is none', async () => {
    const flow = await startFlow([
      TAB,
      SERVER,
      ...CATCH,
      node('none', 'in', { stream: 'nowhere', streamType: 'global' }),
      { ...node('in', 'in', { stream: 'NAME', streamType: 'env', wires: [['got']] }), g: 'group' },
      {
        id: 'group',
        type: 'group',
        z: 'tab',
        nodes: ['in'],
        env: [{ name: 'NAME', value: '7', type: 'num' }],
      },
      helperNode('got'),
      node('out', 'out', { stream: '7' }),
    ]);
    assert.equal((await flow.shows('none', /No stream: global\.nowhere/)).fill, 'red');
    await flow.shows('in', /(\.|^)connected/);
    flow.send('out', { payload: 1 });
    assert.equal((await flow.receives('got', 1))[0]?.topic, '7');
  });

  it('without a stream is red and says so', async () => {
    const flow = await startFlow([TAB, SERVER, node('in', 'in')]);
    assert.equal((await flow.shows('in', /stream/i)).fill, 'red');
  });

  it('with a name that no stream may have is red and says so, and the flow starts all the same', async () => {
    const long = node('long', 'in', { streams: [{ stream: 'x'.repeat(1_001), delivery: 'every' }] });
    const flow = await startFlow([TAB, long, node('in', 'in', { stream: 's' }), SERVER]);
    assert.equal((await flow.shows('long', /1000/)).fill, 'red');
    await flow.shows('in', /connected/);
  });

  it('with a named group but no name is red and says so', async () => {
    const flow = await startFlow([TAB, SERVER, node('in', 'in', { stream: 's', delivery: 'group' })]);
    assert.equal((await flow.shows('in', /group/i)).fill, 'red');
  });

  it('reads odd and absent properties as their defaults', async () => {
    const odd = { stream: 's', delivery: 'sometimes', group: 7, inputs: 'x', name: null };
    const flow = await startFlow([TAB, SERVER, node('in', 'in', odd)]);
    await flow.shows('in', /connected/);
  });

  describe('with an input', () => {
    const controlled = (properties: object = {}) =>
      startFlow([
        TAB,
        SERVER,
        ...CATCH,
        ...complete('in'),
        ...define,
        out,
        node('in', 'in', { inputs: 1, wires: [['got']], ...properties }),
        helperNode('got'),
      ]);

    it('subscribes and unsubscribes by message, several streams on one node', async () => {
      const flow = await controlled();
      flow.send('define', { payload: BOILER });
      flow.send('define', { payload: { ...BOILER, name: 'second' } });
      await flow.receives('defined', 2);
      await flow.shows('in', /no subscription/i);
      flow.send('in', {
        action: 'subscribe',
        topic: [BOILER.name, { topic: 'second', delivery: 'group', group: 'night' }],
      });
      await flow.shows('in', /connected/);
      flow.send('in', { action: 'subscriptions' });
      const [report] = await flow.receives('got', 1);
      assert.deepEqual(report?.payload, [
        { stream: BOILER.name, delivery: 'every', status: 'active' },
        { stream: 'second', delivery: 'group', group: 'night', status: 'active' },
      ]);
      flow.send('out', { payload: { temperature: 1 } });
      assert.equal((await flow.receives('got', 2))[1]?.topic, BOILER.name);

      flow.send('in', { action: 'unsubscribe', topic: [BOILER.name] });
      flow.send('in', { action: 'getSubscriptions' });
      const [, , after] = await flow.receives('got', 3);
      assert.equal(Array.isArray(after?.payload) && after.payload.length, 1);
      flow.send('in', { action: 'unsubscribe', topic: true });
      await flow.shows('in', /no subscription/i);
      assert.equal((await flow.receives('completed', 5)).length, 5);
    });

    it('stays subscribed as it was when it is asked for what cannot be had', async () => {
      const flow = await controlled({ stream: BOILER.name });
      await flow.shows('in', /connected/);
      const far = { delivery: 'group', group: 'g'.repeat(1_001) };
      const asked = [
        [{ topic: BOILER.name, ...far }],
        ['new', { topic: 'second', ...far }],
        [BOILER.name, 'x'.repeat(1_001)],
      ];
      for (const [index, topic] of asked.entries()) {
        flow.send('in', { action: 'subscribe', topic });
        await flow.receives('caught', index + 1);
        flow.send('in', { action: 'subscriptions' });
        const report = (await flow.receives('got', index + 1))[index];
        assert.deepEqual(report?.payload, [{ stream: BOILER.name, delivery: 'every', status: 'active' }]);
      }
      flow.send('out', { payload: { temperature: 1 } });
      assert.equal((await flow.receives('got', 4))[3]?.topic, BOILER.name);
    });

    it('connects and disconnects by message', async () => {
      const flow = await controlled({ stream: BOILER.name });
      await flow.shows('in', /connected/);
      flow.send('in', { action: 'disconnect' });
      assert.equal((await flow.shows('in', /not-connected/)).fill, 'grey');
      flow.send('in', { action: 'connect' });
      assert.equal((await flow.shows('in', /(\.|^)connected/)).fill, 'green');
    });

    it('stays disconnected by message over a deploy of its own, and not over one of its server', async () => {
      const own = node('in', 'in', { inputs: 1, stream: BOILER.name, x: 1, y: 1 });
      const flow = await startFlow([TAB, SERVER, own]);
      await flow.shows('in', /(\.|^)connected/);
      flow.send('in', { action: 'disconnect' });
      await flow.shows('in', /not-connected/);
      await deploy([TAB, SERVER, { ...own, stream: 'another' }], 'nodes');
      await flow.shows('in', /not-connected/);
      await deploy([TAB, { ...SERVER, silenceTimeout: 60 }, { ...own, stream: 'another' }], 'nodes');
      await flow.shows('in', /(\.|^)connected/);
    });

    it('fails a message it does not understand, with words', async () => {
      const flow = await controlled();
      for (const message of [
        {},
        { action: 'dance' },
        { action: 'subscribe' },
        { action: 'subscribe', topic: Number.NaN },
        { action: 'subscribe', topic: 's', delivery: 'sometimes' },
        { action: 'subscribe', topic: 's', delivery: 'group' },
        { action: 'unsubscribe', topic: [] },
        { action: 'subscribe', topic: 'x'.repeat(1_001) },
      ]) {
        flow.send('in', message);
      }
      const caught = await flow.receives('caught', 8);
      for (const { error } of caught) {
        assert.equal(error?.code, 'SEA_OPTIONS');
        assert.ok((error?.message ?? '').length > 10);
      }
      assert.deepEqual(flow.received('completed'), []);
    });
  });
});
