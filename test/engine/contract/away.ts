import assert from 'node:assert/strict';
import { EngineAway } from '../../../src/engine/faults';
import { StoreError } from '../../../src/errors';
import { until } from '../../support/until';
import type { Case } from './contract';
import { append, LOG_ID, lasting } from './reader';
import { Watching } from './watch';

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof EngineAway || thrown instanceof StoreError;
}

export const away: readonly Case[] = [
  {
    does: 'refuses what it could not keep, says so, and goes on by itself',
    when: ({ cut }) => cut !== undefined,
    async run({ make, cut }) {
      const engine = await make();
      const reader = await lasting(engine, 'a');
      const waits = reader.read(1);
      const mend = cut?.(engine);
      await assert.rejects(append(engine, ['1']), isRefusal);
      assert.ok(engine.state.name === 'away' || engine.state.name === 'refusing');
      await mend?.();
      await until(() => engine.state.name === 'ready', 'the engine back');
      await append(engine, ['2']);
      const first = await waits;
      // Nobody can tell whether what was refused had come through.
      if (first[0] === '1') first.push(...(await reader.read(1)));
      assert.equal(first.at(-1), '2');
    },
  },
  {
    does: 'changes no record that it could not write',
    when: ({ cut }) => cut !== undefined,
    async run({ make, cut }) {
      const engine = await make();
      const { catalogue } = engine;
      const watcher = new Watching(catalogue);
      const revision = await catalogue.put(['a', '1'], '1', undefined);
      await watcher.until('current');
      const mend = cut?.(engine);
      await assert.rejects(catalogue.put(['a', '1'], '"lost"', revision), isRefusal);
      await assert.rejects(catalogue.remove(['a', '1'], revision), isRefusal);
      await assert.rejects(catalogue.put(['a', '2'], '"lost"', undefined), isRefusal);
      await mend?.();
      await until(() => engine.state.name === 'ready', 'the engine back');
      assert.deepEqual(await catalogue.get(['a', '1']), { key: ['a', '1'], value: '1', revision });
      assert.equal(await catalogue.get(['a', '2']), undefined);
      await catalogue.put(['a', '1'], '2', revision);
      assert.deepEqual((await watcher.until('+1=2')).slice(-1), ['+1=2']);
      await watcher.end();
    },
  },
  {
    does: 'remembers no group that it could not write down',
    when: ({ cut }) => cut !== undefined,
    async run({ make, cut }) {
      const engine = await make();
      const mend = cut?.(engine);
      await assert.rejects(engine.log.open(LOG_ID, 'a', { lasting: true }), isRefusal);
      await mend?.();
      await until(() => engine.state.name === 'ready', 'the engine back');
      const reader = await lasting(engine, 'a');
      await append(engine, ['1']);
      assert.deepEqual(await reader.read(1), ['1']);
    },
  },
];
