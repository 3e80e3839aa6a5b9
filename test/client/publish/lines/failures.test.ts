/** What a line does when a request fails: halves, again, later, or an end. */

import assert from 'node:assert/strict';
import type { Entry } from '../../../../src/client/publish/entry';
import type { LineContext } from '../../../../src/client/publish/lines/line';
import { CredentialsError, ExpiredError, TimeoutError } from '../../../../src/errors';
import { Bench, entry, network, refused, rested, textsOf } from './line-bench';

describe('client/line, after a failure', () => {
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

    it('says so, too, while what has one attempt waits behind what has had its own', async () => {
      const bench = new Bench({ batch: { messages: 1, bytes: 100 } });
      bench.publish(
        entry('1', { patient: false }),
        entry('2', { patient: false }),
        entry('3', { patient: false }),
      );
      const attempts = (): number | undefined => bench.line.trouble?.attempt;
      const silent = new TimeoutError('no answer');
      await bench.answer(silent);
      assert.deepEqual(bench.sent, [['1'], ['2']]);
      assert.deepEqual(bench.line.trouble, { attempt: 1, until: bench.clock.elapsed(), why: silent });
      await bench.answer(silent);
      assert.equal(attempts(), 2);
      await bench.answer(silent);
      assert.equal(attempts(), undefined);
      bench.publish(entry('4', { patient: false }), entry('5', { patient: false }));
      await bench.answer(silent);
      assert.equal(attempts(), 1);
      await bench.answer();
      assert.equal(attempts(), undefined);
      assert.deepEqual(bench.done, ['5']);
    });

    it('says so, too, while what has one attempt waits behind what no schema could be had for', async () => {
      const bench = new Bench();
      const silent = new TimeoutError('no answer');
      bench.loadCheck = () => Promise.reject(silent);
      bench.publish(entry('1', { patient: false, check: 'types' }), entry('2', { patient: false }));
      await rested();
      assert.deepEqual([...bench.failed.keys()], ['1']);
      assert.equal(bench.line.trouble?.why, silent);
      await bench.answer();
      assert.ok(bench.line.trouble === undefined);
    });

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

  describe('whoever hears of an end', () => {
    let told: string[];
    beforeEach(() => {
      told = [];
    });

    /** Told of one of them, ends the others. */
    function endingOthers(others: readonly Entry[], more: Partial<LineContext> = {}): Bench {
      const settled = (each: Entry): void => {
        told.push(each.text);
        for (const one of [each, ...others]) one.stage = 'ended';
      };
      return new Bench({ settled, ...more });
    }

    it('may end others that the same request held, each of which had one attempt', async () => {
      const [b, c] = [entry('b', { patient: false }), entry('c', { patient: false })];
      const bench = endingOthers([b, c]);
      bench.admits = false;
      bench.publish(entry('a', { patient: false }), b, c);
      bench.admits = true;
      bench.line.pump();
      await bench.answer(refused(503));
      assert.deepEqual(told, ['a']);
    });

    it('may end others that would be tried again: they are not', async () => {
      const [b, c] = [entry('b'), entry('c')];
      const expired = ({ text }: Entry) => (text === 'a' ? new ExpiredError('old') : undefined);
      const bench = endingOthers([b, c], { expired });
      bench.admits = false;
      bench.publish('a', b, c);
      bench.admits = true;
      bench.line.pump();
      await rested();
      assert.deepEqual(told, ['a']);
      assert.deepEqual([b.stage, c.stage], ['ended', 'ended']);
      assert.deepEqual(bench.sent, []);
    });

    it('sees all that waits behind it, also of a batch that was refused', async () => {
      const seen: string[][] = [];
      const bench: Bench = new Bench({
        settled: (each) => {
          each.stage = 'ended';
          seen.push(textsOf([...bench.line.waiting()]));
        },
      });
      bench.admits = false;
      bench.publish('a', 'b', 'c', 'd');
      bench.admits = true;
      bench.line.pump();
      await bench.answer(refused(400));
      await bench.answer(refused(400));
      await bench.answer();
      assert.deepEqual(seen, [['b', 'c', 'd']]);
    });
  });
});
