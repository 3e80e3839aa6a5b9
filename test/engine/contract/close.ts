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
];
