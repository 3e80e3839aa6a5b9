import assert from 'node:assert/strict';
import { type PullEnd, Puller } from '../../../../src/engine/jetstream/groups/puller';
import { NatsSea } from '../../../support/nats/nats-sea';
import { until } from '../../../support/until';

describe('engine/jetstream/puller', () => {
  const sea = new NatsSea();

  async function pulling() {
    const connection = await sea.connect();
    const [stream, subject] = [`${sea.prefix}-test`, `${sea.prefix}.test`];
    await connection.jsm.streams.add({ name: stream, subjects: [subject] });
    await connection.jsm.consumers.add(stream, { durable_name: 'c', ack_policy: 'explicit' });
    const got: string[] = [];
    const ends: PullEnd[] = [];
    const puller = new Puller(connection, {
      stream,
      consumer: 'c',
      stands: 5_000,
      message: (message) => got.push(message.string()),
      ended: (end) => ends.push(end),
      alive: () => {},
    });
    const publish = async (...texts: string[]): Promise<void> => {
      for (const text of texts) await connection.js.publish(subject, text);
    };
    return { connection, stream, puller, got, ends, publish };
  }

  it('gets so many of what is there, or all, or nothing', async () => {
    const { puller, got, ends, publish } = await pulling();
    puller.askForSome(5, 0);
    await until(() => ends.length === 1);
    await publish('1', '2', '3');
    puller.askForSome(2, 0);
    await until(() => ends.length === 2);
    assert.deepEqual(got, ['1', '2']);
    puller.askForSome(5, 0);
    await until(() => ends.length === 3);
    assert.deepEqual(got, ['1', '2', '3']);
    assert.deepEqual(ends, ['over', 'over', 'over']);
    await puller.stop();
  });

  it('gets the next one when it comes, and no more', async () => {
    const { puller, got, ends, publish } = await pulling();
    puller.askForNext();
    assert.equal(puller.isAsking, true);
    await publish('1', '2');
    await until(() => ends.length === 1);
    assert.deepEqual(got, ['1']);
    assert.equal(puller.isAsking, false);
    await puller.stop();
  });

  it('says when one is too large for what was asked for', async () => {
    const { puller, got, ends, publish } = await pulling();
    await publish('x'.repeat(1_000));
    puller.askForSome(5, 100);
    await until(() => ends.length === 1);
    assert.deepEqual([ends, got], [['large'], []]);
    await puller.stop();
  });

  it('says when the consumer is deleted, or is not there', async () => {
    const { connection, stream, puller, ends } = await pulling();
    puller.askForNext();
    await connection.nc.flush();
    await connection.jsm.consumers.delete(stream, 'c');
    await until(() => ends.length === 1);
    puller.askForSome(1, 0);
    await until(() => ends.length === 2);
    assert.deepEqual(ends, ['deleted', 'lost']);
    await puller.stop();
  });

  it('leaves nothing of its question behind when it stops', async () => {
    const { connection, stream, puller, got, publish } = await pulling();
    puller.askForNext();
    await connection.nc.flush();
    await puller.stop();
    await publish('1');
    const { num_pending } = await connection.jsm.consumers.info(stream, 'c');
    assert.deepEqual([num_pending, got], [1, []]);
  });
});
