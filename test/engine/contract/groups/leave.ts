import assert from 'node:assert/strict';
import { until } from '../../../support/until';
import type { Case } from '../contract';
import { append, lasting, numbers, passing } from '../reader';

export const leave: readonly Case[] = [
  {
    does: 'ends a take that waits, and every later one; leaving again does nothing',
    async run({ make }) {
      const engine = await make();
      for (const { cursor } of [await lasting(engine, 'a'), await passing(engine, 'b')]) {
        const waits = cursor.take(1);
        await cursor.leave();
        assert.deepEqual(await waits, { end: 'left' });
        assert.deepEqual(await cursor.take(1), { end: 'left' });
        await cursor.leave();
      }
    },
  },
  {
    does: 'gives a lasting group what it was not done with, then what has come meanwhile',
    async run({ make }) {
      const engine = await make();
      const before = await lasting(engine, 'a');
      await append(engine, numbers(1, 4));
      const entries = await before.take(4);
      before.cursor.done(entries[0]?.number ?? 0);
      if (entries[2]) before.cursor.giveBack(entries[2]);
      await before.cursor.leave();
      await append(engine, numbers(5, 7));
      const after = await lasting(engine, 'a');
      assert.deepEqual(await after.read(6), numbers(2, 7));
      await append(engine, ['8']);
      assert.deepEqual(await after.read(1), ['8']);
      assert.equal(after.missed, 0);
    },
  },
  {
    does: 'forgets a passing group with its reader',
    async run({ make }) {
      const engine = await make();
      const before = await passing(engine, 'b');
      await append(engine, numbers(1, 2));
      await before.take(1, 1);
      await before.cursor.leave();
      await append(engine, ['3']);
      const after = await passing(engine, 'b');
      await append(engine, ['4']);
      assert.deepEqual(await after.read(1), ['4']);
    },
  },
  {
    does: 'counts what lasting groups without a reader have before them, each its own',
    async run({ make }) {
      const engine = await make();
      const { log } = engine;
      for (const group of ['a', 'b']) await (await lasting(engine, group)).cursor.leave();
      const reader = await lasting(engine, 'c');
      await append(engine, numbers(1, 3));
      await until(() => log.stats.retained === 6, 'what a and b have before them');
      await reader.read(3);
      const a = await lasting(engine, 'a');
      await until(() => log.stats.retained === 3, 'what b has before it');
      await a.read(1);
      await a.cursor.leave();
      await reader.cursor.leave();
      await until(() => log.stats.retained === 5, 'what a and b have before them');
      await (await lasting(engine, 'b')).read(3);
      assert.deepEqual([log.stats.dropped, log.stats.forgotten], [0, 0]);
    },
  },
];
