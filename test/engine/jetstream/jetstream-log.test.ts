import assert from 'node:assert/strict';
import { NatsSea } from '../../support/nats-sea';
import { append, lasting, PLACE, passing } from '../contract/reader';

describe('engine/jetstream/jetstream-log', () => {
  const sea = new NatsSea();

  it('ends cursors everywhere when a group is forgotten, or a jail erased', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const readers = [await lasting(one, 'a'), await passing(one, 'a'), await passing(one, 'b')];
    const waits = readers.map(({ cursor }) => cursor.take(1));
    await two.log.forget(PLACE.jail, 'a');
    assert.deepEqual(await Promise.all(waits.slice(0, 2)), [{ end: 'forgotten' }, { end: 'forgotten' }]);
    await append(two, ['1']);
    assert.ok('entries' in ((await waits[2]) ?? {}));
    const last = readers[2]?.cursor.take(1);
    await two.log.erase(PLACE.jail);
    assert.deepEqual(await last, { end: 'forgotten' });
  });

  it('takes no harm from what others say where engines talk', async () => {
    const engine = await sea.open();
    const connection = await sea.connect();
    const reader = await passing(engine, 'a');
    for (const text of ['', 'x', 'null', '[]', '{}']) connection.nc.publish(`${sea.prefix}.news`, text);
    await connection.js.publish(`${sea.prefix}.log.${PLACE.jail}.${PLACE.stream}`, 'not ours');
    await append(engine, ['1']);
    assert.deepEqual(await reader.read(1), ['1']);
  });
});
