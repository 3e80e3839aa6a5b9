import assert from 'node:assert/strict';
import { createDiskOutbox } from '../../../src/client/outbox/disk-outbox';
import { memoryOutbox, type Outbox } from '../../../src/client/outbox/outbox';
import type { PublishOptions } from '../../../src/client/publish/entry';
import type { Left } from '../../../src/client/publish/unfinished';
import { ExpiredError, NetworkError, PurgedError, QueueFullError, ReplyError } from '../../../src/errors';
import { FakeClock, settled } from '../../support/clock';
import { Bench } from '../../support/publisher-bench';
import { FakeDisk } from '../../support/store/database';
import { until } from '../../support/until';

/** How each message ended, by its number, in the order of their ends. */
class Ends {
  readonly told: string[] = [];
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  offer(stream: string, ...numbers: number[]): void {
    for (const number of numbers) {
      const ended = (error?: Error): void => void this.told.push(`${number} ${error?.name ?? 'published'}`);
      this.#bench.publisher.offer(stream, number, {}, { ended });
    }
  }

  /** @param then what whoever hears of its end does. */
  offerOne(number: number, options: PublishOptions, then = (): void => {}): void {
    const ended = (error?: Error): void => {
      this.told.push(`${number} ${error?.name ?? 'published'}`);
      then();
    };
    this.#bench.publisher.offer('s', number, options, { ended });
  }
}

describe('client/backlog', () => {
  it('shows what waits, oldest first, whatever its stream, and not what a request holds', async () => {
    const bench = new Bench({ queueLimit: 100 });
    const ends = new Ends(bench);
    const start = bench.clock.now();
    bench.hang();
    ends.offer('a', 1);
    ends.offer('b', 2);
    await bench.clock.advance(10);
    ends.offer('b', 3);
    await bench.clock.advance(10);
    ends.offer('a', 4, 5);
    assert.deepEqual(bench.publisher.queue(2), {
      count: 3,
      oldestAt: start + 10,
      first: [
        { stream: 'b', at: start + 10, text: '3' },
        { stream: 'a', at: start + 20, text: '4' },
      ],
    });
    assert.equal(bench.publisher.queued, 5);
  });

  it('shows nothing while all flows', async () => {
    const bench = new Bench();
    await bench.publisher.publish('a', 1);
    assert.deepEqual(bench.publisher.queue(10), { count: 0, first: [] });
  });

  describe('with no room for more', () => {
    it('drops the oldest of all streams when told to, and says so of it (G11)', async () => {
      const bench = new Bench({ queueLimit: 3, whenFull: 'dropOldest' });
      const ends = new Ends(bench);
      bench.publisher.pause();
      ends.offer('a', 1);
      await bench.clock.advance(1);
      ends.offer('b', 2);
      await bench.clock.advance(1);
      ends.offer('a', 3, 4, 5);
      await settled();
      assert.deepEqual(ends.told, ['1 QueueFullError', '2 QueueFullError']);
      bench.publisher.resume();
      await settled();
      assert.deepEqual(bench.texts, ['3', '4', '5']);
    });

    it('drops nothing that a request holds: then the newest is refused', async () => {
      const bench = new Bench({ queueLimit: 2, whenFull: 'dropOldest' });
      bench.hang();
      const ends = new Ends(bench);
      ends.offer('a', 1);
      ends.offer('b', 2);
      await assert.rejects(bench.publisher.publish('c', 3), QueueFullError);
    });

    it('says the same of each that it drops, in one error for all of them', async () => {
      const bench = new Bench({ queueLimit: 1, whenFull: 'dropOldest' });
      bench.publisher.pause();
      const listed = bench.publisher.publishAll('a', [1, 2, 3, 4]);
      bench.publisher.resume();
      await assert.rejects(listed, (error) => {
        assert(error instanceof QueueFullError);
        assert.equal(error.failed, 3);
        return new Set(error.failures?.map((failure) => failure.error)).size === 1;
      });
    });

    it('lets go of what it dropped, however long nobody answers', async () => {
      const bench = new Bench({ queueLimit: 3, whenFull: 'dropOldest' });
      bench.server = () => Promise.reject(new ReplyError('busy', { status: 503 }));
      const ends = new Ends(bench);
      ends.offer('a', 0);
      await settled();
      for (let number = 1; number < 1_000; number += 1) ends.offer('a', number);
      assert.equal(bench.publisher.queue(10).count, 3);
      bench.server = async () => {};
      bench.publisher.wake();
      await settled();
      assert.deepEqual(bench.texts.slice(1), ['997', '998', '999']);
      assert.equal(bench.publisher.queued, 0);
    });
  });

  describe('with a maximum age', () => {
    it('ends what has waited for too long, then, and sends the rest (G11)', async () => {
      const bench = new Bench({ maxAge: 5_000, queueLimit: 100 });
      const ends = new Ends(bench);
      bench.publisher.pause();
      ends.offer('a', 1);
      await bench.clock.advance(1_000);
      ends.offer('b', 2);
      await bench.clock.advance(3_999);
      assert.deepEqual(ends.told, []);
      await bench.clock.advance(1);
      assert.deepEqual(ends.told, ['1 ExpiredError']);
      bench.publisher.resume();
      await settled();
      assert.deepEqual(ends.told, ['1 ExpiredError', '2 published']);
      assert.deepEqual(bench.texts, ['2']);
    });

    it('is not aged by a clock that is set, forward or back', async () => {
      const bench = new Bench({ maxAge: 5_000 });
      const ends = new Ends(bench);
      bench.publisher.pause();
      ends.offer('a', 1);
      bench.clock.step(8 * 86_400_000);
      await bench.clock.advance(4_999);
      bench.clock.step(-30 * 86_400_000);
      assert.deepEqual(ends.told, []);
      await bench.clock.advance(1);
      assert.deepEqual(ends.told, ['1 ExpiredError']);
    });

    for (const kind of ['memory', 'disk'] as const) {
      it(`is not aged by a clock that is set while it is handed over, and again (${kind})`, async () => {
        const clock = new FakeClock();
        const disk = new FakeDisk();
        const where = { folder: '/nowhere/queue', warn() {}, openDatabase: disk.openDatabase };
        const next = (): Bench => {
          const outbox = kind === 'disk' ? createDiskOutbox(where) : memoryOutbox;
          const bench = new Bench({ clock, maxAge: 5_000, outbox });
          bench.publisher.pause();
          return bench;
        };
        let bench = next();
        const ends = new Ends(bench);
        ends.offer('a', 1);
        for (const step of [3_600_000, -7_200_000, 7_200_000]) {
          const left: Left = { unsent: [], kept: new Map() };
          bench.publisher.retire(left);
          await bench.outbox.close();
          bench.publisher.giveUp();
          clock.step(step);
          bench = next();
          bench.publisher.adopt(left);
          await until(() => bench.publisher.queued === 1 || ends.told.length > 0);
        }
        await clock.advance(4_999);
        assert.deepEqual(ends.told, []);
        await clock.advance(1);
        assert.deepEqual(ends.told, ['1 ExpiredError']);
      });
    }

    it('ends what a request held meanwhile once that has failed, instead of trying it again', async () => {
      const bench = new Bench({ maxAge: 5_000 });
      let fail = (): void => {};
      bench.server = () =>
        new Promise((_resolve, reject) => {
          fail = () => reject(new NetworkError('gone'));
        });
      const published = bench.publisher.publish('a', 1);
      published.catch(() => {});
      await bench.clock.advance(9_000);
      assert.equal(bench.publisher.queued, 1);
      fail();
      await bench.clock.advance(1_000);
      await assert.rejects(published, ExpiredError);
      assert.equal(bench.sent.length, 1);
    });

    it('ends at once what a predecessor has left for too long', async () => {
      const bench = new Bench({ maxAge: 5_000 });
      const ends: string[] = [];
      const unsent = [1, 2].map((n) => ({
        ...{ stream: 'a', text: String(n), batch: true, at: bench.clock.now() - 2_500 * n },
        publication: { ended: (error?: Error) => void ends.push(`${n} ${error?.name ?? 'published'}`) },
      }));
      bench.publisher.adopt({ unsent, kept: new Map() });
      await settled();
      assert.deepEqual(ends, ['2 ExpiredError', '1 published']);
      assert.deepEqual(bench.texts, ['1']);
    });

    it('looks for those that come later and are older in time', async () => {
      const bench = new Bench({ maxAge: 5_000 });
      const ends = new Ends(bench);
      bench.publisher.pause();
      ends.offer('a', 1);
      const ended = (error?: Error): void => void ends.told.push(`2 ${error?.name}`);
      const at = bench.clock.now() - 3_000;
      const older = { stream: 'a', text: '2', batch: true, at, publication: { ended } };
      bench.publisher.adopt({ unsent: [older], kept: new Map() });
      await bench.clock.advance(2_000);
      assert.deepEqual(ends.told, ['2 ExpiredError']);
    });

    it('ends in time what was left behind a request that holds younger ones', async () => {
      const bench = new Bench({ maxAge: 5_000 });
      const ends = new Ends(bench);
      bench.hang();
      ends.offer('a', 1);
      const unsent = [2, 3].map((n) => ({
        ...{ stream: 'a', text: String(n), batch: true, at: bench.clock.now() - 5_000 + 1_000 * n },
        publication: { ended: (error?: Error) => void ends.told.push(`${n} ${error?.name}`) },
      }));
      bench.publisher.adopt({ unsent, kept: new Map() });
      await bench.clock.advance(2_000);
      assert.deepEqual(ends.told, ['2 ExpiredError']);
      await bench.clock.advance(1_000);
      assert.deepEqual(ends.told, ['2 ExpiredError', '3 ExpiredError']);
    });

    it('looks at all that wait no more than a hundred times while one waits, whatever comes in a second', async () => {
      const bench = new Bench({ maxAge: 5_000, queueLimit: 100 });
      const ends = new Ends(bench);
      bench.publisher.pause();
      for (let n = 0; n < 100; n += 1) {
        ends.offer('a', n);
        await bench.clock.advance(1);
      }
      await bench.clock.advance(4_900);
      assert.equal(ends.told.length, 1);
      await bench.clock.advance(49);
      assert.equal(ends.told.length, 1);
      await bench.clock.advance(1);
      assert.equal(ends.told.length, 51);
    });

    it('leaves no timer when nothing waits any more', async () => {
      const bench = new Bench({ maxAge: 5_000 });
      await bench.publisher.publish('a', 1);
      await bench.clock.advance(5_000);
      assert.equal(bench.clock.pending, 0);
      const ends = new Ends(bench);
      bench.publisher.pause();
      ends.offer('a', 1);
      bench.publisher.stop();
      assert.equal(bench.clock.pending, 0);
    });
  });

  it('throws away all that waits, and goes on with what comes then', async () => {
    const bench = new Bench({ queueLimit: 100 });
    const ends = new Ends(bench);
    bench.server = () => Promise.reject(new ReplyError('busy', { status: 503 }));
    ends.offer('a', 1);
    await settled();
    ends.offer('a', 2);
    bench.publisher.pause();
    ends.offer('b', 3);
    assert.equal(bench.publisher.purge(), 3);
    assert.deepEqual(ends.told.sort(), ['1 PurgedError', '2 PurgedError', '3 PurgedError']);
    assert.equal(bench.publisher.purge(), 0);
    assert.equal(bench.clock.pending, 0);
    bench.server = async () => {};
    bench.publisher.resume();
    await bench.publisher.publish('a', 4);
    assert.deepEqual(bench.texts, ['1', '4']);
    assert.ok(new PurgedError('x').code === 'SEA_PURGED');
  });

  describe('whoever hears of an end', () => {
    const others = [
      ['a purge', (bench: Bench) => bench.publisher.purge(), 'PurgedError'],
      ['their signal', (_bench: Bench, signal: AbortController) => signal.abort(), 'AbortedError'],
    ] as const;
    for (const [what, endOthers, name] of others) {
      const told = (first: string): string[] => [`1 ${first}`, `2 ${name}`, `3 ${name}`];

      function offered(bench: Bench): Ends {
        const ends = new Ends(bench);
        const controller = new AbortController();
        bench.publisher.pause();
        ends.offerOne(1, {}, () => endOthers(bench, controller));
        for (const number of [2, 3]) ends.offerOne(number, { signal: controller.signal });
        return ends;
      }

      it(`may end the others by ${what}, as all are purged: each is told once (G1)`, () => {
        const bench = new Bench();
        const ends = offered(bench);
        assert.equal(bench.publisher.purge(), 1);
        assert.deepEqual(ends.told, told('PurgedError'));
        assert.equal(bench.publisher.queued, 0);
      });

      it(`may end the others by ${what}, as all became too old: each is told once (G1)`, async () => {
        const bench = new Bench({ maxAge: 1_000 });
        const ends = offered(bench);
        await bench.clock.advance(1_000);
        assert.deepEqual(ends.told, told('ExpiredError'));
        assert.equal(bench.publisher.queued, 0);
      });
    }

    it('may offer others, told that one was dropped: they come behind the one that it went for (G4)', async () => {
      const bench = new Bench({ queueLimit: 2, whenFull: 'dropOldest' });
      const ends = new Ends(bench);
      bench.publisher.pause();
      ends.offerOne(1, {}, () => ends.offer('s', 4));
      ends.offer('s', 2, 3);
      await settled();
      bench.publisher.resume();
      await settled();
      assert.deepEqual(bench.texts, ['3', '4']);
      assert.deepEqual(ends.told, ['1 QueueFullError', '2 QueueFullError', '3 published', '4 published']);
    });

    it('may send on what waited: that is not thrown away, as it is on its way', async () => {
      const keep: (() => void)[] = [];
      const accept: Outbox['accept'] = (message, _at, kept) => keep.push(() => kept(message, keep.length));
      const bench = new Bench({ outbox: { ...memoryOutbox, durable: true, accept } });
      const ends = new Ends(bench);
      ends.offerOne(1, {}, () => bench.publisher.wake());
      ends.offer('s', 2);
      keep[1]?.();
      await settled();
      assert.equal(bench.publisher.purge(), 1);
      await settled();
      assert.deepEqual(ends.told, ['1 PurgedError', '2 published']);
      assert.deepEqual(bench.texts, ['2']);
    });
  });
});
