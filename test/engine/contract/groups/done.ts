import assert from 'node:assert/strict';
import type { Case } from '../contract';
import { append, LOG_ID, lasting, numbers, passing, textsOf } from '../reader';

export const done: readonly Case[] = [
  {
    does: 'does not give again what is done, in whatever order it was',
    async run({ make }) {
      const engine = await make();
      const reader = await lasting(engine, 'a');
      await append(engine, numbers(1, 6));
      const entries = await reader.take(5);
      for (const index of [3, 0, 1]) reader.cursor.done(entries[index]?.number ?? 0);
      await reader.cursor.leave();
      assert.deepEqual(await (await lasting(engine, 'a')).read(3), ['3', '5', '6']);
    },
  },
  {
    does: 'takes no notice of what it has not given, or is done already',
    async run({ make }) {
      const engine = await make();
      const reader = await lasting(engine, 'a');
      await append(engine, numbers(1, 2));
      const [first] = await reader.take(1, 1);
      assert.ok(first);
      reader.cursor.done(first.number);
      reader.cursor.done(first.number);
      reader.cursor.done(first.number + 1_000_000);
      assert.deepEqual(await reader.read(1), ['2']);
    },
  },
  {
    does: 'gives what was given back first, and in order',
    async run({ make }) {
      const engine = await make();
      for (const open of [lasting, passing]) {
        const reader = await open(engine, 'a');
        await append(engine, numbers(1, 4));
        const entries = await reader.take(3);
        const more = entries.splice(3);
        const [first, second, third] = entries;
        assert.ok(first && second && third);
        reader.cursor.done(second.number);
        reader.cursor.giveBack(first);
        reader.cursor.giveBack(third);
        for (const entry of more) reader.cursor.giveBack(entry);
        assert.deepEqual(await reader.read(3), ['1', '3', '4']);
      }
    },
  },
  {
    does: 'gives at least what is left of an entry, of which some was sent',
    async run({ make }) {
      const engine = await make();
      for (const open of [lasting, passing]) {
        const reader = await open(engine, 'a');
        await engine.log.append(LOG_ID, numbers(1, 5));
        await append(engine, ['6']);
        const [entry] = await reader.take(5, 1);
        assert.ok(entry);
        reader.cursor.giveBack({ number: entry.number, texts: entry.texts.slice(2) });
        const entries = await reader.take(4);
        if (textsOf(entries).at(-1) !== '6') entries.push(...(await reader.take(1)));
        assert.deepEqual(textsOf(entries).slice(-4), ['3', '4', '5', '6']);
        assert.equal(entries[0]?.number, entry.number);
        for (const { number } of entries) reader.cursor.done(number);
      }
    },
  },
  {
    does: 'answers a take that waits with what is given back',
    async run({ make }) {
      const engine = await make();
      const reader = await lasting(engine, 'a');
      await append(engine, ['1']);
      const [entry] = await reader.take(1);
      const again = reader.read(1);
      assert.ok(entry);
      reader.cursor.giveBack(entry);
      assert.deepEqual(await again, ['1']);
    },
  },
];
