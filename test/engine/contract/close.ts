import assert from 'node:assert/strict';
import { EngineAway } from '../../../src/engine/faults';
import type { Case } from './contract';
import { append, LOG_ID, lasting, passing } from './reader';
import { Watching } from './watch';

export const close: readonly Case[] = [
  {
    does: 'ends all that waits; may be closed again',
    async run({ make }) {
      const engine = await make();
      assert.equal(engine.state.name, 'ready');
      const readers = [await lasting(engine, 'a'), await passing(engine, 'b')];
      const waits = readers.map(({ cursor }) => cursor.take(1));
      const watcher = new Watching(engine.catalogue);
      await watcher.until('current');
      const change = watcher.next();
      await Promise.all([engine.close(), engine.close()]);
      assert.deepEqual(await Promise.all(waits), [{ end: 'closed' }, { end: 'closed' }]);
      assert.equal(await change, undefined);
      assert.deepEqual(engine.state, { name: 'closed' });
      for (const { cursor } of readers) {
        assert.deepEqual(await cursor.take(1), { end: 'closed' });
        cursor.done(1);
        await cursor.leave();
      }
      await engine.close();
    },
  },
  {
    does: 'takes nothing more',
    async run({ make }) {
      const engine = await make();
      await (await lasting(engine, 'a')).cursor.leave();
      await engine.close();
      await assert.rejects(append(engine, ['1']), EngineAway);
      await assert.rejects(engine.log.open(LOG_ID, 'a', { lasting: true }), EngineAway);
      await assert.rejects(engine.log.open(LOG_ID, 'b', { lasting: false }), EngineAway);
      await assert.rejects(engine.catalogue.put(['a'], '1', undefined), EngineAway);
      await assert.rejects(engine.catalogue.remove(['a'], 1), EngineAway);
    },
  },
  {
    does: 'tells all who wait for it before it has closed, also while what it stands on is away',
    async run({ make, cut }) {
      for (const isAway of [false, true]) {
        const engine = await make();
        await append(engine, ['1']);
        const mend = isAway ? cut?.(engine) : undefined;
        const opened = Array.from({ length: 1_000 }, (_, n) =>
          engine.log.open(LOG_ID, `a${n}`, { lasting: n % 2 === 0 }),
        );
        const waits = opened.flatMap((open, n) => [
          open,
          engine.log.append(LOG_ID, ['2']),
          engine.log.forget(LOG_ID.jail, `a${n}`),
          engine.catalogue.put(['a', `${n}`], '1', undefined),
          engine.catalogue.get(['a', `${n}`]),
        ]);
        let told = 0;
        const tell = (): void => {
          told += 1;
        };
        for (const wait of waits) wait.then(tell, tell);
        if (!isAway) await Promise.any(opened);
        await engine.close();
        assert.equal(told, waits.length);
        for (const open of await Promise.allSettled(opened)) {
          if (open.status === 'rejected') continue;
          while (!('end' in (await open.value.take(1_000)))) {}
        }
        await mend?.();
      }
    },
  },
];
