import assert from 'node:assert/strict';
import type { Catalogue, CatalogueChange } from '../../../src/engine/catalogue';
import type { Case } from './contract';

export const watch: readonly Case[] = [
  {
    does: 'yields all there is, then the mark, then changes',
    async run({ make }) {
      const { catalogue } = await make();
      const one = await catalogue.put(['a', '1'], '1', undefined);
      const two = await catalogue.put(['a', '2'], '2', undefined);
      const gone = await catalogue.put(['a', '3'], '3', undefined);
      await catalogue.remove(['a', '3'], gone);
      const watcher = new Watching(catalogue);
      assert.deepEqual((await watcher.until('current')).sort(), ['+1=1', '+2=2', 'current']);
      await catalogue.put(['a', '1'], '11', one);
      assert.deepEqual(await watcher.until('+1=11'), ['+1=11']);
      await catalogue.remove(['a', '2'], two);
      assert.deepEqual(await watcher.until('-2'), ['-2']);
      await catalogue.put(['a', '2'], '22', undefined);
      assert.deepEqual(await watcher.until('+2=22'), ['+2=22']);
      await watcher.end();
    },
  },
  {
    does: 'yields the mark when there is nothing, and the revision that a change made',
    async run({ make }) {
      const { catalogue } = await make();
      const watcher = new Watching(catalogue);
      assert.deepEqual(await watcher.until('current'), ['current']);
      const revision = await catalogue.put(['a', '1'], '1', undefined);
      await watcher.until('+1=1');
      assert.deepEqual(watcher.last, { type: 'put', record: { key: ['a', '1'], value: '1', revision } });
      await watcher.end();
    },
  },
  {
    does: 'leads all who watch to the same, however slow they are',
    async run({ make }) {
      const { catalogue } = await make();
      const watchers = [new Watching(catalogue), new Watching(catalogue)];
      await watchers[0]?.until('current');
      let revision: number | undefined;
      for (let round = 1; round <= 50; round += 1) {
        revision = await catalogue.put(['a', '1'], `${round}`, revision);
        if (round === 25) await watchers[0]?.until('+1=25');
      }
      for (const watcher of watchers) {
        await watcher.until('+1=50');
        await watcher.end();
      }
    },
  },
  {
    does: 'ends when it is told to, also while it waits, or before it has begun',
    async run({ make }) {
      const { catalogue } = await make();
      const watcher = new Watching(catalogue);
      await watcher.until('current');
      const waits = watcher.next();
      await watcher.end();
      assert.equal(await waits, undefined);
      for await (const change of catalogue.watch(AbortSignal.abort())) assert.fail(change.type);
    },
  },
];

export class Watching {
  readonly #abort = new AbortController();
  readonly #changes: AsyncIterator<CatalogueChange, undefined>;
  /** What was told at once. */
  readonly #there: CatalogueChange[] = [];
  last: CatalogueChange | undefined;

  constructor(catalogue: Catalogue) {
    this.#changes = catalogue.watch(this.#abort.signal)[Symbol.asyncIterator]();
  }

  /** `+key=value`, `-key`, `current`; undefined: it has ended. */
  async next(): Promise<string | undefined> {
    const change = this.#there.shift() ?? (await this.#changes.next()).value;
    if (change?.type === 'there') {
      for (const record of change.records.values()) this.#there.push({ type: 'put', record });
      return this.next();
    }
    this.last = change;
    if (this.last === undefined) return undefined;
    if (this.last.type === 'current') return 'current';
    if (this.last.type === 'remove') return `-${this.last.key[1]}`;
    return `+${this.last.record.key[1]}=${this.last.record.value}`;
  }

  /** All up to this one. */
  async until(last: string): Promise<string[]> {
    const all: string[] = [];
    while (all.at(-1) !== last) {
      const next = await this.next();
      if (next === undefined) assert.fail(`The watch has ended before ${last}: ${all}`);
      all.push(next);
    }
    return all;
  }

  async end(): Promise<void> {
    this.#abort.abort();
    assert.equal(await this.next(), undefined);
  }
}
