import assert from 'node:assert/strict';
import { Traffic } from '../../../nodes/shared/traffic';

describe('the traffic of a server node', () => {
  it('has one meter for each stream', () => {
    const traffic = new Traffic();
    traffic.meter('a').received({ value: 1 });
    traffic.meter('a').received({ value: 2 });
    traffic.meter('b').published(3);
    assert.deepEqual(
      traffic.streams().map(({ name, received, published }) => [name, received, published]),
      [
        ['a', 2, 0],
        ['b', 0, 3],
      ],
    );
  });

  it('shows the last messages of a stream, and none of one that nobody has used', () => {
    const traffic = new Traffic();
    traffic.meter('a').received({ value: 1 });
    assert.deepEqual(
      traffic.messages('a').map(({ message }) => message),
      [{ value: 1 }],
    );
    assert.deepEqual(traffic.messages('never seen'), []);
    assert.deepEqual(
      traffic.streams().map(({ name }) => name),
      ['a'],
    );
  });

  it('forgets the oldest of very many streams', () => {
    const traffic = new Traffic();
    for (let index = 0; index < 10_100; index += 1) traffic.meter(`stream ${index}`).received(index);
    const names = traffic.streams().map(({ name }) => name);
    assert.equal(names.length, 10_000);
    assert.equal(names[0], 'stream 100');
  });

  it('remembers no messages of very many streams', () => {
    const traffic = new Traffic();
    for (let index = 0; index < 600; index += 1) traffic.meter(`stream ${index}`).received(index);
    assert.deepEqual(traffic.messages('stream 599'), []);
  });

  it('asks those who joined for their subscriptions, until they leave', () => {
    const traffic = new Traffic();
    const subscription = {
      ...{ node: 'n', stream: 'a', delivery: 'every' as const, status: 'active' as const, received: 0 },
    };
    const leave = traffic.join(() => [subscription]);
    assert.deepEqual(traffic.subscriptions(), [subscription]);
    leave();
    assert.deepEqual(traffic.subscriptions(), []);
  });
});
