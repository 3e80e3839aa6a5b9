import assert from 'node:assert/strict';
import { Receipts } from '../../../../src/engine/jetstream/groups/receipts';
import type { NatsConnection } from '../../../../src/engine/jetstream/nats/nats-connection';

describe('engine/jetstream/receipts', () => {
  let said: string[] = [];
  const connection = {
    nc: {
      isClosed: () => false,
      isDraining: () => false,
      publish: (reply: string, answer: string) => void said.push(`${reply} ${answer}`),
    },
  } as unknown as NatsConnection;

  beforeEach(() => {
    said = [];
  });

  it('say once that an entry is done, and again when it comes again', () => {
    const receipts = new Receipts(connection);
    assert.equal(receipts.receive(1, 'a'), true);
    receipts.done(1);
    receipts.done(1);
    receipts.done(99);
    assert.deepEqual(said, ['a +ACK']);
    assert.equal(receipts.receive(1, 'b'), false);
    assert.deepEqual(said, ['a +ACK', 'b +ACK']);
  });

  it('answer where the entry came from last', () => {
    const receipts = new Receipts(connection);
    receipts.receive(1, 'a');
    assert.equal(receipts.receive(1, 'b'), false);
    receipts.done(1);
    assert.deepEqual(said, ['b +ACK']);
  });

  it('give back in order what is not done, and nothing twice', () => {
    const receipts = new Receipts(connection);
    for (const number of [3, 1, 2]) receipts.receive(number, `${number}`);
    receipts.done(2);
    assert.equal(receipts.oldest, 1);
    receipts.giveBack();
    receipts.giveBack();
    assert.deepEqual(said, ['2 +ACK', '1 -NAK', '3 -NAK']);
    assert.equal(receipts.oldest, undefined);
  });

  it('know what was taken before they were there', () => {
    const receipts = new Receipts(connection, [1, 3], [2]);
    assert.equal(receipts.unclaimed, 3);
    receipts.done(3);
    assert.deepEqual(said, []);
    for (const number of [1, 2, 3]) assert.equal(receipts.receive(number, `${number}`), false);
    assert.deepEqual(said, ['2 +ACK', '3 +ACK']);
    assert.equal(receipts.unclaimed, 0);
  });

  it('say again what may not have arrived, and that the rest is under way', () => {
    const receipts = new Receipts(connection);
    for (const number of [1, 2]) receipts.receive(number, `${number}`);
    receipts.done(1);
    said = [];
    receipts.repeat();
    assert.deepEqual(said, ['1 +ACK', '2 +WPI']);
  });
});
