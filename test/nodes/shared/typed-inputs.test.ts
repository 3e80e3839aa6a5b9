/** Streams and payloads that come from elsewhere than the node or `msg.payload`, in a real Node-RED. */

import assert from 'node:assert/strict';
import { type DeployType, deploy } from '../../faults/deployment';
import { type Flow, startFlow, stopFlows } from '../../support/node-red/flow';
import { nodeRedRequire } from '../../support/node-red/node-red-dir';
import { until } from '../../support/until';
import { CATCH, complete, helperNode, node, SERVER, TAB } from '../flows';

const RECEIVER = [node('in', 'in', { stream: 's', wires: [['got']] }), helperNode('got')];

const start = async (properties: object, receiver: readonly object[] = RECEIVER): Promise<Flow> => {
  const env = [
    { name: 'SITE', value: 's', type: 'str' },
    { name: 'LIMITS', value: '{"high":9}', type: 'json' },
  ];
  const flow = await startFlow([
    { ...TAB, env },
    SERVER,
    ...CATCH,
    ...complete('out'),
    node('out', 'out', properties),
    ...receiver,
  ]);
  await flow.shows('in', /(\.|^)connected/);
  return flow;
};

const payloads = async (flow: Flow, count: number) =>
  (await flow.receives('got', count)).map(({ payload }) => payload);

describe('typed inputs', () => {
  stopFlows();

  for (const [streamType, stream] of [
    ['msg', 'device.name'],
    ['msg', 'msg.device["name"]'],
    ['env', 'SITE'],
    ['env', '${SITE}'],
    ['flow', 'place'],
    ['global', 'places[0]'],
    ['jsonata', '$lowercase(device.upper)'],
    ['jsonata', '$env("SITE")'],
    ['jsonata', 'msg.device.name'],
    ['str', '${SITE}'],
  ]) {
    it(`take the stream from ${streamType} ${stream}`, async () => {
      const flow = await start({ stream, streamType });
      flow.node('out').context().flow.set('place', 's');
      flow.node('out').context().global.set('places', [' s ']);
      flow.send('out', { topic: 'another', payload: 1, device: { name: 's', upper: 'S' } });
      assert.deepEqual(await payloads(flow, 1), [1]);
      await flow.receives('completed', 1);
    });
  }

  it('take a blank name of a message for its topic, as a blank text is', async () => {
    const flow = await start({ stream: '', streamType: 'msg' });
    flow.send('out', { topic: 's', payload: 1 });
    assert.deepEqual(await payloads(flow, 1), [1]);
  });

  for (const [payloadType, payload, is] of [
    ['msg', 'reading.value', 7],
    ['env', 'LIMITS', { high: 9 }],
    ['flow', 'limit', 8],
    ['global', 'limits', [3]],
    ['json', '{"a":[1]}', { a: [1] }],
    ['str', 'hello ${SITE}', 'hello s'],
    ['str', '  a ', '  a '],
    ['jsonata', '{"twice": reading.value * 2}', { twice: 14 }],
  ] as const) {
    it(`publish what ${payloadType} ${payload} is`, async () => {
      const flow = await start({ stream: 's', payload, payloadType });
      flow.node('out').context().flow.set('limit', 8);
      flow
        .node('out')
        .context()
        .global.set('limits', [[3]]);
      flow.send('out', { reading: { value: 7 } });
      assert.deepEqual(await payloads(flow, 1), [is]);
    });
  }

  it('keep the order of the messages, however long an expression takes', async () => {
    const flow = await start({
      stream: 's',
      payload: 'n % 2 = 0 ? $count($map([1..300], function($v) { $flowContext("x") })) * 0 + n : n',
      payloadType: 'jsonata',
    });
    for (let n = 0; n < 20; n += 1) flow.send('out', { n });
    assert.deepEqual(
      await payloads(flow, 20),
      Array.from({ length: 20 }, (_, n) => n),
    );
    assert.equal((await flow.receives('completed', 20)).length, 20);
  });

  it('fail the message whose expression fails, once, and go on', async () => {
    const flow = await start({ stream: 's', payload: '$number(payload)', payloadType: 'jsonata' });
    for (const payload of ['1', 'many', '3']) flow.send('out', { payload });
    assert.deepEqual(await payloads(flow, 2), [1, 3]);
    const caught = await flow.receives('caught', 1);
    assert.match(caught[0]?.error?.message ?? '', /The JSONata expression in payload fails: .*many/);
    assert.match(String(caught[0]?.error?.cause), /^Unable to cast value to a number: "many"$/);
    assert.equal(caught[0]?.error?.code, 'SEA_OPTIONS');
    assert.equal((await flow.receives('completed', 2)).length, 2);
    assert.equal(flow.received('caught').length, 1);
  });

  it('fail with a text that does not have the whole message in it', async () => {
    const flow = await start({ stream: 's', payload: '$number(payload)', payloadType: 'jsonata' });
    flow.send('out', { payload: 'x'.repeat(1_000_000) });
    const [caught] = await flow.receives('caught', 1);
    assert.ok((caught?.error?.message.length ?? 0) < 500);
  });

  for (const [properties, says] of [
    [{ stream: '$sum(', streamType: 'jsonata' }, /The JSONata expression in stream/],
    [{ stream: 's', payload: '{', payloadType: 'json' }, /payload is not JSON: /],
    [{ stream: 'NOWHERE', streamType: 'env' }, /environment variable in stream \(NOWHERE\) is not set/],
  ] as const) {
    it(`say at once what is wrong with ${JSON.stringify(properties)}`, async () => {
      const flow = await start(properties);
      assert.equal((await flow.shows('out', says)).fill, 'red');
      flow.send('out', { payload: 1 });
      assert.match((await flow.receives('caught', 1))[0]?.error?.message ?? '', says);
      assert.deepEqual(flow.received('completed'), []);
    });
  }

  for (const [properties, message, says] of [
    [{ stream: 'to', streamType: 'msg' }, { to: {} }, /No stream: msg\.to should be a name/],
    [{ stream: 'a.b.c', streamType: 'msg' }, {}, /msg\.a\.b\.c could not be read: /],
    [{ stream: 'none', streamType: 'flow' }, {}, /No stream: flow\.none should be a name/],
    [{ stream: 's', payload: 'value' }, { payload: 1 }, /msg\.value is missing/],
  ] as const) {
    it(`say what a message lacks for ${JSON.stringify(properties)}`, async () => {
      const flow = await start(properties);
      flow.send('out', { topic: 's', ...message });
      assert.match((await flow.receives('caught', 1))[0]?.error?.message ?? '', says);
      assert.equal(flow.received('caught').length, 1);
    });
  }

  it('fall back to the default for kinds that there are not', async () => {
    const flow = await start({ stream: 's', streamType: 'bin', payloadType: 'num', payload: null });
    flow.send('out', { payload: 5 });
    assert.deepEqual(await payloads(flow, 1), [5]);
  });

  it('take numbers, and texts with blanks at their ends, for names', async () => {
    const flow = await start({}, [node('in', 'in', { stream: '7', wires: [['got']] }), helperNode('got')]);
    flow.send('out', { topic: 7, payload: 'a' });
    flow.send('out', { topic: ' 7\t', payload: 'b' });
    assert.deepEqual(await payloads(flow, 2), ['a', 'b']);
    for (const topic of [Number.NaN, true, {}, ' ']) flow.send('out', { topic, payload: 1 });
    for (const { error } of await flow.receives('caught', 4)) assert.match(error?.message ?? '', /No stream/);
  });

  it('obey connect and disconnect, which are not published', async () => {
    const flow = await start({ stream: '$error("no")', streamType: 'jsonata' });
    flow.send('out', { action: 'disconnect', payload: 1 });
    await flow.shows('in', /not-connected/);
    flow.send('out', { action: 'connect', payload: 1 });
    await flow.shows('in', /(\.|^)connected/);
    assert.equal((await flow.receives('completed', 2)).length, 2);
    assert.deepEqual(flow.received('got'), []);
    assert.deepEqual(flow.received('caught'), []);
  });

  it('publish plain values as a field, and [[1, 2]] as one message', async () => {
    const flow = await start({ stream: 's', field: 'temperature', decimalComma: true });
    for (const payload of ['21,5', 7, ['1', { state: 'on' }], [[1, 2]]]) flow.send('out', { payload });
    assert.deepEqual(await payloads(flow, 5), [
      { temperature: 21.5 },
      { temperature: 7 },
      { temperature: 1 },
      { state: 'on' },
      [1, 2],
    ]);
  });
});

type Told = (error: Error | null, value: unknown) => void;
/** Of a context; keys are such as `x[3]`. */
type Get = (key: string, store: string | undefined, told: Told) => void;

interface Completed {
  readonly msg: { readonly n?: number };
  readonly node: { readonly id: string };
  readonly error?: Error;
}

interface Hooks {
  add(hook: string, callback: (completed: Completed) => void): void;
  remove(hook: string): void;
}

describe('typed inputs that take their time', () => {
  const { hooks }: { hooks: Hooks } = nodeRedRequire('@node-red/util');
  let asked: Told[] = [];
  let ended: Completed[] = [];
  let get: Get;
  let restore = (): void => {};
  stopFlows();
  beforeEach(() => {
    asked = [];
    ended = [];
    get = (_key, _store, told) => void asked.push(told);
    hooks.add('onComplete.test', (completed) => void (completed.node.id === 'out' && ended.push(completed)));
  });
  afterEach(() => {
    restore();
    hooks.remove('*.test');
  });

  const SLOW = { stream: 's', payload: 'x[msg.n]', payloadType: 'flow' };
  const flows = (name: string): object[] => [
    TAB,
    SERVER,
    ...[...complete('out'), node('out', 'out', { ...SLOW, name }), ...RECEIVER].map((each) => ({
      x: 1,
      y: 1,
      ...each,
    })),
  ];
  const begin = async (): Promise<Flow> => {
    const flow = await startFlow(flows(''));
    await flow.shows('in', /(\.|^)connected/);
    // What all nodes inherit from.
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf(flow.node('out')));
    const { context } = prototype;
    restore = () => Object.assign(prototype, { context });
    prototype.context = () => ({ flow: { get: (...given: Parameters<Get>) => get(...given) } });
    return flow;
  };

  for (const type of ['full', 'nodes'] as DeployType[]) {
    it(`are read by the node's successor where a deploy (${type}) comes before the value`, async () => {
      const flow = await begin();
      for (let n = 0; n < 3; n += 1) flow.send('out', { n });
      await until(() => asked.length === 1, 'the first is asked for');
      const [first] = asked;
      get = (key, _store, told) => told(null, Number(key.replace(/\D/g, '')));
      await deploy(flows('changed'), type);
      await flow.receives('completed', 3);
      first?.(null, 'late');
      await flow.shows('in', /(\.|^)connected/);
      flow.send('out', { n: 3 });
      await flow.receives('completed', 4);
      assert.deepEqual(
        ended.map(({ msg, error }) => [msg.n, error]),
        [0, 1, 2, 3].map((n) => [n, undefined]),
      );
    });
  }

  it('say in the status what they wait for', async () => {
    const flow = await begin();
    for (let n = 0; n < 2; n += 1) flow.send('out', { n });
    const status = await flow.shows('out', /^waits for the value of flow\.x\[msg\.n\]$/);
    assert.equal(status.fill, 'yellow');
    get = (_key, _store, told) => told(null, 1);
    asked[0]?.(null, 0);
    await flow.shows('out', /(\.|^)connected/);
    await flow.receives('completed', 2);
  });

  it('end with their node: each message once', async () => {
    const flow = await begin();
    for (let n = 0; n < 3; n += 1) flow.send('out', { n });
    await until(() => asked.length === 1, 'the first is asked for');
    await deploy(
      flows('').filter((each) => !('id' in each && each.id === 'out')),
      'full',
    );
    await until(() => ended.length >= 3, 'all have ended');
    asked[0]?.(null, 'late');
    await flow.close();
    assert.deepEqual(
      ended.map(({ error }) => error?.message),
      Array.from({ length: 3 }, () => 'The server node is closed.'),
    );
    assert.equal(asked.length, 1);
  });

  it('are waited for by commands', async () => {
    const flow = await begin();
    flow.send('out', { n: 0 });
    flow.send('out', { action: 'disconnect' });
    await until(() => asked.length === 1, 'it is asked for');
    assert.match(flow.shown('in')?.text ?? '', /(\.|^)connected/);
    asked[0]?.(null, 7);
    await flow.shows('in', /not-connected/);
    await flow.receives('completed', 2);
  });
});
