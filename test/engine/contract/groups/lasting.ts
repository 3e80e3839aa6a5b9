import assert from 'node:assert/strict';
import type { Case } from '../contract';
import { append, numbers, lasting as openLasting, passing } from '../reader';

export const lasting: readonly Case[] = [
  {
    does: 'remembers groups over a restart: what they were not done with, and what was appended without them',
    when: ({ promises }) => promises.outlivesProcess,
    async run({ make, reopen }) {
      let engine = await make();
      const reader = await openLasting(engine, 'a');
      await (await openLasting(engine, 'b')).cursor.leave();
      await append(engine, numbers(1, 4));
      await reader.read(2);
      await reader.cursor.leave();
      engine = await reopen(engine);
      await append(engine, ['5']);
      assert.deepEqual(await (await openLasting(engine, 'b')).read(5), numbers(1, 5));
      assert.deepEqual(await (await openLasting(engine, 'a')).read(3), numbers(3, 5));
    },
  },
  {
    does: 'gives back at its close what a reader still had',
    when: ({ promises }) => promises.outlivesProcess,
    async run({ make, reopen }) {
      let engine = await make();
      const reader = await openLasting(engine, 'a');
      await append(engine, numbers(1, 3));
      const entries = await reader.take(3);
      reader.cursor.done(entries[0]?.number ?? 0);
      engine = await reopen(engine);
      assert.deepEqual(await (await openLasting(engine, 'a')).read(2), ['2', '3']);
    },
  },
  {
    does: 'remembers a group that nothing was ever appended for',
    when: ({ promises }) => promises.outlivesProcess,
    async run({ make, reopen }) {
      let engine = await make();
      await (await openLasting(engine, 'a')).cursor.leave();
      await (await passing(engine, 'b')).cursor.leave();
      engine = await reopen(engine);
      await append(engine, ['1']);
      engine = await reopen(engine);
      assert.deepEqual(await (await openLasting(engine, 'a')).read(1), ['1']);
    },
  },
  {
    does: 'knows records again after a restart',
    when: ({ promises }) => promises.outlivesProcess,
    async run({ make, reopen }) {
      let engine = await make();
      await engine.catalogue.put(['jail', 'a'], '{"name":"A"}', undefined);
      const gone = await engine.catalogue.put(['jail', 'b'], '{"name":"B"}', undefined);
      await engine.catalogue.remove(['jail', 'b'], gone);
      engine = await reopen(engine);
      const record = await engine.catalogue.get(['jail', 'a']);
      assert.equal(record?.value, '{"name":"A"}');
      assert.equal(await engine.catalogue.get(['jail', 'b']), undefined);
      await engine.catalogue.put(['jail', 'a'], '{"name":"AA"}', record.revision);
    },
  },
  {
    does: 'does not bring back what was forgotten, when the same group comes again',
    when: ({ promises }) => promises.outlivesProcess,
    async run({ make, reopen }) {
      let engine = await make();
      await (await openLasting(engine, 'a')).cursor.leave();
      await (await openLasting(engine, 'b')).cursor.leave();
      await append(engine, numbers(1, 2));
      await engine.log.forget('works', 'a');
      await (await openLasting(engine, 'a')).cursor.leave();
      await append(engine, ['3']);
      engine = await reopen(engine);
      assert.deepEqual(await (await openLasting(engine, 'a')).read(1), ['3']);
      assert.deepEqual(await (await openLasting(engine, 'b')).read(3), numbers(1, 3));
    },
  },
];
