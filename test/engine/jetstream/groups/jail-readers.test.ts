import assert from 'node:assert/strict';
import { NatsSea } from '../../../support/nats/nats-sea';
import { until } from '../../../support/until';
import { limitsOf } from '../../contract/limits';
import { append, LOG_ID, numbers, passing } from '../../contract/reader';

describe('engine/jetstream/jail-readers', () => {
  const sea = new NatsSea();

  it('ask NATS once for all groups of a jail, and not at all when there are none', async () => {
    const engine = await sea.open();
    const connection = await sea.connect();
    const count = async (): Promise<number> => {
      const { state } = await connection.jsm.streams.info(`${sea.prefix}_${LOG_ID.jail}`);
      return state.consumer_count;
    };
    const readers = [];
    for (let index = 0; index < 50; index += 1) readers.push(await passing(engine, `g${index}`));
    assert.equal(await count(), 1);
    await append(engine, numbers(1, 3));
    for (const reader of readers) assert.deepEqual(await reader.read(3), numbers(1, 3));
    for (const { cursor } of readers) await cursor.leave();
    while ((await count()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('end a group that does not take when what waits for it is too much', async () => {
    const engine = await sea.open({ limits: limitsOf({ retainedBytes: 100_000 }) });
    const [slow, quick] = [await passing(engine, 'slow'), await passing(engine, 'quick')];
    const texts = numbers(1, 200).map((text) => text.padStart(1_000));
    for (const text of texts) {
      await append(engine, [text]);
      assert.deepEqual(await quick.read(1), [text]);
    }
    assert.deepEqual(await slow.cursor.take(1), { end: 'overtaken' });
  });

  it('keep no more of a jail in memory for one that does not take than 64 MiB, whatever NATS may keep', async () => {
    const engine = await sea.open({ limits: limitsOf({ retainedBytes: 500_000_000 }) });
    const [slow, quick] = [await passing(engine, 'slow'), await passing(engine, 'quick')];
    for (let count = 0; count < 80; count += 1) {
      await append(engine, [`"${'x'.repeat(900_000)}"`]);
      await quick.read(1);
    }
    assert.deepEqual(await slow.cursor.take(1), { end: 'overtaken' });
  });

  it('miss nothing that is published while NATS comes back, and double nothing', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const reader = await passing(two, 'a');
    await append(one, ['1']);
    assert.deepEqual(await reader.read(1), ['1']);
    const waits = reader.read(5);
    await sea.server.kill();
    await sea.server.start();
    await until(() => one.state.name === 'ready');
    await append(one, numbers(2, 6));
    assert.deepEqual(await waits, numbers(2, 6));
  });

  it('end groups where NATS has trimmed what they have not had', async () => {
    const [one, two] = [
      await sea.open({ limits: limitsOf({ retainedMessages: 3 }) }),
      await sea.open({ limits: limitsOf({ retainedMessages: 3 }) }),
    ];
    const reader = await passing(two, 'a');
    await append(one, ['1']);
    await reader.read(1);
    const connection = await sea.connect();
    const stream = `${sea.prefix}_${LOG_ID.jail}`;
    const waits = reader.cursor.take(1);
    // The reader of two is gone, and notices only after much has been published.
    for await (const { name } of connection.jsm.consumers.list(stream)) {
      await connection.jsm.consumers.delete(stream, name);
    }
    await append(one, numbers(2, 9));
    assert.deepEqual(await waits, { end: 'overtaken' });
  });
});
