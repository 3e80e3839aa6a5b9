import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Entry, Line, type LineContext } from '../../src/client/line';
import { ClosedError, NetworkError, ReplyError, type StreamSeaError, TimeoutError } from '../../src/errors';
import type { PayloadCheck } from '../../src/protocol/payload';
import { FakeClock, settled } from '../support/clock';

interface Named extends Entry {
  readonly name: string;
}

function entry(name: string, more: Partial<Named> = {}): Named {
  return { name, text: name, batch: true, check: undefined, place: 'stored', ...more };
}

/** A line whose requests a test answers one by one. */
class Bench {
  readonly clock = new FakeClock();
  readonly sent: string[][] = [];
  readonly done: string[] = [];
  readonly failed = new Map<string, StreamSeaError>();
  emptied = 0;
  paused = false;
  loadCheck: () => Promise<PayloadCheck> = async () => () => [];
  readonly line: Line<Named>;
  #answer: { resolve(): void; reject(error: unknown): void } | undefined;

  constructor(options: Partial<LineContext<Named>> = {}) {
    this.line = new Line<Named>('s', {
      clock: this.clock,
      random: () => 0.5,
      backoff: { first: 1_000, max: 60_000 },
      batch: { messages: 4, bytes: 100 },
      retry: true,
      paused: () => this.paused,
      send: (_stream, texts) => {
        this.sent.push([...texts]);
        return new Promise((resolve, reject) => {
          this.#answer = { resolve, reject };
        });
      },
      loadCheck: () => this.loadCheck(),
      settled: (_stream, { name }, error) => {
        assert.ok(!this.done.includes(name) && !this.failed.has(name), `${name} is settled twice`);
        if (error === undefined) this.done.push(name);
        else this.failed.set(name, error);
      },
      empty: () => {
        this.emptied += 1;
      },
      ...options,
    });
  }

  publish(...entries: (string | Named)[]): void {
    for (const each of entries) {
      this.line.push(typeof each === 'string' ? entry(each) : each);
      this.line.pump();
    }
  }

  /** The server answers the request that is out: it accepts, or fails with an error. */
  async answer(error?: unknown): Promise<void> {
    assert.ok(this.#answer, 'no request is out');
    const { resolve, reject } = this.#answer;
    this.#answer = undefined;
    if (error === undefined) resolve();
    else reject(error);
    await rested();
  }

  get last(): string[] | undefined {
    return this.sent.at(-1);
  }
}

/** After a batch, a line rests for a turn of the event loop, which ends with the second from here. */
async function rested(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await settled();
}

const network = new NetworkError('gone');
const refused = (status: number, retryAfter?: number): ReplyError =>
  new ReplyError(`status ${status}`, { status, ...(retryAfter !== undefined && { retryAfter }) });

describe('client/line', () => {
  describe('batches', () => {
    it('sends a message that finds the line free at once and alone, with no timer', () => {
      const bench = new Bench();
      bench.publish('a', 'b', 'c');
      assert.deepEqual(bench.sent, [['a']]);
      assert.equal(bench.clock.pending, 0);
    });

    it('sends together what has gathered while a request was out', async () => {
      const bench = new Bench();
      bench.publish('a', 'b', 'c');
      await bench.answer();
      assert.deepEqual(bench.last, ['b', 'c']);
      await bench.answer();
      assert.deepEqual(bench.done, ['a', 'b', 'c']);
      assert.equal(bench.emptied, 1);
    });

    it('sends together what a batch has set off, with what came before', async () => {
      const bench = new Bench();
      bench.publish('a', 'b', 'c');
      await bench.answer();
      bench.publish('d');
      const answered = bench.answer();
      for (const name of ['e', 'f', 'g']) setImmediate(() => bench.publish(name));
      await answered;
      assert.deepEqual(bench.sent, [['a'], ['b', 'c'], ['d', 'e', 'f', 'g']]);
    });

    it('lets nobody wait behind a message that left alone', async () => {
      const bench = new Bench();
      bench.publish('a');
      await bench.answer();
      bench.publish('b');
      assert.deepEqual(bench.sent, [['a'], ['b']]);
    });

    it('gives up what comes while it rests, when it is stopped', async () => {
      const bench = new Bench();
      bench.publish('a', 'b', 'c');
      await bench.answer();
      const answered = bench.answer();
      await settled();
      bench.publish('d');
      bench.line.stop(new ClosedError('closed'));
      await answered;
      assert.deepEqual([...bench.failed.keys()], ['d']);
      assert.deepEqual(bench.sent, [['a'], ['b', 'c']]);
    });

    it('sends no more messages together than the limit', async () => {
      const bench = new Bench();
      bench.publish('a', 'b', 'c', 'd', 'e', 'f');
      await bench.answer();
      assert.deepEqual(bench.last, ['b', 'c', 'd', 'e']);
      await bench.answer();
      assert.deepEqual(bench.last, ['f']);
    });

    it('sends no more bytes together than the limit, and a larger message alone', async () => {
      const bench = new Bench();
      const euro = '€'.repeat(20);
      const large = 'x'.repeat(200);
      bench.publish('a', euro, euro.slice(0, 13), large, 'b');
      await bench.answer();
      // 60 bytes and 39 are below 100; by their count of letters a large one would have fitted too.
      assert.deepEqual(bench.last, [euro, euro.slice(0, 13)]);
      await bench.answer();
      assert.deepEqual(bench.last, [large]);
      await bench.answer();
      assert.deepEqual(bench.last, ['b']);
    });

    it('counts bytes, not letters, though it counts them only where they could matter', async () => {
      const bench = new Bench();
      const euros = (count: number): string => '€'.repeat(count);
      bench.publish('a', euros(20), euros(13), euros(1), 'b');
      await bench.answer();
      assert.deepEqual(bench.last, [euros(20), euros(13)]);
      await bench.answer();
      assert.deepEqual(bench.last, [euros(1), 'b']);
    });

    it('never sends a message together with others that is to be alone', async () => {
      const bench = new Bench();
      bench.publish('a', 'b', entry('lone', { batch: false }), 'c', 'd');
      await bench.answer();
      await bench.answer();
      await bench.answer();
      assert.deepEqual(bench.sent, [['a'], ['b'], ['lone'], ['c', 'd']]);
    });
  });

  describe('refusals', () => {
    it('halves a batch refused with 400 until the guilty stand alone, and only they fail', async () => {
      const bench = new Bench();
      bench.publish('first', 'a', 'bad', 'c', 'd');
      await bench.answer();
      while (bench.done.length + bench.failed.size < 5) {
        await bench.answer(bench.last?.includes('bad') ? refused(400) : undefined);
      }
      assert.deepEqual(bench.done, ['first', 'a', 'c', 'd']);
      assert.deepEqual([...bench.failed.keys()], ['bad']);
      assert.deepEqual(bench.sent.slice(1), [
        ['a', 'bad', 'c', 'd'],
        ['a', 'bad'],
        ['a'],
        ['bad'],
        ['c', 'd'],
      ]);
    });

    it('halves a batch that is too large for the server (413)', async () => {
      const bench = new Bench();
      bench.publish('first', 'a', 'b');
      await bench.answer();
      await bench.answer(refused(413));
      await bench.answer();
      await bench.answer();
      assert.deepEqual(bench.sent.slice(1), [['a', 'b'], ['a'], ['b']]);
      assert.deepEqual(bench.done, ['first', 'a', 'b']);
    });

    for (const status of [301, 400, 403, 404, 413]) {
      it(`fails a lone message refused with ${status} for good, and goes on`, async () => {
        const bench = new Bench();
        bench.publish('a', 'b');
        await bench.answer(refused(status));
        await bench.answer();
        assert.deepEqual([...bench.failed.keys()], ['a']);
        assert.deepEqual(bench.done, ['b']);
      });
    }

    it('fails every message of a batch refused with 403', async () => {
      const bench = new Bench();
      bench.publish('a', 'b', 'c');
      await bench.answer();
      await bench.answer(refused(403));
      assert.deepEqual([...bench.failed.keys()], ['b', 'c']);
    });
  });

  describe('retries', () => {
    for (const error of [network, new TimeoutError('slow'), refused(408), refused(429), refused(503)]) {
      it(`tries the same messages again after ${error.message}, before all others (P9)`, async () => {
        const bench = new Bench();
        bench.publish('a', 'b');
        await bench.answer(error);
        assert.equal(bench.sent.length, 1);
        bench.publish('c');
        await bench.clock.advance(500);
        assert.deepEqual(bench.last, ['a']);
        await bench.answer();
        assert.deepEqual(bench.last, ['b', 'c']);
      });
    }

    it('waits longer after each failure in a row, and forgets them after a success', async () => {
      const bench = new Bench();
      bench.publish('a', 'b');
      for (const wait of [500, 1_000, 2_000, 4_000]) {
        await bench.answer(network);
        assert.equal(bench.clock.next, wait);
        await bench.clock.advance(wait);
      }
      await bench.answer();
      await bench.answer(network);
      assert.equal(bench.clock.next, 500);
    });

    it('waits as long as the server asks, also when woken', async () => {
      const bench = new Bench();
      bench.publish('a');
      await bench.answer(refused(429, 30_000));
      bench.line.wake();
      await bench.clock.advance(29_999);
      assert.equal(bench.sent.length, 1);
      await bench.clock.advance(1);
      assert.equal(bench.sent.length, 2);
    });

    it('does not believe a Retry-After of years', async () => {
      const bench = new Bench();
      bench.publish('a');
      await bench.answer(refused(503, 10 ** 12));
      assert.equal(bench.clock.next, 3_600_000);
    });

    it('tries at once when woken', async () => {
      const bench = new Bench();
      bench.publish('a');
      await bench.answer(network);
      bench.line.wake();
      assert.equal(bench.sent.length, 2);
      assert.equal(bench.clock.pending, 0);
    });

    it('gives each message one attempt when told not to retry', async () => {
      const bench = new Bench({ retry: false });
      bench.publish('a', 'b');
      await bench.answer(network);
      await bench.answer();
      assert.deepEqual([...bench.failed.keys()], ['a']);
      assert.deepEqual(bench.done, ['b']);
    });
  });

  it('sends nothing while paused', async () => {
    const bench = new Bench();
    bench.paused = true;
    bench.publish('a');
    assert.equal(bench.sent.length, 0);
    bench.paused = false;
    bench.line.wake();
    assert.deepEqual(bench.sent, [['a']]);
  });

  it('waits for a message that is still being stored, and leaves out one that could not be', async () => {
    const bench = new Bench();
    const storing = entry('b', { place: 'storing' });
    const broken = entry('c', { place: 'storing' });
    bench.publish('a', storing, broken, 'd');
    await bench.answer();
    assert.equal(bench.sent.length, 1);
    assert.equal(bench.emptied, 0);
    storing.place = 'stored';
    bench.line.pump();
    assert.deepEqual(bench.last, ['b']);
    broken.place = 'dropped';
    await bench.answer();
    assert.deepEqual(bench.last, ['d']);
  });

  describe('checks', () => {
    const check: PayloadCheck = (message) => (message === 1 ? [] : [{ path: 'n', message: 'is wrong' }]);

    it('sends only what follows the schema', async () => {
      const bench = new Bench();
      bench.loadCheck = async () => check;
      bench.publish('0', entry('1', { check: 'types' }), entry('2', { check: 'types' }), '3');
      await bench.answer();
      assert.deepEqual(bench.last, ['1', '3']);
      assert.match(bench.failed.get('2')?.message ?? '', /does not follow the schema of "s": n is wrong/);
    });

    it('goes on when nothing of a batch is fit', async () => {
      const bench = new Bench();
      bench.loadCheck = async () => check;
      bench.publish(entry('2', { check: 'strict' }), 'b');
      await settled();
      assert.deepEqual(bench.sent, [['b']]);
    });

    it('waits in its place while the schema cannot be fetched', async () => {
      const bench = new Bench();
      bench.loadCheck = () => Promise.reject(network);
      bench.publish(entry('1', { check: 'types' }), 'b');
      await settled();
      assert.equal(bench.sent.length, 0);
      bench.loadCheck = async () => check;
      await bench.clock.advance(500);
      assert.deepEqual(bench.sent, [['1']]);
    });

    it('fails what must be checked and cannot be', async () => {
      const bench = new Bench();
      bench.loadCheck = () => Promise.reject(refused(403));
      bench.publish(entry('1', { check: 'types' }), 'b');
      await settled();
      assert.deepEqual([...bench.failed.keys()], ['1']);
      assert.deepEqual(bench.sent, [['b']]);
    });
  });

  describe('stop', () => {
    const closed = new ClosedError('closed');

    it('gives up what waits, and lets the request that is out have its answer', async () => {
      const bench = new Bench();
      bench.publish('a', 'b', 'c');
      bench.paused = true;
      bench.line.stop(closed);
      assert.deepEqual([...bench.failed.keys()], ['b', 'c']);
      await bench.answer();
      assert.deepEqual(bench.done, ['a']);
    });

    it('leaves no wait behind, and makes none', async () => {
      const waiting = new Bench();
      waiting.publish('a');
      await waiting.answer(network);
      waiting.line.stop(closed);
      assert.equal(waiting.clock.pending, 0);
      assert.equal(waiting.failed.get('a'), closed);

      const out = new Bench();
      out.publish('a');
      out.paused = true;
      out.line.stop(closed);
      await out.answer(network);
      assert.equal(out.clock.pending, 0);
      assert.equal(out.failed.get('a'), closed);
    });

    it('gives up the pieces of a refused batch', async () => {
      const bench = new Bench();
      bench.publish('first', 'a', 'b');
      await bench.answer();
      bench.paused = true;
      bench.line.stop(closed);
      await bench.answer(refused(400));
      assert.deepEqual([...bench.failed.values()], [closed, closed]);
    });
  });

  it('settles each message exactly once, accepted ones in order, whatever the server does', async () => {
    const outcome = fc.oneof(
      { weight: 4, arbitrary: fc.constant('ok' as const) },
      fc.constantFrom('network' as const, 'busy' as const, 'forbidden' as const, 'wake' as const),
    );
    const message = fc.record({
      guilty: fc.boolean(),
      batch: fc.boolean(),
      size: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 40 }), fc.array(outcome), async (messages, script) => {
        const outcomes = [...script];
        const bench = new Bench();
        messages.forEach(({ guilty, batch, size }, index) => {
          const name = `${guilty ? 'bad' : 'good'}-${index}-`.padEnd(size, 'x');
          bench.publish(entry(name, { batch }));
        });
        const forbidden = new Set<string>();
        while (bench.done.length + bench.failed.size < messages.length) {
          const next = outcomes.shift() ?? 'ok';
          const batch = bench.last ?? [];
          const guilty = batch.some((text) => text.startsWith('bad'));
          if (next === 'network' || next === 'wake') await bench.answer(network);
          else if (next === 'busy') await bench.answer(refused(503));
          else if (next === 'forbidden') {
            for (const text of batch) forbidden.add(text);
            await bench.answer(refused(403));
          } else await bench.answer(guilty ? refused(400) : undefined);
          if (next === 'wake') bench.line.wake();
          else await bench.clock.advance(60_000);
        }
        const places = bench.done.map((name) => Number(name.split('-')[1]));
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
        );
        for (const name of bench.done) assert.ok(name.startsWith('good'));
        for (const name of bench.failed.keys()) assert.ok(name.startsWith('bad') || forbidden.has(name));
        assert.equal(bench.clock.pending, 0);
      }),
      { numRuns: 200 },
    );
  });
});
