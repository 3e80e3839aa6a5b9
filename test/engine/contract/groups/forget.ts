import assert from 'node:assert/strict';
import { until } from '../../../support/until';
import type { Case } from '../contract';
import { append, lasting, numbers, passing } from '../reader';

export const forget: readonly Case[] = [
  {
    does: 'forgets a group on all streams of its jail, and no other',
    async run({ make }) {
      const engine = await make();
      const places = [
        { jail: 'works', stream: 'x' },
        { jail: 'works', stream: 'y' },
        { jail: 'other', stream: 'x' },
      ];
      for (const place of places) {
        for (const group of ['a', 'b']) await (await lasting(engine, group, place)).cursor.leave();
        await append(engine, ['1'], place);
      }
      await engine.log.forget('works', 'a');
      for (const place of places) {
        const a = await lasting(engine, 'a', place);
        await append(engine, ['2'], place);
        const expected = place.jail === 'works' ? ['2'] : ['1', '2'];
        assert.deepEqual(await a.read(expected.length), expected);
        assert.deepEqual(await (await lasting(engine, 'b', place)).read(2), ['1', '2']);
      }
    },
  },
  {
    does: 'ends the cursors of a forgotten group, waiting or not',
    async run({ make }) {
      const engine = await make();
      for (const open of [lasting, passing]) {
        const { cursor } = await open(engine, 'a');
        const waits = cursor.take(1);
        await engine.log.forget('works', 'a');
        assert.deepEqual(await waits, { end: 'forgotten' });
        assert.deepEqual(await cursor.take(1), { end: 'forgotten' });
        cursor.done(1);
        await cursor.leave();
      }
    },
  },
  {
    does: 'erases all of a jail, and nothing of another',
    async run({ make }) {
      const engine = await make();
      const [mine, other] = [
        { jail: 'works', stream: 'x' },
        { jail: 'worksother', stream: 'x' },
      ];
      const readers = [await lasting(engine, 'a', mine), await passing(engine, 'b', mine)];
      const waits = readers.map(({ cursor }) => cursor.take(1));
      await (await lasting(engine, 'c', mine)).cursor.leave();
      await (await lasting(engine, 'c', other)).cursor.leave();
      await append(engine, ['1'], other);
      await engine.log.erase('works');
      assert.deepEqual(await Promise.all(waits), [{ end: 'forgotten' }, { end: 'forgotten' }]);
      const again = await lasting(engine, 'c', mine);
      await append(engine, ['2'], mine);
      await append(engine, ['2'], other);
      assert.deepEqual(await again.read(1), ['2']);
      assert.deepEqual(await (await lasting(engine, 'c', other)).read(2), ['1', '2']);
    },
  },
  {
    does: 'counts nothing more for what is forgotten',
    async run({ make }) {
      const engine = await make();
      for (const group of ['a', 'b']) await (await lasting(engine, group)).cursor.leave();
      await append(engine, numbers(1, 4));
      await until(() => engine.log.stats.retained === 8, 'what both have before them');
      await engine.log.forget('works', 'a');
      await until(() => engine.log.stats.retained === 4, 'what is left');
      await engine.log.erase('works');
      await until(() => engine.log.stats.retained === 0, 'nothing');
      assert.equal(engine.log.stats.forgotten, 0);
    },
  },
];
