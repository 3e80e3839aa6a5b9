import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UNCHECKED } from '../../../../src/client/http/message-check';
import { ClosedError, CredentialsError, ExpiredError, TimeoutError } from '../../../../src/errors';
import { settled } from '../../../support/clock';
import { Bench, entry, network, refused, takes, textsOf } from './line-bench';

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

  it('is in trouble still when what met it became too old, and others are to be tried again behind it', async () => {
    let old = false;
    const bench = new Bench({
      expired: ({ text }) => (old && text === 'old' ? new ExpiredError('old') : undefined),
    });
    bench.publish('old', 'b');
    old = true;
    const why = refused(503);
    await bench.answer(why);
    assert.deepEqual([...bench.failed.keys()], ['old']);
    assert.deepEqual([bench.line.trouble?.attempt, bench.line.trouble?.why], [1, why]);
    assert.deepEqual([bench.sent, bench.clock.pending], [[['old']], 1]);
    await bench.clock.advance(bench.clock.next ?? 0);
    assert.deepEqual(bench.last, ['b']);
    await bench.answer();
    assert.equal(bench.line.trouble, undefined);
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
      return UNCHECKED;
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
