import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  memoryOutbox,
  type Outbox,
  type OutboxKey,
  type OutboxMessage,
  type StoredMessage,
} from '../../../src/client/outbox/outbox';
import type { Left } from '../../../src/client/publish/unfinished';
import {
  ClosedError,
  NetworkError,
  OfflineError,
  PayloadError,
  ProtocolError,
  QueueFullError,
  ReplyError,
  StoreError,
} from '../../../src/errors';
import type { Definition } from '../../../src/protocol/schema/schema';
import { settled } from '../../support/clock';
import { Bench } from '../../support/publisher-bench';
import { asKept } from '../../support/store/outbox';

describe('client/publisher', () => {
  it('publishes each stream in order, one request at a time, and different streams side by side', async () => {
    const bench = new Bench();
    const answers: (() => void)[] = [];
    bench.server = () => new Promise((resolve) => answers.push(resolve));
    const all = [
      bench.publisher.publish('a', 1),
      bench.publisher.publish('a', 2),
      bench.publisher.publish('b', 3),
    ];
    assert.deepEqual(bench.sent, [
      { stream: 'a', texts: ['1'] },
      { stream: 'b', texts: ['3'] },
    ]);
    answers[0]?.();
    await settled();
    assert.deepEqual(bench.sent[2], { stream: 'a', texts: ['2'] });
    for (const answer of answers) answer();
    await Promise.all(all);
  });

  it('writes a message down when it is taken: what is changed later does not matter', async () => {
    const bench = new Bench();
    const message = { n: 1 };
    bench.publisher.pause();
    const published = bench.publisher.publish('s', message);
    message.n = 2;
    bench.publisher.resume();
    await published;
    assert.deepEqual(bench.texts, ['{"n":1}']);
  });

  it('tells one end of what is offered, never before the offer is over', async () => {
    const bench = new Bench();
    bench.server = async (_stream, [text]) => {
      if (text === '2') throw new ReplyError('no', { status: 422 });
    };
    const ends: string[] = [];
    for (const message of [1, 2, undefined]) {
      bench.publisher.offer(
        's',
        message,
        { batch: false },
        {
          ended: (error) => ends.push(`${message}: ${error?.name ?? 'published'}`),
        },
      );
    }
    assert.deepEqual(ends, []);
    await settled();
    assert.deepEqual(ends.sort(), ['1: published', '2: ReplyError', 'undefined: PayloadError']);
  });

  it('tells all of a batch, though somebody throws when told', async () => {
    const bench = new Bench();
    bench.publisher.pause();
    const ends: number[] = [];
    for (const n of [1, 2, 3]) {
      bench.publisher.offer(
        's',
        n,
        {},
        {
          ended() {
            ends.push(n);
            if (n !== 3) throw new Error(`no ${n}`);
          },
        },
      );
    }
    bench.publisher.offer(
      's',
      1n,
      {},
      {
        ended() {
          throw new Error('no 4');
        },
      },
    );
    bench.publisher.resume();
    await settled();
    assert.deepEqual(ends, [1, 2, 3]);
    assert.equal(bench.publisher.queued, 0);
    assert.deepEqual(
      bench.problems.map(({ message }) => message.slice(-4)),
      ['no 4', 'no 1', 'no 2'],
    );
  });

  it('refuses at once what JSON cannot say', async () => {
    const bench = new Bench();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const message of [undefined, 1n, cycle, new Date(Number.NaN)]) {
      await assert.rejects(bench.publisher.publish('s', message), PayloadError);
    }
    assert.equal(bench.publisher.queued, 0);
    assert.equal(bench.sent.length, 0);
  });

  it('counts what waits, and tells of every change', async () => {
    const bench = new Bench();
    await Promise.all([bench.publisher.publish('a', 1), bench.publisher.publish('b', 2)]);
    assert.deepEqual(bench.counts, [1, 2, 1, 0]);
  });

  it('refuses the newest when the queue is full, all streams together', async () => {
    const bench = new Bench();
    bench.hang();
    for (const stream of ['a', 'b', 'c', 'd', 'e']) void bench.publisher.publish(stream, 1);
    await assert.rejects(bench.publisher.publish('a', 2), QueueFullError);
    assert.equal(bench.publisher.queued, 5);
  });

  it('refuses at once for the reason it is given', async () => {
    const bench = new Bench();
    bench.refusal = new OfflineError('Not connected');
    await assert.rejects(bench.publisher.publish('s', 1), bench.refusal);
    assert.equal(bench.sent.length, 0);
  });

  it('pauses and resumes all lines', async () => {
    const bench = new Bench();
    bench.publisher.pause();
    const published = [bench.publisher.publish('a', 1), bench.publisher.publish('b', 2)];
    await settled();
    assert.equal(bench.sent.length, 0);
    bench.publisher.resume();
    await Promise.all(published);
  });

  it('tries at once again when woken', async () => {
    const bench = new Bench();
    bench.server = () => Promise.reject(new NetworkError('gone'));
    const published = bench.publisher.publish('s', 1);
    await settled();
    bench.server = async () => {};
    bench.health.renew();
    await published;
    assert.equal(bench.clock.pending, 0);
  });

  it('keeps nothing of a stream whose line is empty', async () => {
    const bench = new Bench({ queueLimit: 10_000 });
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => bench.publisher.publish(`stream-${n}`, n)));
    await settled();
    const before = bench.sent.length;
    bench.publisher.wake();
    assert.equal(bench.sent.length, before);
    assert.equal(bench.clock.pending, 0);
  });

  describe('lists', () => {
    it('sends a list together, though the line is free', async () => {
      const bench = new Bench();
      await bench.publisher.publishAll('s', [1, 2, 3]);
      assert.deepEqual(bench.sent, [{ stream: 's', texts: ['1', '2', '3'] }]);
    });

    it('sends a list one by one when batches are off', async () => {
      const bench = new Bench();
      await bench.publisher.publishAll('s', [1, 2], { batch: false });
      assert.deepEqual(
        bench.sent.map(({ texts }) => texts),
        [['1'], ['2']],
      );
    });

    it('says which could not be published, and publishes the others', async () => {
      const bench = new Bench();
      await assert.rejects(bench.publisher.publishAll('s', [1, undefined, 3]), (error) => {
        return error instanceof PayloadError && error.problems[0]?.path === '[1]';
      });
      assert.deepEqual(bench.texts, ['1', '3']);
    });

    it('takes what refuses one message for all behind it, and reads none of them', async () => {
      const bench = new Bench({ queueLimit: 2 });
      let read = 0;
      const messages = Array.from({ length: 10_000 }, () => ({
        get n() {
          read += 1;
          return read;
        },
      }));
      await assert.rejects(bench.publisher.publishAll('s', messages), (error) => {
        assert(error instanceof QueueFullError);
        assert.equal(error.failed, 9_998);
        assert.equal(new Set(error.failures?.map((failure) => failure.error)).size, 1);
        return true;
      });
      assert.equal(read, 3);
    });

    it('is done at once with an empty list', async () => {
      await new Bench().publisher.publishAll('s', []);
    });

    it('is done with a list that a message of it makes shorter, or longer, as it is read', async () => {
      const bench = new Bench();
      const reading = (get: () => unknown): unknown =>
        Object.defineProperty({}, 'n', { get, enumerable: true });
      const messages: unknown[] = [reading(() => messages.pop()), 2, 3];
      await assert.rejects(bench.publisher.publishAll('s', messages), { name: 'PayloadError', failed: 1 });
      assert.deepEqual(bench.texts, ['{"n":3}', '2']);
      const more: unknown[] = [reading(() => more.push(4)), 2];
      await bench.publisher.publishAll('s', more);
      assert.deepEqual(bench.texts.slice(2), ['{"n":3}', '2']);
    });
  });

  describe('checks', () => {
    it('fetches the schema before the first message is sent, and again only before it refuses one', async () => {
      const bench = new Bench();
      await bench.publisher.publish('s', { n: 1 }, { check: 'types' });
      await bench.publisher.publish('s', { n: 2 }, { check: 'types' });
      assert.equal(bench.described, 1);
      await assert.rejects(bench.publisher.publish('s', { n: 'x' }, { check: 'types' }), PayloadError);
      assert.equal(bench.described, 2);
      assert.deepEqual(bench.texts, ['{"n":1}', '{"n":2}']);
    });

    it('sends what a schema allows that somebody has defined since (G3)', async () => {
      const bench = new Bench();
      await bench.publisher.publish('s', { n: 1 }, { check: 'types' });
      bench.describe = async () => ({ name: 's', version: 2, fields: [{ name: 'n', type: 'float' }] });
      await bench.publisher.publish('s', { n: 1.5 }, { check: 'types' });
      assert.deepEqual(bench.texts, ['{"n":1}', '{"n":1.5}']);
    });

    it('checks what is sent, whether the schema is at hand or not: undefined is nothing', async () => {
      const bench = new Bench();
      const message = { n: 1, extra: undefined };
      await bench.publisher.publish('s', message, { check: 'strict' });
      await bench.publisher.publish('s', message, { check: 'strict' });
      assert.deepEqual(bench.texts, ['{"n":1}', '{"n":1}']);
    });

    it('sends unchecked, and says once, what nobody here understands the schema of (G3)', async () => {
      const bench = new Bench();
      bench.describe = () => Promise.reject(new ProtocolError('odd'));
      for (const n of [1, 'x']) await bench.publisher.publish('s', { n }, { check: 'types' });
      assert.deepEqual(bench.texts, ['{"n":1}', '{"n":"x"}']);
      assert.equal(bench.described, 1);
      assert.deepEqual(
        bench.problems.map(({ message }) => message),
        ['Messages to "s" are not checked, as its schema cannot be understood: odd'],
      );
    });

    it('writes a moment in time as its schema wants it, though it was kept on disk or handed over meanwhile', async () => {
      const date: Definition = {
        name: 's',
        version: 1,
        fields: [
          { name: 'at', type: 'date' },
          { name: 'text', type: 'string' },
        ],
      };
      const moment = { toJSON: () => '2026-01-02T03:04:05.678Z' };
      const wanted = '{"at":"2026-01-02T03:04:05Z","text":"2026-01-02T03:04:05.678Z"}';
      const kept: OutboxMessage[] = [];
      const disk = { ...memoryOutbox, durable: true, replays: true };
      const accept: Outbox['accept'] = (message, at) => kept.push(asKept(message, at));
      const stored = new Bench({ outbox: { ...disk, accept } });
      void stored.publisher.publish('s', { at: moment, text: moment }, { check: 'types' });
      const replayed = new Bench({
        outbox: { ...disk, open: async () => kept.map((message, key) => ({ ...message, key: key + 1 })) },
      });
      replayed.describe = async () => date;
      await settled();
      await replayed.publisher.drained();
      assert.deepEqual(replayed.texts, [wanted]);

      const retired = new Bench();
      retired.publisher.pause();
      const published = retired.publisher.publish('s', { at: moment, text: moment }, { check: 'types' });
      const left: Left = { unsent: [], kept: new Map() };
      retired.publisher.retire(left);
      const successor = new Bench();
      successor.describe = async () => date;
      successor.publisher.adopt(left);
      successor.publisher.wake();
      await published;
      await successor.publisher.publish('s', { at: moment, text: moment }, { check: 'types' });
      assert.deepEqual(successor.texts, [wanted, wanted]);
    });

    it('accepts missing and extra fields unless told to be strict (P12)', async () => {
      const bench = new Bench();
      await bench.publisher.publish('s', { other: true }, { check: 'types' });
      await assert.rejects(bench.publisher.publish('s', { other: true }, { check: 'strict' }), PayloadError);
    });

    it('checks a Date as what it goes out as (P13)', async () => {
      const bench = new Bench();
      bench.describe = async () => ({ name: 's', version: 1, fields: [{ name: 'at', type: 'date' }] });
      const message = { at: new Date('2026-01-02T03:04:05.678Z') };
      await bench.publisher.publish('s', message, { check: 'strict' });
      await bench.publisher.publish('s', message, { check: 'strict' });
      assert.deepEqual(new Set(bench.texts), new Set(['{"at":"2026-01-02T03:04:05Z"}']));
    });

    it('fetches the schema again when the server refuses what follows it', async () => {
      const bench = new Bench();
      await bench.publisher.publish('s', { n: 1 }, { check: 'types' });
      bench.server = () => Promise.reject(new ReplyError('no', { status: 400 }));
      await assert.rejects(bench.publisher.publish('s', { n: 2 }, { check: 'types' }), ReplyError);
      bench.server = async () => {};
      await bench.publisher.publish('s', { n: 3 }, { check: 'types' });
      assert.equal(bench.described, 2);
    });

    it('says that a stream without a schema cannot be checked', async () => {
      const bench = new Bench();
      bench.describe = async () => null;
      await assert.rejects(bench.publisher.publish('s', 1, { check: 'types' }), /No schema to check against/);
    });
  });

  describe('stop', () => {
    it('gives up what waits, takes no more, and lets what is out have its answer', async () => {
      const bench = new Bench();
      let answer = (): void => {};
      bench.server = () =>
        new Promise((resolve) => {
          answer = resolve;
        });
      const out = bench.publisher.publish('s', 1);
      const waiting = bench.publisher.publish('s', 2);
      bench.publisher.stop();
      await assert.rejects(waiting, ClosedError);
      await assert.rejects(bench.publisher.publish('s', 3), ClosedError);
      const drained = bench.publisher.drained();
      answer();
      await Promise.all([out, drained]);
      assert.equal(bench.sent.length, 1);
      assert.equal(bench.clock.pending, 0);
    });
  });

  it('hands over in order what waits and what a request brings back as it retires', async () => {
    const bench = new Bench();
    const answers: (() => void)[] = [];
    bench.server = () =>
      new Promise((_resolve, reject) => answers.push(() => reject(new NetworkError('gone'))));
    void bench.publisher.publishAll('s', [1, 2]);
    void bench.publisher.publish('t', 3);
    void bench.publisher.publish('s', 4);
    const left: Left = { unsent: [], kept: new Map() };
    bench.publisher.retire(left);
    for (const answer of answers) answer();
    await settled();
    assert.deepEqual(
      left.unsent.map(({ text }) => text),
      ['1', '2', '3', '4'],
    );
    assert.equal(bench.publisher.queued, 0);
  });

  describe('with an outbox that outlives the process', () => {
    class Disk implements Outbox {
      readonly durable = true;
      readonly replays = true;
      readonly kept = new Map<OutboxKey, OutboxMessage>();
      accept: Outbox['accept'] = (message, at, told) =>
        queueMicrotask(() => told(message, this.write(asKept(message, at))));
      before: StoredMessage[] = [];
      #key = 100;

      write(message: OutboxMessage): OutboxKey {
        this.#key += 1;
        this.kept.set(this.#key, message);
        return this.#key;
      }

      async open(): Promise<StoredMessage[]> {
        for (const message of this.before) this.kept.set(message.key, message);
        return this.before;
      }

      settle(key: OutboxKey): void {
        this.kept.delete(key);
      }

      async close(): Promise<void> {}
    }

    it('sends a message only once it is kept, in the order of the calls', async () => {
      const disk = new Disk();
      const writes: (() => void)[] = [];
      disk.accept = (message, at, told) => writes.push(() => told(message, disk.write(asKept(message, at))));
      const bench = new Bench({ outbox: disk });
      await settled();
      const published = [bench.publisher.publish('s', 1), bench.publisher.publish('s', 2)];
      writes[1]?.();
      await settled();
      assert.equal(bench.sent.length, 0);
      writes[0]?.();
      await Promise.all(published);
      assert.deepEqual(bench.texts, ['1', '2']);
      assert.equal(disk.kept.size, 0);
    });

    it('fails only the message that could not be kept', async () => {
      const disk = new Disk();
      const full = new StoreError('disk full');
      disk.accept = (message, at, told) =>
        queueMicrotask(() => told(message, message.text === '2' ? full : disk.write(asKept(message, at))));
      const bench = new Bench({ outbox: disk });
      const [one, two, three] = [1, 2, 3].map((n) => bench.publisher.publish('s', n));
      await assert.rejects(two ?? Promise.resolve(), full);
      await Promise.all([one, three]);
      assert.deepEqual(bench.texts, ['1', '3']);
    });

    it('sends what an earlier process left before all else, and forgets it', async () => {
      const disk = new Disk();
      disk.before = [
        { key: 1, stream: 's', text: '"old 1"', batch: true, at: 0 },
        { key: 2, stream: 's', text: '"old 2"', batch: true, at: 0 },
        { key: 3, stream: 't', text: '"old 3"', batch: true, at: 0 },
      ];
      const bench = new Bench({ outbox: disk });
      await bench.publisher.publish('s', 'new');
      assert.deepEqual(
        bench.sent.filter(({ stream }) => stream === 's').flatMap(({ texts }) => texts),
        ['"old 1"', '"old 2"', '"new"'],
      );
      assert.equal(disk.kept.size, 0);
      assert.equal(bench.publisher.queued, 0);
    });

    it('sends all that was left, whatever a table keeps where there is nothing', async () => {
      const disk = new Disk();
      disk.before = JSON.parse(`[
        { "key": 1, "stream": "s", "text": "1", "batch": true, "at": 0, "check": null, "instants": null, "late": null },
        { "key": 2, "stream": "s", "text": "{}", "batch": true, "at": 1, "check": "types", "instants": null, "late": false },
        { "key": 3, "stream": "s", "text": "0", "batch": true, "at": 0, "late": true }
      ]`);
      const bench = new Bench({ outbox: disk });
      await settled();
      await bench.publisher.drained();
      assert.deepEqual(bench.texts, ['0', '1', '{}']);
      assert.deepEqual(bench.problems, []);
      assert.equal(disk.kept.size, 0);
    });

    it('sends nothing before it knows what an earlier process left', async () => {
      const disk = new Disk();
      let know = (): void => {};
      disk.open = () =>
        new Promise((resolve) => {
          know = () => resolve([{ key: 1, stream: 's', text: '"old"', batch: true, at: 0 }]);
        });
      const bench = new Bench({ outbox: disk });
      const published = bench.publisher.publish('s', 'new');
      await settled();
      assert.deepEqual(bench.texts, []);
      know();
      await published;
      assert.deepEqual(bench.texts, ['"old"', '"new"']);
    });

    it('reports what an earlier process left and the server refuses', async () => {
      const disk = new Disk();
      disk.before = [{ key: 1, stream: 's', text: '1', batch: true, at: 0 }];
      const bench = new Bench({ outbox: disk });
      const refusal = new ReplyError('no', { status: 400 });
      bench.server = () => Promise.reject(refusal);
      await settled();
      assert.deepEqual(bench.problems, [refusal]);
      assert.equal(disk.kept.size, 0);
    });

    it('keeps what is unsent when it stops', async () => {
      const disk = new Disk();
      const bench = new Bench({ outbox: disk });
      bench.publisher.pause();
      const published = bench.publisher.publish('s', 1);
      await settled();
      bench.publisher.stop();
      await assert.rejects(published, /kept on disk/);
      assert.equal(disk.kept.size, 1);
    });

    it('settles once a message that is still being kept when it stops', async () => {
      const disk = new Disk();
      let write = (): void => {};
      disk.accept = (message, at, told) => {
        write = () => told(message, disk.write(asKept(message, at)));
      };
      const bench = new Bench({ outbox: disk });
      await settled();
      const published = bench.publisher.publish('s', 1);
      bench.publisher.stop();
      assert.equal(bench.publisher.queued, 1, 'not before it is known whether it is kept');
      write();
      await assert.rejects(published, /kept on disk/);
      assert.equal(bench.publisher.queued, 0);
      assert.equal(bench.sent.length, 0);
      assert.equal(disk.kept.size, 1);
    });

    it('works on, and reports it, when what was left cannot be read', async () => {
      const disk = new Disk();
      const broken = new StoreError('corrupt');
      disk.open = () => Promise.reject(broken);
      const bench = new Bench({ outbox: disk });
      await bench.publisher.publish('s', 1);
      assert.deepEqual(bench.problems, [broken]);
    });
  });

  it('settles every message once and keeps the order of each stream, under random failures (G1, G4)', async () => {
    const failure = fc.constantFrom(
      undefined,
      undefined,
      new NetworkError('gone'),
      new ReplyError('busy', { status: 503 }),
    );
    const publish = fc.record({ stream: fc.constantFrom('a', 'b', 'c'), bad: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(publish, { maxLength: 60 }), fc.array(failure), async (messages, script) => {
        const failures = [...script];
        const bench = new Bench({ queueLimit: 100 });
        const received: Record<string, number[]> = { a: [], b: [], c: [] };
        bench.server = async (stream, texts) => {
          await settled();
          const error = failures.shift();
          if (error !== undefined) throw error;
          if (texts.some((text) => text.startsWith('-'))) throw new ReplyError('bad', { status: 400 });
          received[stream]?.push(...texts.map(Number));
        };
        const published = messages.map(({ stream, bad }, index) =>
          bench.publisher.publish(stream, bad ? -index - 1 : index),
        );
        let open = published.length;
        const outcomes = published.map((each) =>
          each.then(
            () => {
              open -= 1;
              return true;
            },
            () => {
              open -= 1;
              return false;
            },
          ),
        );
        while (open > 0) await bench.clock.advance(1_000);
        for (const [index, { bad }] of messages.entries()) assert.equal(await outcomes[index], !bad);
        for (const stream of ['a', 'b', 'c']) {
          const expected = messages.flatMap((each, index) =>
            each.stream === stream && !each.bad ? [index] : [],
          );
          assert.deepEqual(received[stream], expected);
        }
        assert.equal(bench.publisher.queued, 0);
        assert.equal(bench.clock.pending, 0);
      }),
      { numRuns: 60 },
    );
  });
});
