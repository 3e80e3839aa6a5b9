import assert from 'node:assert/strict';
import type { Case } from './contract';
import { append, LOG_ID, lasting, numbers, passing, textsOf } from './reader';

const isExact: Case['when'] = ({ isExact: exact }) => exact === true;

/** Of 1,000 letters, so that what an engine adds to an entry matters little. */
function long(text: string): string {
  return text.padStart(1_000);
}

export const bounds: readonly Case[] = [
  {
    does: 'keeps so many messages for a group without a reader, the newest, and tells how many it missed',
    when: isExact,
    async run({ make }) {
      const engine = await make({ retainedMessages: 5 });
      for (const group of ['a', 'b']) await (await lasting(engine, group)).cursor.leave();
      await append(engine, numbers(1, 8));
      assert.deepEqual(engine.log.stats, { retained: 10, dropped: 6, forgotten: 0 });
      const [a, b] = [await lasting(engine, 'a'), await lasting(engine, 'b')];
      await append(engine, ['9']);
      for (const reader of [a, b]) {
        assert.deepEqual(await reader.read(6), numbers(4, 9));
        assert.equal(reader.missed, 3);
      }
      await append(engine, ['10']);
      assert.deepEqual(await a.read(1), ['10']);
      assert.equal(a.missed, 3);
    },
  },
  {
    does: 'drops the oldest entry of the log with most when a jail is full, and of no other jail',
    when: isExact,
    async run({ make }) {
      const engine = await make({ retainedBytes: 15_000 });
      const [much, little] = [LOG_ID, { jail: LOG_ID.jail, stream: 'gauge' }];
      const other = { jail: 'other', stream: LOG_ID.stream };
      for (const place of [much, little, other]) await (await lasting(engine, 'a', place)).cursor.leave();
      await append(engine, numbers(1, 8).map(long), other);
      await append(engine, numbers(1, 2).map(long), little);
      await append(engine, numbers(1, 20).map(long), much);
      const { retained, dropped } = engine.log.stats;
      assert.equal(retained + dropped, 30);
      assert.ok(dropped >= 7 && dropped <= 12, `dropped: ${dropped}`);
      assert.deepEqual(await (await lasting(engine, 'a', other)).read(8), numbers(1, 8).map(long));
      assert.deepEqual(await (await lasting(engine, 'a', little)).read(2), numbers(1, 2).map(long));
      const reader = await lasting(engine, 'a', much);
      assert.deepEqual(await reader.read(20 - dropped), numbers(dropped + 1, 20).map(long));
      assert.equal(reader.missed, dropped);
    },
  },
  {
    does: 'keeps the newest entry, however large, until the next one comes',
    when: isExact,
    async run({ make }) {
      const engine = await make({ retainedBytes: 15_000 });
      const passer = await passing(engine, 'b');
      await append(engine, ['0']);
      await passer.take(1);
      await (await lasting(engine, 'a')).cursor.leave();
      const many = numbers(1, 20).map(long);
      await engine.log.append(LOG_ID, many);
      assert.deepEqual(engine.log.stats, { retained: 20, dropped: 0, forgotten: 0 });
      assert.deepEqual(textsOf(await passer.take(20)), many);
      await append(engine, ['21']);
      assert.deepEqual(engine.log.stats, { retained: 1, dropped: 20, forgotten: 0 });
    },
  },
  {
    does: 'ends a passing group that is overtaken, and goes on with a lasting one, which is told',
    when: isExact,
    async run({ make }) {
      const engine = await make({ retainedBytes: 15_000 });
      const [reader, passer] = [await lasting(engine, 'a'), await passing(engine, 'b')];
      await append(engine, ['0']);
      const [first] = await reader.take(1);
      await passer.take(1);
      await append(engine, numbers(1, 30).map(long));
      assert.deepEqual(await passer.cursor.take(1), { end: 'overtaken' });
      assert.deepEqual(await passer.cursor.take(1), { end: 'overtaken' });
      await passer.cursor.leave();
      const { dropped } = engine.log.stats;
      assert.ok(dropped >= 15 && dropped <= 20, `dropped: ${dropped}`);
      assert.deepEqual(await reader.read(30 - dropped), numbers(dropped + 1, 30).map(long));
      assert.equal(reader.missed, dropped);
      // It had been taken before it was trimmed, and is not lost.
      reader.cursor.done(first?.number ?? 0);
      await reader.cursor.leave();
      assert.deepEqual(engine.log.stats, { retained: 0, dropped, forgotten: 0 });
    },
  },
  {
    does: 'remembers so many groups without a reader, and forgets the longest without one first',
    when: isExact,
    async run({ make }) {
      const engine = await make({ retainedGroups: 2 });
      const b = await lasting(engine, 'b');
      for (const group of ['a', 'c']) await (await lasting(engine, group)).cursor.leave();
      await append(engine, numbers(1, 3));
      await b.cursor.leave();
      assert.deepEqual(engine.log.stats, { retained: 6, dropped: 3, forgotten: 1 });
      const a = await lasting(engine, 'a');
      await append(engine, ['4']);
      assert.deepEqual(await a.read(1), ['4']);
      for (const group of ['c', 'b']) {
        assert.deepEqual(await (await lasting(engine, group)).read(4), numbers(1, 4));
      }
    },
  },
  {
    does: 'remembers a group for so long, of the time that passes without a reader',
    when: ({ isExact: exact, advance }) => exact === true && advance !== undefined,
    async run({ make, advance }) {
      const engine = await make({ retainedAge: 1_000 });
      await (await lasting(engine, 'a')).cursor.leave();
      await append(engine, ['1']);
      await advance?.(900);
      await (await lasting(engine, 'a')).cursor.leave();
      await advance?.(900);
      assert.deepEqual(engine.log.stats, { retained: 1, dropped: 0, forgotten: 0 });
      await advance?.(200);
      assert.deepEqual(engine.log.stats, { retained: 0, dropped: 1, forgotten: 1 });
    },
  },
  {
    does: 'counts the time without a reader over restarts, and not the time between',
    when: ({ isExact: exact, advance, promises }) =>
      exact === true && advance !== undefined && promises.outlivesProcess,
    async run({ make, advance, reopen }) {
      let engine = await make({ retainedAge: 1_000 });
      await (await lasting(engine, 'a')).cursor.leave();
      await append(engine, ['1']);
      for (let round = 0; round < 3; round += 1) {
        await advance?.(300);
        engine = await reopen(engine);
      }
      assert.equal(engine.log.stats.retained, 1);
      await advance?.(200);
      assert.deepEqual(engine.log.stats, { retained: 0, dropped: 1, forgotten: 1 });
      engine = await reopen(engine);
      const reader = await lasting(engine, 'a');
      await append(engine, ['2']);
      assert.deepEqual(await reader.read(1), ['2']);
    },
  },
];
