import assert from 'node:assert/strict';
import { startFlow, stopFlows } from '../../support/node-red/flow';
import { BOILER, CATCH, helperNode, node, SERVER, TAB } from '../flows';

describe('stream-sea-versions', () => {
  stopFlows();

  const start = async (properties: object = {}) => {
    const flow = await startFlow([
      TAB,
      SERVER,
      ...CATCH,
      node('define', 'define', { wires: [['defined']] }),
      helperNode('defined'),
      node('versions', 'versions', { wires: [['got']], ...properties }),
      helperNode('got'),
    ]);
    flow.send('define', { payload: BOILER });
    flow.send('define', { payload: { ...BOILER, name: 'b', version: '1.10.0' } });
    await flow.receives('defined', 2);
    return flow;
  };

  it('answers in the order asked, null for no such stream', async () => {
    const flow = await start({ streams: ['b', 'nowhere', BOILER.name] });
    flow.send('versions', { payload: 'ignored' });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, ['1.10.0', null, 1]);
  });

  it('takes names from msg.payload, one or a list', async () => {
    const flow = await start();
    flow.send('versions', { payload: 'b' });
    flow.send('versions', { payload: [BOILER.name, 'b'] });
    const got = await flow.receives('got', 2);
    assert.deepEqual(
      got.map(({ payload }) => payload),
      [['1.10.0'], [1, '1.10.0']],
    );
  });

  it('takes a number for a name, and names without the blanks around them, as every node does', async () => {
    const flow = await start();
    flow.send('define', { topic: '7', payload: { version: 3, fields: BOILER.fields } });
    await flow.receives('defined', 3);
    flow.send('versions', { payload: 7 });
    flow.send('versions', { payload: [' b ', 7] });
    const got = await flow.receives('got', 2);
    assert.deepEqual(
      got.map(({ payload }) => payload),
      [[3], ['1.10.0', 3]],
    );
  });

  it('fails a message that names none', async () => {
    const flow = await start();
    for (const payload of [undefined, ' ', {}, ['a', null], new Array(3)]) flow.send('versions', { payload });
    for (const { error } of await flow.receives('caught', 5))
      assert.match(error?.message ?? '', /No streams/);
  });
});
