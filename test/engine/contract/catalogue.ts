import assert from 'node:assert/strict';
import { Conflict } from '../../../src/engine/faults';
import type { Case } from './contract';

const KEYS = [
  ['a'],
  ['a', ''],
  ['', 'a'],
  ['a', 'b', 'c'],
  ['a', 'b.c'],
  ['a.b', 'c'],
  ['a', '*'],
  ['A'],
  ['水', '"', '\n'],
];

export const catalogue: readonly Case[] = [
  {
    does: 'changes a record from the revision that was seen, and from no other',
    async run({ make }) {
      const { catalogue: own } = await make();
      const key = ['client', 'a'];
      assert.equal(await own.get(key), undefined);
      const first = await own.put(key, '"1"', undefined);
      assert.deepEqual(await own.get(key), { key, value: '"1"', revision: first });
      await assert.rejects(own.put(key, '"x"', undefined), Conflict);
      const second = await own.put(key, '"2"', first);
      assert.notEqual(second, first);
      await assert.rejects(own.put(key, '"x"', first), Conflict);
      await assert.rejects(own.remove(key, first), Conflict);
      assert.equal((await own.get(key))?.value, '"2"');
      await own.remove(key, second);
      assert.equal(await own.get(key), undefined);
      await assert.rejects(own.remove(key, second), Conflict);
      await assert.rejects(own.put(key, '"x"', second), Conflict);
    },
  },
  {
    does: 'takes no revision of a record that is gone for its successor',
    async run({ make }) {
      const { catalogue: own } = await make();
      const key = ['client', 'a'];
      const seen = new Set<number>();
      for (let round = 0; round < 3; round += 1) {
        const revision = await own.put(key, '1', undefined);
        assert.ok(!seen.has(revision));
        for (const old of seen) await assert.rejects(own.put(key, '2', old), Conflict);
        seen.add(revision);
        await own.remove(key, revision);
      }
    },
  },
  {
    does: 'lets one of many win who have seen the same',
    async run({ make }) {
      const { catalogue: own } = await make();
      const key = ['client', 'a'];
      let revision: number | undefined;
      for (let round = 0; round < 5; round += 1) {
        const offers = Array.from({ length: 10 }, (_, index) => own.put(key, `${round}${index}`, revision));
        const results = await Promise.allSettled(offers);
        const won = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
        assert.equal(won.length, 1);
        for (const result of results) {
          if (result.status === 'rejected')
            assert.ok(result.reason instanceof Conflict, String(result.reason));
        }
        const record = await own.get(key);
        assert.equal(record?.value, `${round}${won[0]}`);
        revision = record?.revision;
      }
    },
  },
  {
    does: 'keeps records apart, whatever is in their keys',
    async run({ make }) {
      const { catalogue: own } = await make();
      for (const [index, key] of KEYS.entries()) await own.put(key, `${index}`, undefined);
      for (const [index, key] of KEYS.entries()) {
        const record = await own.get(key);
        assert.deepEqual([record?.key, record?.value], [key, `${index}`]);
      }
    },
  },
  {
    does: 'keeps the letters of a value, and a long one',
    async run({ make }) {
      const { catalogue: own } = await make();
      for (const value of ['{"n":9007199254740993,"a":"水\\u0000"}', JSON.stringify('x'.repeat(200_000))]) {
        await own.put(['stream', 'a', value.slice(0, 9)], value, undefined);
        assert.equal((await own.get(['stream', 'a', value.slice(0, 9)]))?.value, value);
      }
    },
  },
];
