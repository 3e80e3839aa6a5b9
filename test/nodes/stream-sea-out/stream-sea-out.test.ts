import assert from 'node:assert/strict';
import { startFlow, stopFlows } from '../../support/node-red/flow';
import { nodeRedRequire } from '../../support/node-red/node-red-dir';
import { BOILER, CATCH, complete, helperNode, node, SERVER, TAB } from '../flows';

const { events }: { events: NodeJS.EventEmitter } = nodeRedRequire('@node-red/util');

describe('stream-sea-out', () => {
  stopFlows();

  const base = [
    TAB,
    SERVER,
    ...CATCH,
    ...complete('out'),
    node('in', 'in', { stream: BOILER.name, wires: [['got']] }),
  ];
  const withDefinition = async (properties: object) => {
    const flow = await startFlow([
      ...base,
      helperNode('got'),
      helperNode('defined'),
      node('define', 'define', { wires: [['defined']] }),
      node('out', 'out', { stream: BOILER.name, ...properties }),
    ]);
    flow.send('define', { payload: BOILER });
    await flow.receives('defined', 1);
    await flow.shows('in', /connected/);
    return flow;
  };

  it('says of the streams that its messages name which one has no schema', async () => {
    const flow = await startFlow([
      ...base,
      helperNode('got'),
      helperNode('defined'),
      node('define', 'define', { wires: [['defined']] }),
      node('out', 'out'),
    ]);
    assert.equal((await flow.shows('out', /common\.status\.connected/)).shape, 'dot');
    for (const topic of [BOILER.name, BOILER.name, 'another']) flow.send('out', { topic, payload: 1 });
    await flow.receives('completed', 3);
    const { fill, shape } = await flow.shows('out', /^connected, no schema yet: boiler_data$/);
    assert.deepEqual([fill, shape], ['green', 'ring']);
    flow.send('define', { payload: BOILER });
    await flow.receives('defined', 1);
    await flow.shows('out', /^connected, no schema yet: another$/);
    flow.send('define', { payload: { ...BOILER, name: 'another' } });
    assert.equal((await flow.shows('out', /common\.status\.connected/)).shape, 'dot');
  });

  it('publishes msg.payload and completes each message once', async () => {
    const flow = await withDefinition({});
    for (let temperature = 0; temperature < 20; temperature += 1)
      flow.send('out', { payload: { temperature } });
    const got = await flow.receives('got', 20);
    assert.deepEqual(
      got.map(({ payload }) => payload),
      Array.from({ length: 20 }, (_, temperature) => ({ temperature })),
    );
    assert.equal((await flow.receives('completed', 20)).length, 20);
    assert.deepEqual(flow.received('caught'), []);
  });

  it('takes the stream from msg.topic when it has none of its own', async () => {
    const flow = await withDefinition({ stream: '' });
    flow.send('out', { topic: BOILER.name, payload: { temperature: 1 } });
    const [message] = await flow.receives('got', 1);
    assert.deepEqual([message?.topic, message?.payload], [BOILER.name, { temperature: 1 }]);
  });

  it('publishes each message of a list', async () => {
    const flow = await withDefinition({});
    flow.send('out', { payload: [{ temperature: 1 }, { temperature: 2 }] });
    assert.deepEqual(
      (await flow.receives('got', 2)).map(({ payload }) => payload),
      [{ temperature: 1 }, { temperature: 2 }],
    );
    assert.equal((await flow.receives('completed', 1)).length, 1);
  });

  it('sends the wrong messages to Catch with what is wrong, and the right ones on', async () => {
    const flow = await withDefinition({ validate: 'types' });
    flow.send('out', { payload: { temperature: 1 } });
    flow.send('out', { payload: { temperature: 'hot' } });
    flow.send('out', { payload: { temperature: 3 } });
    const got = await flow.receives('got', 2);
    assert.deepEqual(
      got.map(({ payload }) => payload),
      [{ temperature: 1 }, { temperature: 3 }],
    );
    const [caught] = await flow.receives('caught', 1);
    assert.equal(caught?.error?.code, 'SEA_PAYLOAD');
    assert.match(caught?.error?.message ?? '', /temperature should be a number, but is the string "hot"/);
    assert.deepEqual(caught?.error?.cause, {
      problems: [{ path: 'temperature', message: 'should be a number, but is the string "hot"' }],
    });
    assert.deepEqual(caught?.payload, { temperature: 'hot' }, 'the message itself comes along');
    assert.equal((await flow.receives('completed', 2)).length, 2);
  });

  it('ends each message, alone or of a list, though somebody who listens to statuses throws', async () => {
    const flow = await withDefinition({ validate: 'types' });
    await flow.shows('out', /connected/);
    const listener = (): void => {
      throw new Error('broken');
    };
    events.on('node-status', listener);
    try {
      for (const payload of [[{ temperature: 'hot' }], { temperature: 'hot' }, { temperature: 1 }])
        flow.send('out', { payload });
      assert.equal((await flow.receives('caught', 2)).length, 2);
      assert.equal((await flow.receives('completed', 1)).length, 1);
    } finally {
      events.off('node-status', listener);
    }
  });

  it('sends to Catch no cause that says nothing, or lacks what others have', async () => {
    const flow = await withDefinition({});
    flow.send('out', { payload: undefined });
    const [caught] = await flow.receives('caught', 1);
    assert.equal(caught?.error?.code, 'SEA_PAYLOAD');
    const { message, cause } = caught?.error ?? {};
    // Node-RED puts the error's name before its message, not before its cause.
    assert.equal(`PayloadError: ${String(cause)}`, message);
    assert.deepEqual(cause, { problems: [] });
  });

  it('lets the server’s refusal reach Catch when nothing was checked before', async () => {
    const flow = await withDefinition({});
    flow.send('out', { payload: { temperature: 'hot' } });
    const [caught] = await flow.receives('caught', 1);
    assert.equal(caught?.error?.code, 'SEA_REPLY');
    assert.match(caught?.error?.message ?? '', /^ReplyError: temperature should be a number/);
    await flow.shows('out', /^1 refused$/);
  });

  it('asks for every field, and no other, when strict', async () => {
    const flow = await withDefinition({ validate: 'strict' });
    flow.send('out', { payload: { temperature: 1, mode: 'x' } });
    const [caught] = await flow.receives('caught', 1);
    assert.match(caught?.error?.message ?? '', /at is missing/);
    assert.match(caught?.error?.message ?? '', /mode is not a field/);
  });

  it('writes a JavaScript Date as the protocol wants it', async () => {
    const flow = await withDefinition({ validate: 'types' });
    flow.send('out', { payload: { at: new Date('2026-11-22T09:30:00.123Z') } });
    const [message] = await flow.receives('got', 1);
    assert.deepEqual(message?.payload, { at: '2026-11-22T09:30:00Z' });
  });

  it('fails a message without payload or stream, with words', async () => {
    const flow = await withDefinition({ stream: '' });
    flow.send('out', { payload: { temperature: 1 } });
    flow.send('out', { topic: BOILER.name });
    const caught = await flow.receives('caught', 2);
    assert.match(caught[0]?.error?.message ?? '', /No stream: set it in the node/);
    assert.match(caught[1]?.error?.message ?? '', /msg.payload is missing/);
    assert.deepEqual(flow.received('completed'), []);
  });

  it('does not mind when the flow changes the object afterwards', async () => {
    const flow = await withDefinition({});
    const payload = { temperature: 1 };
    for (let index = 0; index < 5; index += 1) flow.send('out', { payload });
    await flow.receives('completed', 0);
    setImmediate(() => {
      payload.temperature = 99;
    });
    const got = await flow.receives('got', 5);
    assert.ok(got.every((message) => JSON.stringify(message.payload) === '{"temperature":1}'));
  });

  for (const [name, flowOf, status, message] of [
    [
      'without a server',
      () => [node('out', 'out', { server: '' })],
      /no stream-sea server/,
      /has no stream-sea server/,
    ],
    [
      'whose server is missing',
      () => [node('out', 'out', { server: 'gone' })],
      /missing or disabled/,
      /missing or disabled/,
    ],
    [
      'whose server is disabled',
      () => [{ ...SERVER, d: true }, node('out', 'out')],
      /is disabled/,
      /is disabled\. Enable it/,
    ],
    [
      'whose server is filled in wrongly',
      () => [{ ...SERVER, where: 'remote', host: 'example.com?sea' }, node('out', 'out')],
      /host/i,
      /host/i,
    ],
  ] as const) {
    it(`${name} is red with the reason, and fails each message`, async () => {
      const flow = await startFlow([TAB, ...CATCH, ...complete('out'), ...flowOf()]);
      const shown = await flow.shows('out', status);
      assert.deepEqual([shown.fill, shown.shape], ['red', 'dot']);
      flow.send('out', { topic: 's', payload: {} });
      const [caught] = await flow.receives('caught', 1);
      assert.match(caught?.error?.message ?? '', message);
      assert.equal(caught?.error?.code, 'SEA_OPTIONS');
      assert.deepEqual(flow.received('completed'), []);
    });
  }
});
