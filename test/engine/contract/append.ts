import assert from 'node:assert/strict';
import type { Case } from './contract';
import { append as appendAll, LOG_ID, lasting, numbers, passing, textsOf } from './reader';

/** Letters that an engine may be tempted to change, or to mistake for its own. */
const TEXTS = [
  '9007199254740993',
  '1e400',
  ' {\n\t"b" : 1.0,\r\n "a":1 , "a":2 } ',
  '"\\u0000\\ud800\\/ ü 水 😀 \u2028 \u007f"',
  '[]',
  '""',
];

const NAMES = [
  'plant',
  'Plant',
  'plant.a',
  'plant a',
  'plant/a',
  '*',
  '>',
  'a.>',
  '$',
  '"',
  '\\',
  '水😀',
  '\n',
  '_',
];

export const append: readonly Case[] = [
  {
    does: 'gives each message in the letters of its publisher, a request in one entry',
    async run({ make }) {
      const engine = await make();
      const readers = [await lasting(engine, 'a'), await passing(engine, 'b')];
      await engine.log.append(LOG_ID, TEXTS);
      for (const reader of readers) {
        const entries = await reader.take(TEXTS.length);
        assert.deepEqual(
          entries.map(({ texts }) => texts),
          [TEXTS],
        );
      }
    },
  },
  {
    does: 'keeps the order of one caller, who need not wait; numbers grow',
    async run({ make }) {
      const engine = await make();
      const readers = [await lasting(engine, 'a'), await passing(engine, 'b')];
      await Promise.all(numbers(1, 100).map((text) => engine.log.append(LOG_ID, [text])));
      for (const reader of readers) {
        const entries = await reader.take(100);
        assert.deepEqual(textsOf(entries), numbers(1, 100));
        const own = entries.map(({ number }) => number);
        assert.deepEqual(
          own,
          [...new Set(own)].sort((a, b) => a - b),
        );
      }
    },
  },
  {
    does: 'keeps streams and jails apart, whatever they are called',
    async run({ make }) {
      const engine = await make();
      const places = NAMES.flatMap((name) => [
        { jail: name, stream: 'x' },
        { jail: 'x', stream: name },
      ]);
      const readers = await Promise.all(places.map((place) => lasting(engine, 'a', place)));
      for (const [index, place] of places.entries()) await engine.log.append(place, [`${index}`]);
      for (const place of places) await engine.log.append(place, ['"last"']);
      for (const [index, reader] of readers.entries()) {
        assert.deepEqual(await reader.read(2), [`${index}`, '"last"']);
      }
    },
  },
  {
    does: 'gives every group all, whatever it is called',
    async run({ make }) {
      const engine = await make();
      const readers = await Promise.all(NAMES.map((name) => lasting(engine, name)));
      await appendAll(engine, numbers(1, 3));
      for (const reader of readers) assert.deepEqual(await reader.read(3), numbers(1, 3));
    },
  },
  {
    does: 'keeps nothing for nobody, and begins with what comes after',
    async run({ make }) {
      const engine = await make();
      await appendAll(engine, numbers(1, 3));
      const readers = [await lasting(engine, 'a'), await passing(engine, 'b')];
      await appendAll(engine, ['4']);
      for (const reader of readers) assert.deepEqual(await reader.read(1), ['4']);
    },
  },
  {
    does: 'takes an entry of many messages, and one of many letters',
    async run({ make }) {
      const engine = await make();
      const reader = await lasting(engine, 'a');
      const long = JSON.stringify('x'.repeat(300_000));
      await engine.log.append(LOG_ID, numbers(1, 10_000));
      await engine.log.append(LOG_ID, [long]);
      const texts = await reader.read(10_001);
      assert.equal(texts.length, 10_001);
      assert.equal(texts.at(-1), long);
      assert.equal(texts.at(-2), '10000');
    },
  },
];
