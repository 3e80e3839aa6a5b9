/**
 * Follows a catalogue for ever: a watch that fails is taken up again, and all that has changed in between is told as
 * changes, as if nothing had happened.
 */

import {
  type Catalogue,
  type CatalogueChange,
  type CatalogueRecord,
  isSame,
  nameOf,
  type RecordKey,
} from '../../engine/catalogue';
import { pause } from '../../engine/deadline';
import { EngineAway } from '../../engine/faults';
import { say } from '../../sentences';

export interface FollowerParts {
  readonly catalogue: Pick<Catalogue, 'watch'>;
  /** Each change once. */
  readonly apply: (change: Exclude<CatalogueChange, { type: 'current' }>) => void;
  /** A watch has failed, as it should not; told once, until it has caught up. */
  readonly onError: (error: unknown) => void;
  /** It has caught up after that. */
  readonly onBack: () => void;
}

/** Milliseconds before a watch that has failed is taken up again: at first, and at the most. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

export class Follower {
  readonly #parts: FollowerParts;
  readonly #ended = new AbortController();
  /** What has been told, by name. */
  #known = new Map<string, CatalogueRecord>();
  #isCurrent = false;
  #isTold = false;
  #pause = FIRST_PAUSE;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Nothing that the catalogue tells is missing. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /**
   * Resolves when all that there is has been applied.
   *
   * @throws (rejects with) what the first watch fails with before that; EngineAway when the engine is closed.
   */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#follow(resolve).then(() => reject(new EngineAway(say('engine.closed'))), reject);
    });
  }

  stop(): void {
    this.#ended.abort();
  }

  /** Resolves when it is told to stop, or the engine is closed. */
  async #follow(current: () => void): Promise<void> {
    let hasBegun = false;
    while (!this.#ended.signal.aborted) {
      try {
        await this.#watch(() => {
          hasBegun = true;
          current();
        });
        return;
      } catch (error) {
        this.#isCurrent = false;
        if (!hasBegun) throw error;
        if (!this.#isTold) this.#parts.onError(error);
        this.#isTold = true;
      }
      await pause(this.#pause, this.#ended.signal);
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    }
  }

  async #watch(current: () => void): Promise<void> {
    /** Of the records that were told before, those that have not come again. */
    const missing = new Map(this.#known);
    for await (const change of this.#parts.catalogue.watch(this.#ended.signal)) {
      if (change.type === 'current') {
        for (const { key } of missing.values()) this.#remove(key);
        missing.clear();
        this.#catchUp();
        current();
      } else if (change.type === 'there') {
        for (const name of missing.size === 0 ? [] : change.records.keys()) missing.delete(name);
        this.#putAll(change);
      } else if (change.type === 'put') {
        missing.delete(nameOf(change.record.key));
        this.#put(change);
      } else {
        missing.delete(nameOf(change.key));
        this.#remove(change.key);
      }
    }
  }

  #catchUp(): void {
    this.#isCurrent = true;
    this.#pause = FIRST_PAUSE;
    if (this.#isTold) this.#parts.onBack();
    this.#isTold = false;
  }

  #putAll(change: Extract<CatalogueChange, { type: 'there' }>): void {
    if (this.#known.size > 0) {
      for (const record of change.records.values()) this.#put({ type: 'put', record });
      return;
    }
    this.#parts.apply(change);
    this.#known = change.records;
  }

  #put(change: Extract<CatalogueChange, { type: 'put' }>): void {
    const { record } = change;
    const name = nameOf(record.key);
    if (isSame(record, this.#known.get(name))) return;
    this.#parts.apply(change);
    this.#known.set(name, record);
  }

  #remove(key: RecordKey): void {
    if (!this.#known.has(nameOf(key))) return;
    this.#parts.apply({ type: 'remove', key });
    this.#known.delete(nameOf(key));
  }
}
