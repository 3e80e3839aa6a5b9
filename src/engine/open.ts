/** The engine that a server makes for itself, where it was given none. Nothing else names one. */

import type { StoreError } from '../errors';
import type { Warn } from '../sentences';
import { DiskEngine } from './disk/disk-engine';
import type { Engine } from './engine';
import type { LogLimits } from './log';
import { MemoryEngine } from './memory/memory-engine';

/** Where all is kept over restarts: a folder of this server alone. */
export interface StoreOptions {
  readonly folder: string;
  /** @internal Nobody else has business in the folder: what is not ours there is set aside. */
  readonly isOurs?: boolean | undefined;
  /** What a publish that was answered with 200 outlives: `written`, the process; `flushed`, a power cut too. */
  readonly durability?: 'written' | 'flushed' | undefined;
}

export interface OpenOptions {
  /** Absent: all is kept in memory, and gone with the server. */
  readonly store: StoreOptions | undefined;
  readonly limits: LogLimits;
  readonly warn: Warn;
  readonly onError: (error: StoreError) => void;
}

/** @throws (rejects with) StoreError when another process holds the folder, or it cannot be written to. */
export async function openEngine({ store, limits, warn, onError }: OpenOptions): Promise<Engine> {
  return store === undefined
    ? new MemoryEngine({ limits })
    : await DiskEngine.open({ ...store, limits, warn, onError });
}
