import assert from 'node:assert/strict';
import type { Case } from '../contract';
import { append, lasting, numbers, passing, textsOf } from '../reader';
import { Watching } from '../watch';

export const shared: readonly Case[] = [
  {
    does: 'gives each entry to one of the processes that read a lasting group',
    when: ({ promises }) => promises.isShared,
    async run({ make, beside }) {
      const engines = [await make()];
      if (engines[0] && beside) engines.push(await beside(engines[0]));
      const [one, two] = await Promise.all(engines.map((engine) => lasting(engine, 'a')));
      assert.ok(engines[0] && one && two);
      const got: string[] = [];
      const all = Promise.all(
        [one, two].map(async (reader) => {
          for (;;) {
            const taken = await reader.cursor.take(1);
            if ('end' in taken) return;
            got.push(...textsOf(taken.entries));
            for (const { number } of taken.entries) reader.cursor.done(number);
            if (got.length === 20) await Promise.all([one.cursor.leave(), two.cursor.leave()]);
          }
        }),
      );
      await append(engines[0], numbers(1, 20));
      await all;
      assert.deepEqual(
        got.sort((a, b) => Number(a) - Number(b)),
        numbers(1, 20),
      );
    },
  },
  {
    does: 'gives passing groups of each process what any of them appends',
    when: ({ promises }) => promises.isShared,
    async run({ make, beside }) {
      const one = await make();
      const two = await beside?.(one);
      assert.ok(two);
      const readers = [await passing(one, 'a'), await passing(two, 'b')];
      await append(one, ['1']);
      await append(two, ['2']);
      for (const reader of readers) assert.deepEqual(await reader.read(2), ['1', '2']);
    },
  },
  {
    does: 'lets a group go on in another process where the first has left it',
    when: ({ promises }) => promises.isShared,
    async run({ make, beside }) {
      const one = await make();
      const two = await beside?.(one);
      assert.ok(two);
      const reader = await lasting(one, 'a');
      await append(two, numbers(1, 4));
      const [first] = await reader.take(1, 1);
      reader.cursor.done(first?.number ?? 0);
      await reader.cursor.leave();
      assert.deepEqual(await (await lasting(two, 'a')).read(3), numbers(2, 4));
    },
  },
  {
    does: 'tells those who watch of changes that others make',
    when: ({ promises }) => promises.isShared,
    async run({ make, beside }) {
      const one = await make();
      const two = await beside?.(one);
      assert.ok(two);
      const watcher = new Watching(two.catalogue);
      await watcher.until('current');
      const revision = await one.catalogue.put(['a', '1'], '1', undefined);
      await watcher.until('+1=1');
      await two.catalogue.remove(['a', '1'], revision);
      await watcher.until('-1');
      await watcher.end();
      assert.equal(await one.catalogue.get(['a', '1']), undefined);
    },
  },
];
