/** What is left of a damaged database: the latest of each key that its files vouch for. */
import { Damage, type Pair } from './database';
import { type Examination, examine } from './examination';
import type { Version } from './log-file';

export interface Salvage extends Examination {
  readonly entries: readonly Pair[];
}

const NOTHING = { files: 0, bytes: 0 };

/** Changes nothing in the folder. @throws StoreError when it may not be read. */
export async function salvage(folder: string): Promise<Salvage> {
  const latest = new Map<string, Version>();
  const found = await examine(folder, (version) => {
    // Not as UTF-8: two keys that are none would be one.
    const key = version.key.toString('latin1');
    if (version.number >= (latest.get(key)?.number ?? -1)) latest.set(key, version);
  }).catch((thrown: unknown) => {
    if (thrown instanceof Damage) return { damage: [thrown.words], lost: NOTHING };
    throw thrown;
  });
  const entries = [...latest.values()].flatMap(({ key, value }): Pair[] =>
    value === undefined ? [] : [[key.toString('utf8'), value.toString('utf8')]],
  );
  return { damage: [], lost: NOTHING, ...found, entries };
}
