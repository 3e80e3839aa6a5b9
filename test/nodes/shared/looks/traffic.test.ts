import assert from 'node:assert/strict';
import { Traffic } from '../../../../nodes/shared/looks/traffic';

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

  it('gives the next message of a stream, as it was when it passed', async () => {
    const traffic = new Traffic();
    const { signal } = new AbortController();
    traffic.meter('a').received({ value: 1 });
    const next = traffic.next('a', 60_000, signal);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    // What is too long, or no JSON, is not for an editor.
    for (const message of ['x'.repeat(200_000), circle, 1n]) traffic.meter('a').received(message);
    const message = { value: 2, at: new Date('2026-01-02T03:04:05Z') };
    traffic.meter('a').offered(message);
    message.value = 3;
    assert.deepEqual((await next)?.message, { value: 2, at: '2026-01-02T03:04:05Z' });
  });

  it('waits no longer than somebody does, and takes no stream for one because somebody waited', async () => {
    const traffic = new Traffic();
    const waiting = new AbortController();
    const next = traffic.next('never seen', 60_000, waiting.signal);
    waiting.abort();
    assert.equal(await next, undefined);
    assert.equal(await traffic.next('never seen', 60_000, waiting.signal), undefined);
    assert.equal(await traffic.next('never seen', 1, new AbortController().signal), undefined);
    assert.deepEqual(traffic.streams(), []);
  });

  it('forgets the oldest of very many streams', () => {
    const traffic = new Traffic();
    for (let index = 0; index < 10_100; index += 1) traffic.meter(`stream ${index}`).received(index);
    const names = traffic.streams().map(({ name }) => name);
    assert.equal(names.length, 10_000);
    assert.equal(names[0], 'stream 100');
  });

  it('forgets none that somebody counts with, or looks at', () => {
    const traffic = new Traffic();
    const counting = traffic.meter('counting');
    counting.hold();
    const heard: unknown[] = [];
    const untap = traffic.meter('looked at').tap((message) => heard.push(message));
    const fill = () => {
      for (let index = 0; index < 20_100; index += 1) traffic.meter(`stream ${index}`).received(index);
    };
    fill();
    assert.equal(traffic.meter('counting'), counting);
    traffic.meter('looked at').received(1);
    assert.deepEqual(heard, [1]);
    assert.equal(traffic.streams().length, 10_000 - 1);
    counting.release();
    untap();
    fill();
    assert.notEqual(traffic.meter('counting'), counting);
  });

  it('remembers no name that is longer than any stream may have', () => {
    const traffic = new Traffic();
    traffic.meter('x'.repeat(1_001)).failed(new Error('too long'));
    assert.deepEqual(traffic.streams(), []);
  });

  it('expects those who do not know yet what they will subscribe to', () => {
    const traffic = new Traffic();
    const ends = [traffic.expect(), traffic.expect()];
    ends[0]?.();
    assert.equal(traffic.expecting, true);
    ends[1]?.();
    assert.equal(traffic.expecting, false);
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

  it('hears all of a stream that one node, and no other, gets every message of', () => {
    const traffic = new Traffic();
    const one = {
      node: 'n',
      stream: 'a',
      delivery: 'every' as const,
      status: 'active' as const,
      received: 0,
    };
    const hears = (...reports: Parameters<Traffic['join']>[0] extends () => infer All ? All : never) => {
      const leave = traffic.join(() => reports);
      const heard = traffic.hears('a');
      leave();
      return heard;
    };
    assert.equal(hears(one, { ...one, stream: 'b' }), true);
    assert.equal(hears(), false);
    assert.equal(hears({ ...one, delivery: 'shared' }), false);
    assert.equal(hears({ ...one, status: 'pending' }), false);
    assert.equal(hears(one, one), false, 'each message would be heard of twice');
  });
});
