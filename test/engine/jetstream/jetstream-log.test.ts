import assert from 'node:assert/strict';
import { Subjects } from '../../../src/engine/jetstream/subjects';
import { NatsSea } from '../../support/nats/nats-sea';
import { startFaultProxy } from '../../support/network/fault-proxy';
import { until } from '../../support/until';
import { append, LOG_ID, lasting, passing, type Reader } from '../contract/reader';

describe('engine/jetstream/jetstream-log', () => {
  const sea = new NatsSea();

  it('ends cursors everywhere when a group is forgotten, or a jail erased', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const readers = [await lasting(one, 'a'), await passing(one, 'a'), await passing(one, 'b')];
    const waits = readers.map(({ cursor }) => cursor.take(1));
    await two.log.forget(LOG_ID.jail, 'a');
    assert.deepEqual(await Promise.all(waits.slice(0, 2)), [{ end: 'forgotten' }, { end: 'forgotten' }]);
    await append(two, ['1']);
    assert.ok('entries' in ((await waits[2]) ?? {}));
    const last = readers[2]?.cursor.take(1);
    await two.log.erase(LOG_ID.jail);
    assert.deepEqual(await last, { end: 'forgotten' });
  });

  it('counts nothing any more for a jail that was erased, here or elsewhere', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const { nc } = await sea.connect();
    const asked: string[] = [];
    const subjects = new Subjects(sea.prefix);
    const jails = ['here', 'elsewhere', LOG_ID.jail];
    nc.subscribe('$JS.API.CONSUMER.LIST.*', {
      callback: (_error, { subject }) => {
        asked.push(...jails.filter((jail) => subject.endsWith(`.${subjects.streamOf(jail)}`)));
      },
    });
    await nc.flush();
    const readers: Reader[] = [];
    for (const jail of jails) readers.push(await passing(one, 'a', { jail, stream: 'boiler' }));
    const end = readers[1]?.cursor.take(1);
    await one.log.erase('here');
    await two.log.erase('elsewhere');
    assert.deepEqual(await end, { end: 'forgotten' });
    assert.equal(one.log.stats.retained, 0);
    await until(() => asked.includes(LOG_ID.jail));
    assert.deepEqual(asked, [LOG_ID.jail]);
  });

  it('asks again where one question was not answered, though NATS can be reached', async () => {
    const proxy = await startFaultProxy(Number(sea.server.url.split(':')[1]));
    const engine = await sea.open({ servers: [`127.0.0.1:${proxy.port}`] });
    await append(engine, ['0']);
    let held = 0;
    proxy.onChunk = ({ direction, chunk }) => {
      if (direction === 'down' || !chunk.includes('CONSUMER.INFO.')) return undefined;
      held += 1;
      // Beyond the time of the request.
      setTimeout(() => void proxy.resume(), 2_500);
      return { type: 'stall' };
    };
    const reader = await lasting(engine, 'a');
    assert.ok(held > 0);
    await append(engine, ['1']);
    assert.deepEqual(await reader.read(1), ['1']);
  });

  it('takes no harm from what others say where engines talk', async () => {
    const engine = await sea.open();
    const connection = await sea.connect();
    const reader = await passing(engine, 'a');
    for (const text of ['', 'x', 'null', '[]', '{}']) connection.nc.publish(`${sea.prefix}.news`, text);
    await connection.js.publish(`${sea.prefix}.log.${LOG_ID.jail}.${LOG_ID.stream}`, 'not ours');
    await append(engine, ['1']);
    assert.deepEqual(await reader.read(1), ['1']);
  });
});
