import assert from 'node:assert/strict';
import type { Case } from './contract';
import { append, lasting, numbers } from './reader';

export const kill: readonly Case[] = [
  {
    does: 'loses nothing that was accepted when the process dies',
    when: ({ promises }) => promises.outlivesProcess,
    async run(subject) {
      let engine = await subject.make();
      await (await lasting(engine, 'away')).cursor.leave();
      const reader = await lasting(engine, 'there');
      await append(engine, numbers(1, 20));
      await reader.read(10);
      await engine.catalogue.put(['jail', 'a'], '{}', undefined);
      engine = await subject.kill(engine);
      assert.deepEqual(await (await lasting(engine, 'away')).read(20), numbers(1, 20));
      // What was done a moment ago may come again; nothing is left out.
      const again = await (await lasting(engine, 'there')).read(10);
      assert.deepEqual(again, numbers(Number(again[0]), Number(again[0]) + again.length - 1));
      assert.equal((await engine.catalogue.get(['jail', 'a']))?.value, '{}');
    },
  },
  {
    does: 'begins anew, with nothing',
    when: ({ promises }) => !promises.outlivesProcess,
    async run(subject) {
      let engine = await subject.make();
      await (await lasting(engine, 'a')).cursor.leave();
      await append(engine, ['1']);
      await engine.catalogue.put(['jail', 'a'], '{}', undefined);
      engine = await subject.kill(engine);
      const reader = await lasting(engine, 'a');
      await append(engine, ['2']);
      assert.deepEqual(await reader.read(1), ['2']);
      assert.equal(await engine.catalogue.get(['jail', 'a']), undefined);
    },
  },
];
