import assert from 'node:assert/strict';
import type { Case } from './contract';
import { append, LOG_ID, lasting, numbers, passing, textsOf } from './reader';

export const take: readonly Case[] = [
  {
    does: 'waits until there is something',
    async run({ make }) {
      const engine = await make();
      for (const open of [lasting, passing]) {
        const reader = await open(engine, 'a');
        let isTaken = false;
        const first = reader.read(1).then((texts) => {
          isTaken = true;
          return texts;
        });
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(isTaken, false);
        await append(engine, ['1']);
        assert.deepEqual(await first, ['1']);
      }
    },
  },
  {
    does: 'gives no more than was asked for, but one entry at least',
    async run({ make }) {
      const engine = await make();
      for (const open of [lasting, passing]) {
        const reader = await open(engine, 'a');
        const texts = numbers(1, 20).map((text) => JSON.stringify(text.padStart(98)));
        await append(engine, texts);
        const taken: string[] = [];
        for (const maxBytes of [1, 100, 250, 1_000]) {
          const { entries } = (await reader.cursor.take(maxBytes)) as {
            entries: { texts: string[]; number: number }[];
          };
          assert.ok(
            entries.length === 1 || entries.length * 100 <= maxBytes,
            `${maxBytes}: ${entries.length}`,
          );
          taken.push(...entries.flatMap((entry) => entry.texts));
          for (const { number } of entries) reader.cursor.done(number);
        }
        taken.push(...(await reader.read(texts.length - taken.length)));
        assert.deepEqual(taken, texts);
      }
    },
  },
  {
    does: 'misses nothing from the moment that it is open',
    async run({ make }) {
      const engine = await make();
      for (const open of [lasting, passing]) {
        const going = Promise.all(numbers(1, 200).map((text) => engine.log.append(LOG_ID, [text])));
        const reader = await open(engine, 'a');
        await append(engine, ['201']);
        await going;
        const entries = await reader.take(1);
        while (textsOf(entries).at(-1) !== '201') entries.push(...(await reader.take(1)));
        const texts = textsOf(entries);
        assert.deepEqual(texts, numbers(202 - texts.length, 201));
        await reader.cursor.leave();
        await engine.log.forget(LOG_ID.jail, 'a');
      }
    },
  },
  {
    does: 'lets nobody wait for a group that does not take',
    async run({ make }) {
      const engine = await make();
      const slow = [await lasting(engine, 'slow'), await passing(engine, 'still')];
      const quick = [await lasting(engine, 'quick'), await passing(engine, 'swift')];
      for (let from = 1; from <= 1_000; from += 100) {
        await engine.log.append(LOG_ID, numbers(from, from + 99));
        for (const reader of quick) assert.deepEqual(await reader.read(100), numbers(from, from + 99));
      }
      for (const reader of slow) assert.deepEqual(await reader.read(1_000), numbers(1, 1_000));
    },
  },
];
