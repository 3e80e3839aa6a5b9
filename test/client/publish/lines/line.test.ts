import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MessageCheck } from '../../../../src/client/http/schemas';
import type { Entry } from '../../../../src/client/publish/entry';
import type { Permit } from '../../../../src/client/publish/health';
import { Line, type LineContext } from '../../../../src/client/publish/lines/line';
import {
  ClosedError,
  CredentialsError,
  ExpiredError,
  NetworkError,
  PayloadError,
  ReplyError,
  type StreamSeaError,
  TimeoutError,
} from '../../../../src/errors';
import { FakeClock, settled } from '../../../support/clock';

/** Named by its text. */
function entry(text: string, more: Partial<Entry> = {}): Entry {
  return {
    ...{ stream: 's', text, batch: true, check: undefined, checked: false, patient: true },
    ...{ since: 0, at: undefined, stage: 'ready', key: 0, publication: { ended() {} } },
    ...more,
  };
}

/** A line whose requests a test answers one by one. */
class Bench {
  readonly clock = new FakeClock();
  readonly sent: string[][] = [];
  readonly done: string[] = [];
  readonly failed = new Map<string, StreamSeaError>();
  readonly left: string[] = [];
  /** Whether lines get leave, as if the server were well. */
  admits = true;
  /** What was asked of each leave: whether the messages had waited. */
  readonly waited: boolean[] = [];
  readonly known: (StreamSeaError | 'answered' | 'unused')[] = [];
  emptied = 0;
  loadCheck: () => Promise<MessageCheck> = async () => (message) => message;
  reloadCheck = (): Promise<MessageCheck> => this.loadCheck();
  readonly line: Line;
  #answer: { resolve(): void; reject(error: unknown): void } | undefined;

  constructor(options: Partial<LineContext> = {}) {
    this.line = new Line('s', {
      clock: this.clock,
      random: () => 0.5,
      backoff: { first: 1_000, max: 60_000 },
      batch: { messages: 4, bytes: 100 },
      leave: (waited) => {
        this.waited.push(waited);
        return this.admits ? this.#permit : undefined;
      },
      send: (_stream, texts, { barred }) => {
        this.sent.push([...texts]);
        this.barredNow = barred;
        return new Promise((resolve, reject) => {
          this.#answer = { resolve, reject };
        });
      },
      schemas: { load: () => this.loadCheck(), reload: () => this.reloadCheck() },
      settled: (each, error) => {
        const { text } = each;
        assert.ok(!this.done.includes(text) && !this.failed.has(text), `${text} is settled twice`);
        each.stage = 'ended';
        if (error === undefined) this.done.push(text);
        else this.failed.set(text, error);
      },
      expired: () => undefined,
      left: ({ text }) => this.left.push(text),
      troubled: () => {},
      empty: () => {
        this.emptied += 1;
      },
      ...options,
    });
  }

  /** Why the request that is out is not to be sent any more, or again. */
  barredNow: () => StreamSeaError | undefined = () => undefined;
  barred: StreamSeaError | undefined;
  readonly #permit: Permit = {
    barred: () => this.barred,
    answered: () => this.known.push('answered'),
    failed: (error) => this.known.push(error),
    unused: () => this.known.push('unused'),
  };

  publish(...entries: (string | Entry)[]): void {
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

function textsOf(entries: readonly Entry[]): string[] {
  return entries.map(({ text }) => text);
}

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
      const left = bench.line.stop();
      await answered;
      assert.deepEqual(textsOf(left), ['d']);
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
    it('halves a batch refused with 400 until the guilty stand alone, and only they fail (G5)', async () => {
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
    for (const error of [new TimeoutError('slow'), refused(408), refused(429), refused(503)]) {
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
        await bench.answer(refused(503));
        assert.equal(bench.clock.next, wait);
        await bench.clock.advance(wait);
      }
      await bench.answer();
      await bench.answer(refused(503));
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
      await bench.answer(refused(503));
      bench.line.wake();
      assert.equal(bench.sent.length, 2);
      assert.equal(bench.clock.pending, 0);
    });

    it('says what its trouble is until something gets through, a next try that hangs included', async () => {
      const told: (number | undefined)[] = [];
      const bench = new Bench({ troubled: (line) => told.push(line.trouble?.attempt) });
      bench.publish('a');
      await bench.answer(refused(503));
      const { until, why } = bench.line.trouble ?? {};
      assert.equal(until, bench.clock.now() + 500);
      assert.match(why?.message ?? '', /503/);
      await bench.clock.advance(500);
      assert.equal(bench.line.trouble?.until, bench.clock.now());
      await bench.answer();
      assert.equal(bench.line.trouble, undefined);
      assert.deepEqual(told, [1, undefined]);
    });

    for (const error of [network, new CredentialsError('no')]) {
      it(`tells of ${error.name}, which is for all lines to know, and needs no wait of its own`, async () => {
        const bench = new Bench();
        bench.publish('a', 'b');
        bench.admits = false;
        await bench.answer(error);
        assert.deepEqual(bench.known, [error]);
        assert.equal(bench.clock.pending, 0);
        bench.admits = true;
        bench.line.wake();
        assert.deepEqual(bench.last, ['a']);
        assert.deepEqual(bench.waited, [false, true, true]);
        await bench.answer();
        assert.deepEqual(bench.last, ['b']);
      });
    }

    it('gives a message that is not patient one attempt, and tries the others of its batch again', async () => {
      const bench = new Bench();
      const hasty = { patient: false };
      bench.publish(entry('a', hasty), entry('b', hasty), 'c', entry('d', hasty));
      await bench.answer(refused(503));
      await bench.answer(refused(503));
      assert.deepEqual([...bench.failed.keys()], ['a', 'b', 'd']);
      await bench.clock.advance(1_000);
      assert.deepEqual(bench.last, ['c']);
      await bench.answer();
      assert.deepEqual(bench.done, ['c']);
    });

    it('sends nothing more of what somebody else has ended meanwhile', async () => {
      const bench = new Bench();
      const [a, b, c] = [entry('a'), entry('b'), entry('c')];
      bench.publish('first', a, b, c);
      await bench.answer();
      await bench.answer(refused(503));
      b.stage = 'ended';
      await bench.clock.advance(500);
      assert.deepEqual(bench.last, ['a', 'c']);
    });

    it('waits no longer when somebody else has ended all that it waited with', async () => {
      const bench = new Bench();
      const a = entry('a');
      bench.publish(a);
      await bench.answer(refused(503));
      a.stage = 'ended';
      bench.line.trim();
      assert.equal(bench.clock.pending, 0);
      assert.equal(bench.emptied, 1);
    });
  });

  it('sends nothing without leave', async () => {
    const bench = new Bench();
    bench.admits = false;
    bench.publish('a');
    assert.equal(bench.sent.length, 0);
    bench.admits = true;
    bench.line.wake();
    assert.deepEqual(bench.sent, [['a']]);
  });

  it('waits for a message that is still being stored, and leaves out one that could not be', async () => {
    const bench = new Bench();
    const storing = entry('b', { stage: 'storing' });
    const broken = entry('c', { stage: 'storing' });
    bench.publish('a', storing, broken, 'd');
    await bench.answer();
    assert.equal(bench.sent.length, 1);
    assert.equal(bench.emptied, 0);
    storing.stage = 'ready';
    bench.line.pump();
    assert.deepEqual(bench.last, ['b']);
    broken.stage = 'ended';
    await bench.answer();
    assert.deepEqual(bench.last, ['d']);
  });

  describe('checks', () => {
    const takes =
      (wanted: number): MessageCheck =>
      (message) => {
        if (message.value !== wanted) throw new PayloadError(`should be ${wanted}`);
        return { ...message, text: `${message.text}.0` };
      };
    const check = takes(1);

    it('sends only what follows the schema', async () => {
      const bench = new Bench();
      bench.loadCheck = async () => check;
      bench.publish('0', entry('1', { check: 'types' }), entry('2', { check: 'types' }), '3');
      await bench.answer();
      assert.deepEqual(bench.last, ['1.0']);
      await bench.answer();
      assert.deepEqual(bench.last, ['3']);
      assert.equal(bench.failed.get('2')?.message, 'should be 1');
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
      bench.loadCheck = () => Promise.reject(refused(503));
      bench.publish(entry('1', { check: 'types' }), 'b');
      await settled();
      assert.equal(bench.sent.length, 0);
      bench.loadCheck = async () => check;
      await bench.clock.advance(500);
      assert.deepEqual(bench.sent, [['1.0']]);
    });

    it('holds what an older schema refuses while the newer cannot be had', async () => {
      const bench = new Bench();
      bench.loadCheck = async () => takes(1);
      bench.reloadCheck = () => Promise.reject(refused(503));
      bench.publish(entry('2', { check: 'types' }));
      await settled();
      assert.equal(bench.failed.size, 0);
      bench.reloadCheck = async () => takes(2);
      await bench.clock.advance(500);
      assert.deepEqual(bench.sent, [['2.0']]);
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

  it('puts what earlier clients left before all else, by its age, wherever it comes from', async () => {
    const bench = new Bench();
    bench.admits = false;
    bench.publish('own 1', 'own 2');
    bench.line.prepend([entry('memory 3', { at: 30 }), entry('memory 4', { at: 40 })]);
    bench.line.prepend([
      entry('disk 1', { at: 10 }),
      entry('disk 2', { at: 30 }),
      entry('disk 5', { at: 50 }),
    ]);
    assert.deepEqual(textsOf([...bench.line.waiting()]), [
      'disk 1',
      'disk 2',
      'memory 3',
      'memory 4',
      'disk 5',
      'own 1',
      'own 2',
    ]);
  });

  it('sends what an earlier client left as what has waited, also when it was read behind a request', async () => {
    const bench = new Bench();
    bench.publish('own');
    bench.line.prepend([entry('left', { at: 10 })]);
    await bench.answer();
    assert.deepEqual(bench.waited, [false, true]);
  });

  it('is in no trouble any more when all that met it has ended', async () => {
    let old = false;
    const bench = new Bench({ expired: () => (old ? new ExpiredError('old') : undefined) });
    bench.publish('a');
    old = true;
    await bench.answer(refused(503));
    assert.ok(bench.failed.get('a') instanceof ExpiredError);
    assert.equal(bench.line.trouble, undefined);
    bench.publish('b');
    assert.deepEqual(bench.waited, [false, false]);
  });

  it('forgets what has ended behind a request that hangs', () => {
    const bench = new Bench();
    bench.publish('out');
    const ended = Array.from({ length: 1_000 }, (_, n) => entry(`${n}`));
    bench.publish(...ended);
    for (const each of ended) {
      each.stage = 'ended';
      bench.line.trim();
    }
    assert.deepEqual(textsOf([...bench.line.all()]), ['out']);
    assert.equal(bench.sent.length, 1);
  });

  it('does not send once credentials were refused while it asked for the schema', async () => {
    const bench = new Bench();
    bench.loadCheck = async () => {
      bench.barred = new CredentialsError('no');
      return (message) => message;
    };
    bench.publish(entry('1', { check: 'types' }));
    bench.admits = false;
    await settled();
    assert.equal(bench.sent.length, 0);
    bench.barred = undefined;
    bench.admits = true;
    bench.line.wake();
    assert.deepEqual(bench.sent, [['1']]);
  });

  it('goes on at once without those that became too old while it waited for a socket, or to send again (P35)', async () => {
    let old = false;
    const bench = new Bench({
      expired: ({ text }) => (old && text.startsWith('old') ? new ExpiredError('old') : undefined),
    });
    bench.publish('first', 'old', 'b', entry('c', { patient: false }), entry('old too', { patient: false }));
    await bench.answer();
    assert.equal(bench.barredNow(), undefined);
    old = true;
    await bench.answer(bench.barredNow());
    assert.deepEqual([...bench.failed.keys()], ['old', 'old too']);
    assert.deepEqual(bench.last, ['b', 'c']);
    assert.deepEqual([bench.line.trouble, bench.clock.pending], [undefined, 0]);
    await bench.answer();
    assert.deepEqual(bench.done, ['first', 'b', 'c']);
  });

  it('sends no piece of a refused batch that has become too old meanwhile', async () => {
    const bench = new Bench({
      expired: ({ text }) => (text === 'old' ? new ExpiredError('old') : undefined),
    });
    bench.publish('first', 'old', 'b', 'c');
    await bench.answer();
    await bench.answer(refused(400));
    await bench.answer();
    await bench.answer();
    assert.deepEqual(bench.sent.slice(2), [['b'], ['c']]);
    assert.ok(bench.failed.get('old') instanceof ExpiredError);
  });

  it('tells of refused credentials that kept it from checking what has one attempt', async () => {
    const bench = new Bench();
    const refused = new CredentialsError('no');
    bench.loadCheck = () => Promise.reject(refused);
    bench.publish(entry('1', { check: 'types', patient: false }));
    await settled();
    assert.equal(bench.failed.get('1'), refused);
    assert.deepEqual(bench.known, [refused]);
  });

  describe('stop', () => {
    it('gives back what waits, and lets the request that is out have its answer', async () => {
      const bench = new Bench();
      bench.publish('a', 'b', 'c');
      assert.deepEqual(textsOf(bench.line.stop()), ['b', 'c']);
      await bench.answer();
      assert.deepEqual(bench.done, ['a']);
      assert.deepEqual(bench.sent, [['a']]);
    });

    it('leaves no wait behind, and makes none', async () => {
      const waiting = new Bench();
      waiting.publish('a');
      await waiting.answer(refused(503));
      assert.deepEqual(textsOf(waiting.line.stop()), ['a']);
      assert.equal(waiting.clock.pending, 0);

      for (const error of [refused(503), network, new ClosedError('closed')]) {
        const out = new Bench();
        out.publish('a');
        assert.deepEqual(out.line.stop(), []);
        await out.answer(error);
        assert.equal(out.clock.pending, 0);
        assert.deepEqual(out.left, ['a']);
      }
    });

    it('leaves the pieces of a refused batch', async () => {
      const bench = new Bench();
      bench.publish('first', 'a', 'b');
      await bench.answer();
      bench.line.stop();
      await bench.answer(refused(400));
      assert.deepEqual(bench.left, ['a', 'b']);
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
          if (next === 'network' || next === 'wake') await bench.answer(new TimeoutError('slow'));
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
