import assert from 'node:assert/strict';
import { Traffic } from '../../../nodes/shared/traffic';

const messagesOf = (traffic: Traffic, stream: string) =>
  traffic.messages(stream).map(({ message }) => message);

describe('the traffic of a server node', () => {
  it('remembers the last message of each stream', () => {
    const traffic = new Traffic();
    for (const value of [1, 2, 3]) traffic.received('a', { value });
    traffic.offered('b', [{ first: true }, { last: true }]);
    assert.deepEqual(messagesOf(traffic, 'a'), [{ value: 3 }]);
    assert.deepEqual(messagesOf(traffic, 'b'), [{ last: true }]);
    assert.deepEqual(messagesOf(traffic, 'never seen'), []);
  });

  it('remembers the last twenty once somebody has looked', () => {
    const traffic = new Traffic();
    traffic.received('a', 0);
    traffic.messages('a');
    for (let value = 1; value <= 30; value += 1) {
      traffic.received('a', value);
      // Looks again: what is not written down at such a rate is written down by a look.
      traffic.messages('a');
    }
    assert.deepEqual(
      messagesOf(traffic, 'a'),
      Array.from({ length: 20 }, (_, index) => index + 11),
    );
  });

  it('shows a message as it was, whatever the flow makes of it', () => {
    const traffic = new Traffic();
    const message = { value: 1, at: new Date('2026-01-02T03:04:05Z') };
    traffic.received('a', message);
    message.value = 2;
    assert.deepEqual(messagesOf(traffic, 'a'), [{ value: 1, at: '2026-01-02T03:04:05Z' }]);
  });

  it('tells when each passed', () => {
    const traffic = new Traffic();
    const before = Date.now();
    traffic.received('a', 1);
    const [passed] = traffic.messages('a');
    assert.ok(passed !== undefined && Math.abs(passed.at - before) < 1_000);
  });

  it('leaves out what is too long or no JSON, and counts it', () => {
    const traffic = new Traffic();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    traffic.received('a', 'x'.repeat(200_000));
    traffic.received('b', circle);
    traffic.received('b', 1n);
    assert.deepEqual(messagesOf(traffic, 'a'), []);
    assert.deepEqual(messagesOf(traffic, 'b'), []);
    assert.deepEqual(
      traffic.streams().map(({ name, received }) => [name, received]),
      [
        ['a', 1],
        ['b', 2],
      ],
    );
  });

  it('counts what was published and what failed, with the reason until one gets through', () => {
    const traffic = new Traffic();
    traffic.offered('a', [1, 2]);
    traffic.published('a', 2);
    traffic.failed('a', new Error('The server is away'));
    const [failed] = traffic.streams();
    assert.deepEqual(
      [failed?.published, failed?.failed, failed?.error?.message],
      [2, 1, 'The server is away'],
    );
    traffic.published('a', 1);
    assert.equal(traffic.streams()[0]?.error, undefined);
  });

  it('forgets the oldest of very many streams', () => {
    const traffic = new Traffic();
    for (let index = 0; index < 10_100; index += 1) traffic.received(`stream ${index}`, index);
    const names = traffic.streams().map(({ name }) => name);
    assert.equal(names.length, 10_000);
    assert.equal(names[0], 'stream 100');
  });

  it('remembers messages of very many streams only where somebody looks', () => {
    const traffic = new Traffic();
    for (let index = 0; index < 600; index += 1) traffic.received(`stream ${index}`, index);
    const texts = (name: string) => traffic.messages(name).map(({ message }) => message);
    assert.deepEqual(texts('stream 599'), []);
    traffic.received('stream 599', 'looked at');
    assert.deepEqual(texts('stream 599'), ['looked at']);
  });

  it('costs a message at full rate next to nothing', () => {
    const traffic = new Traffic();
    const message = {
      boiler: 'b',
      readings: Array.from({ length: 50 }, (_, index) => ({ index, at: 'now' })),
    };
    const count = 50_000;
    const start = performance.now();
    for (let index = 0; index < count; index += 1) traffic.received('a', message);
    const each = ((performance.now() - start) * 1_000) / count;
    assert.ok(each < 5, `${each.toFixed(2)} µs for each message`);
  });
});
