import assert from 'node:assert/strict';
import { startFlow, stopFlows } from '../../support/node-red/flow';
import { BOILER, CATCH, complete, helperNode, node, SERVER, TAB } from '../flows';

describe('stream-sea-describe', () => {
  stopFlows();

  const start = (properties: object = {}) =>
    startFlow([
      TAB,
      SERVER,
      ...CATCH,
      ...complete('describe'),
      node('define', 'define', { wires: [['defined']] }),
      helperNode('defined'),
      node('describe', 'describe', { wires: [['got']], ...properties }),
      helperNode('got'),
    ]);

  it('answers with the definition on the message that asked', async () => {
    const flow = await start();
    flow.send('define', { payload: BOILER });
    await flow.receives('defined', 1);
    flow.send('describe', { topic: BOILER.name, payload: 'x', mine: 7 });
    const [message] = await flow.receives('got', 1);
    assert.deepEqual(message?.payload, BOILER);
    assert.equal(message?.topic, BOILER.name);
    assert.equal(Reflect.get(message ?? {}, 'mine'), 7);
    await flow.receives('completed', 1);
  });

  it('answers with null for a stream that does not exist', async () => {
    const flow = await start({ stream: 'nowhere' });
    flow.send('describe', { payload: 'x' });
    assert.equal((await flow.receives('got', 1))[0]?.payload, null);
    assert.deepEqual(flow.received('caught'), []);
  });

  it('takes the stream from an expression', async () => {
    const flow = await start({ stream: 'topic & "where"', streamType: 'jsonata' });
    flow.send('describe', { topic: 'no' });
    assert.equal((await flow.receives('got', 1))[0]?.payload, null);
  });

  it('fails a message without a stream', async () => {
    const flow = await start();
    flow.send('describe', {});
    assert.match((await flow.receives('caught', 1))[0]?.error?.message ?? '', /No stream/);
    assert.deepEqual(flow.received('got'), []);
  });
});
