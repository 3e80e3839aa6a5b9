import assert from 'node:assert/strict';
import { encodeEntry } from '../../../../src/engine/jetstream/entry-message';
import { DurableCursor, type DurableParts } from '../../../../src/engine/jetstream/groups/durable-cursor';
import { Missed } from '../../../../src/engine/jetstream/missed';
import { NatsSea } from '../../../support/nats/nats-sea';
import { until } from '../../../support/until';

const from = { publisher: 'p', before: 0 };

describe('engine/jetstream/durable-cursor', () => {
  const sea = new NatsSea();

  async function reading(parts: Partial<DurableParts> = {}, ackWait = 60_000) {
    const connection = await sea.connect();
    const [stream, subject] = [`${sea.prefix}-test`, `${sea.prefix}.test`];
    await connection.jsm.streams.add({ name: stream, subjects: [subject] });
    const publish = async (...texts: string[]): Promise<void> => {
      for (const text of texts) await connection.js.publish(subject, encodeEntry({ ...from, texts: [text] }));
    };
    await publish('1', '2', '3');
    await connection.jsm.consumers.add(stream, {
      durable_name: 'c',
      ack_policy: 'explicit',
      ack_wait: ackWait * 1_000_000,
    });
    const cursor = new DurableCursor(connection, {
      stream,
      consumer: 'c',
      ackWait,
      last: 0,
      remake: async () => true,
      ...parts,
    });
    const take = async (maxBytes = 1): Promise<string[]> => {
      const taken = await cursor.take(maxBytes);
      return 'end' in taken ? [taken.end] : taken.entries.flatMap(({ texts }) => texts);
    };
    const undone = async (): Promise<number> => {
      const { num_ack_pending, num_pending } = await connection.jsm.consumers.info(stream, 'c');
      return num_ack_pending + num_pending;
    };
    return { connection, subject, stream, cursor, publish, take, undone };
  }

  it('asks for no more than is taken', async () => {
    const { connection, stream, cursor, take } = await reading();
    assert.deepEqual(await take(), ['1']);
    const { num_ack_pending, num_waiting } = await connection.jsm.consumers.info(stream, 'c');
    assert.deepEqual([num_ack_pending, num_waiting], [1, 0]);
    await cursor.leave();
  });

  it('does not hand out again what NATS sends again, as nothing was heard of it', async () => {
    const { cursor, take } = await reading({}, 500);
    assert.deepEqual(await take(), ['1']);
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.deepEqual([...(await take()), ...(await take())], ['2', '3']);
    await cursor.leave();
  });

  it('passes over what is no entry, and is done with it', async () => {
    const { connection, subject, cursor, publish, take, undone } = await reading();
    await connection.js.publish(subject, 'not ours');
    await publish('4');
    for (const text of ['1', '2', '3', '4']) assert.deepEqual(await take(), [text]);
    for (const number of [1, 2, 3, 5]) cursor.done(number);
    await connection.nc.flush();
    assert.equal(await undone(), 0);
    await cursor.leave();
  });

  it('claims what was handed out before, and goes on behind it', async () => {
    const { connection, cursor, take, undone } = await reading({ undone: [1], done: [2] });
    await cursor.claim();
    assert.deepEqual(await take(), ['3']);
    for (const number of [1, 3]) cursor.done(number);
    await connection.nc.flush();
    assert.equal(await undone(), 0);
    await cursor.leave();
  });

  it('leaves at once, and gives back what it had, in order', async () => {
    const first = await reading();
    await first.take(10_000);
    await first.take(10_000);
    await first.cursor.leave();
    await first.cursor.leave();
    assert.deepEqual(await first.take(), ['left']);
    const second = new DurableCursor(await sea.connect(), {
      stream: first.stream,
      consumer: 'c',
      ackWait: 60_000,
      last: 0,
      remake: async () => true,
    });
    for (const text of ['1', '2', '3']) {
      const taken = await second.take(1);
      assert.deepEqual('end' in taken ? taken.end : taken.entries[0]?.texts, [text]);
    }
    await second.leave();
  });

  it('tells of nothing missed where a publisher has sent an entry again, behind others', async () => {
    let dropped = 0;
    const { connection, subject, cursor, take } = await reading({
      missed: new Missed(),
      dropped: (messages: number) => {
        dropped += messages;
      },
    });
    for (const before of [0, 2, 1, 3]) {
      const entry = { publisher: 'q', before, texts: [`"${before}"`] };
      await connection.js.publish(subject, encodeEntry(entry));
    }
    for (const text of ['1', '2', '3', '"0"', '"2"', '"1"', '"3"']) assert.deepEqual(await take(), [text]);
    assert.equal(dropped, 0);
    await cursor.leave();
  });

  it('ends when its consumer is deleted', async () => {
    const { connection, stream, take } = await reading();
    for (let count = 0; count < 3; count += 1) await take();
    const waits = take();
    await until(() => true);
    await connection.jsm.consumers.delete(stream, 'c');
    assert.deepEqual(await waits, ['forgotten']);
  });
});
