import assert from 'node:assert/strict';
import { OrderedReader } from '../../../../src/engine/jetstream/groups/ordered-reader';
import { NatsSea } from '../../../support/nats/nats-sea';
import { until } from '../../../support/until';

describe('engine/jetstream/ordered-reader', () => {
  const sea = new NatsSea();

  async function read() {
    await sea.open();
    const connection = await sea.connect();
    const stream = `${sea.prefix}-test`;
    const subject = `${sea.prefix}.test`;
    await connection.jsm.streams.add({ name: stream, subjects: [subject] });
    const got: string[] = [];
    const begun: number[] = [];
    let last = 0;
    let missing = 0;
    const reader = new OrderedReader(connection, {
      stream,
      start: () => ({ deliver_policy: 'by_start_sequence', opt_start_seq: last + 1 }),
      begun: (pending) => begun.push(pending),
      message: (message, { number }) => {
        last = number;
        got.push(message.string());
      },
      missing: () => {
        missing += 1;
      },
    });
    const publish = async (text: string): Promise<void> => {
      await connection.js.publish(subject, text);
    };
    return { connection, stream, reader, got, begun, publish, missing: () => missing };
  }

  it('reads what is there and what comes, in order', async () => {
    const { reader, got, begun, publish } = await read();
    for (const text of ['1', '2', '3']) await publish(text);
    await reader.start();
    assert.deepEqual(begun, [3]);
    for (const text of ['4', '5']) await publish(text);
    await until(() => got.length === 5);
    assert.deepEqual(got, ['1', '2', '3', '4', '5']);
    reader.stop();
    await publish('6');
    assert.equal(got.length, 5);
  });

  it('goes on where it was after the server has died', async () => {
    const { connection, reader, got, publish } = await read();
    await reader.start();
    await publish('1');
    await until(() => got.length === 1);
    await sea.server.kill();
    await sea.server.start();
    assert.equal(await connection.whenReady(10_000), true);
    await publish('2');
    await until(() => got.length === 2);
    assert.deepEqual(got, ['1', '2']);
    reader.stop();
  });

  it('notices when somebody deletes what it reads with', async () => {
    const { connection, stream, reader, got, publish } = await read();
    await reader.start();
    await publish('1');
    for await (const { name } of connection.jsm.consumers.list(stream)) {
      await connection.jsm.consumers.delete(stream, name);
    }
    await publish('2');
    const end = Date.now() + 15_000;
    while (got.length < 2 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(got, ['1', '2']);
    reader.stop();
  });

  it('says that the stream is not there any more', async () => {
    const { connection, stream, reader, missing } = await read();
    await reader.start();
    await connection.jsm.streams.delete(stream);
    const end = Date.now() + 15_000;
    while (missing() === 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(missing(), 1);
    reader.stop();
  });
});
