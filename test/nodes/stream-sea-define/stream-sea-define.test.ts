import assert from 'node:assert/strict';
import type { ServerNode } from '../../../nodes/shared/server-node';
import { startFlow, stopFlows } from '../../support/node-red/flow';
import { until } from '../../support/until';
import { BOILER, CATCH, complete, helperNode, node, SERVER, TAB } from '../flows';

describe('stream-sea-define', () => {
  stopFlows();

  const start = (properties: object = {}) =>
    startFlow([
      TAB,
      SERVER,
      ...CATCH,
      ...complete('define'),
      node('define', 'define', { wires: [['got']], ...properties }),
      helperNode('got'),
      node('describe', 'describe', { wires: [['described']] }),
      helperNode('described'),
    ]);

  it('writes the definition in msg.payload and sends it on', async () => {
    const flow = await start();
    flow.send('define', { payload: BOILER, mine: 7 });
    const [message] = await flow.receives('got', 1);
    assert.deepEqual(message?.payload, BOILER);
    assert.equal(Reflect.get(message ?? {}, 'mine'), 7);
    flow.send('describe', { topic: BOILER.name });
    assert.deepEqual((await flow.receives('described', 1))[0]?.payload, BOILER);
    await flow.receives('completed', 1);
  });

  it('writes the definition in the node, for the stream in the node or the topic', async () => {
    const { name: _, ...nameless } = BOILER;
    for (const [properties, topic] of [
      [{ schema: JSON.stringify(nameless), stream: 'one' }, undefined],
      [{ schema: JSON.stringify(nameless) }, 'one'],
      [{ schema: JSON.stringify({ ...nameless, name: 'one' }) }, undefined],
      [{ schema: JSON.stringify({ ...nameless, name: 'one' }) }, 'left over'],
    ] as const) {
      const flow = await start(properties);
      flow.send('define', topic === undefined ? {} : { topic });
      assert.deepEqual((await flow.receives('got', 1))[0]?.payload, { ...BOILER, name: 'one' });
      await flow.close();
    }
  });

  it('writes no definition that was set in it without a field: somebody has only not begun', async () => {
    const flow = await start({ schema: '{"version": 1, "fields": []}', stream: 'one' });
    flow.send('define', {});
    const words = /The definition set here has no fields: add one, in the node\.$/;
    assert.match(String((await flow.receives('caught', 1))[0]?.error?.message), words);
    flow.send('describe', { topic: 'one' });
    assert.equal((await flow.receives('described', 1))[0]?.payload, null);
    await flow.close();
    // A message may say so, as it knows what it does.
    const other = await start({ stream: 'two' });
    other.send('define', { payload: { version: 1, fields: [] } });
    assert.deepEqual((await other.receives('got', 1))[0]?.payload, { name: 'two', version: 1, fields: [] });
  });

  it('writes the same schema for a list of streams, whatever the definition calls itself', async () => {
    const flow = await start({ stream: 'one', streams: ['two', ' three ', '', 'one'] });
    flow.send('define', { payload: BOILER, topic: 'left over' });
    const [message] = await flow.receives('got', 1);
    assert.deepEqual(
      message?.payload,
      ['one', 'two', 'three'].map((name) => ({ ...BOILER, name })),
    );
    await flow.receives('completed', 1);
  });

  it('names those of a list that could not be written, and writes the others', async () => {
    const flow = await start({ streams: ['one', 'x'.repeat(2_000)] });
    flow.send('define', { payload: BOILER });
    const [caught] = await flow.receives('caught', 1);
    assert.match(caught?.error?.message ?? '', /Not written, of 2 streams: x+/);
    assert.equal(flow.received('caught').length, 1);
    flow.send('describe', { topic: 'one' });
    assert.deepEqual((await flow.receives('described', 1))[0]?.payload, { ...BOILER, name: 'one' });
  });

  it('tells why a definition was refused until one is written, or it is no more', async () => {
    const flow = await start();
    const { sea } = flow.node(SERVER.id) as ServerNode;
    assert('traffic' in sea);
    const told = () => sea.traffic.streams().find(({ name }) => name === BOILER.name)?.definition;
    flow.send('define', { payload: BOILER });
    await flow.receives('got', 1);
    flow.send('define', { payload: { ...BOILER, fields: [] } });
    await flow.receives('caught', 1);
    await until(() => told()?.problem.message === 'Version 1 is stored with other fields.');
    flow.send('define', { payload: { ...BOILER, version: 0 } });
    await flow.receives('caught', 2);
    await until(() => told()?.problem.message === 'The stored version 1 is higher than 0.');
    flow.send('define', { payload: BOILER });
    await flow.receives('got', 2);
    assert.equal(told(), undefined);
    flow.send('define', { payload: { ...BOILER, fields: [] } });
    await flow.receives('caught', 3);
    await until(() => told()?.problem.sentence?.key === 'error.sameVersion');
    await flow.node('define').close(false);
    assert.equal(told(), undefined);
  });

  it('takes the stream from a property of the message, and says when it has none', async () => {
    const { name: _, ...nameless } = BOILER;
    const flow = await start({ stream: 'device', streamType: 'msg' });
    flow.send('define', { payload: nameless, device: 7 });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, { ...BOILER, name: '7' });
    flow.send('define', { payload: nameless, topic: 'left over' });
    assert.match(
      (await flow.receives('caught', 1))[0]?.error?.message ?? '',
      /No stream: msg\.device should be a name/,
    );
  });

  it('takes a definition as JSON text', async () => {
    const flow = await start();
    flow.send('define', { payload: JSON.stringify(BOILER) });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, BOILER);
  });

  it('sends each mistake to Catch with its place', async () => {
    const flow = await start();
    flow.send('define', { payload: { name: 's', version: 1, fields: [{ name: 'a', type: 'text' }] } });
    flow.send('define', { payload: '{' });
    flow.send('define', {});
    flow.send('define', { payload: { version: 1, fields: [] } });
    const caught = await flow.receives('caught', 4);
    const about = (text: RegExp) => caught.find(({ error }) => text.test(error?.message ?? ''))?.error;
    const mistake = about(/fields\.a\.type should be one of .*, but is the string "text"/);
    assert.equal(mistake?.code, 'SEA_SCHEMA');
    assert.ok(about(/not JSON/));
    assert.ok(about(/No definition/));
    assert.ok(about(/name should be the stream's name/));
    assert.deepEqual(flow.received('completed'), []);
  });

  it('passes on what the server says of a lower version', async () => {
    const flow = await start();
    flow.send('define', { payload: { ...BOILER, version: 2 } });
    await flow.receives('got', 1);
    flow.send('define', { payload: BOILER });
    const [caught] = await flow.receives('caught', 1);
    assert.equal(caught?.error?.code, 'SEA_REPLY');
    assert.match(
      caught?.error?.message ?? '',
      /is 1 but there is already an older version defined 2|boiler_data/,
    );
  });
});
