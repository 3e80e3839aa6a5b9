/**
 * What a disk engine writes, and when: at once, with somebody waiting for it, or behind, the latest of each record. Knows
 * when the disk refuses, does not ask it more often than is good for it, and comes back by itself.
 */

import type { StoreError } from '../../errors';
import { say } from '../../sentences';
import type { Change } from '../../store/database';
import type { Store } from '../../store/store';
import type { EngineState } from '../engine';
import { EngineAway } from '../faults';

/** A full disk is not asked more often, as each time the store is opened anew. */
const RETRY_INTERVAL = 1_000;

/** Keys deleted at once: more of them would hold up the process. */
const MAX_DELETED = 2_000;

/**
 * Milliseconds that what is to be deleted waits for a write to go along with. By themselves these writes slow a
 * steady load down.
 */
const COMPANY = 20;

/** What is to be written of a record, when its time has come: undefined deletes it. */
export type Latest = () => string | undefined;

export interface JournalOptions {
  readonly store: Store;
  /** What is waited for is flushed. */
  readonly flush: boolean;
  /** Told once until the disk takes something again, and once more if it refuses as all is closed: that is lost. */
  readonly onError: (error: StoreError) => void;
  /** Told when it does. */
  readonly onBack: () => void;
  /** Written again and again while the disk refuses, to see whether it still does. */
  readonly probe: { readonly key: string; readonly latest: () => string };
}

export class Journal {
  readonly #options: JournalOptions;
  #latest = new Map<string, Latest>();
  /** What was written behind, as long as it is there: most often it is the same again. */
  readonly #written = new Map<string, string>();
  /** Keys, in lists of no more than are deleted at once. */
  readonly #deleted: string[][] = [];
  /** Told how the next batch fares. */
  #waiting: { readonly resolve: () => void; readonly reject: (error: EngineAway) => void }[] = [];
  #writing: Promise<void> | undefined;
  /** Of what is to be deleted, until nothing has come that it could go along with. */
  #alone: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #state: EngineState = { name: 'ready' };

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Resolves when the disk has it, in place of what was to be written behind. @throws (rejects with) EngineAway */
  async write(changes: readonly Change[], { flush = this.#options.flush } = {}): Promise<void> {
    this.assertReady();
    // It would come after this, and say what was so before.
    for (const { key } of changes) this.#latest.delete(key);
    // What is to be written behind takes them along: killed in between, a group had lost entries, and no count of them.
    const deleted = this.#latest.size === 0 ? this.#deleted.shift() : undefined;
    try {
      await this.#options.store.write([...changes, ...deletionsOf(deleted)], { flush });
    } catch (thrown) {
      if (deleted !== undefined) this.#deleted.unshift(deleted);
      throw this.#failed(thrown as StoreError);
    } finally {
      // Nor does anybody know what the disk has of what it has refused.
      for (const { key } of changes) this.#written.delete(key);
    }
    this.#succeeded();
  }

  /** To be written soon, in place of what was to be written under this key. */
  behind(key: string, latest: Latest): void {
    this.#latest.set(key, latest);
    this.#begin();
  }

  /** To be deleted soon, with what is written next; never to be written again. */
  delete(key: string): void {
    let last = this.#deleted.at(-1);
    if (last === undefined || last.length >= MAX_DELETED) {
      last = [];
      this.#deleted.push(last);
    }
    last.push(key);
    // What is closing writes all there is; what is closed, nothing.
    if (this.#state.name === 'closed') return;
    this.#alone ??= setTimeout(() => {
      this.#alone = undefined;
      if (this.#deleted.length > 0) this.#begin();
    }, COMPANY);
  }

  /** Resolves when the disk has all that is behind now, but for what is deleted. @throws (rejects with) EngineAway */
  async caughtUp(): Promise<void> {
    this.assertReady();
    this.#begin();
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** @throws EngineAway */
  assertReady(): void {
    if (this.#state.name === 'closed') throw new EngineAway(say('engine.closed'));
    if (this.#state.name !== 'ready') throw new EngineAway(say('engine.diskRefuses'));
  }

  /** Resolves when the disk has everything, flushed, or has refused it. */
  async close(): Promise<void> {
    clearTimeout(this.#alone);
    clearTimeout(this.#retry);
    // What waits for a retry is tried once more, and that is all that can be done.
    this.#retry = undefined;
    this.#state = { name: 'closed' };
    do {
      await this.#writing;
      if (!(await this.#writeBatch(true))) return;
    } while (this.#hasMore);
  }

  #begin(): void {
    if (this.#writing !== undefined || this.#state.name !== 'ready') return;
    this.#writing = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // All of a turn leaves together: what is done with, as a socket takes it.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#hasMore && this.#state.name === 'ready') await this.#writeBatch(false);
    this.#writing = undefined;
  }

  get #hasMore(): boolean {
    return this.#latest.size + this.#waiting.length + this.#deleted.length > 0;
  }

  /** @returns false when the disk has refused. */
  async #writeBatch(flush: boolean): Promise<boolean> {
    const [latest, waiting, deleted] = [this.#latest, this.#waiting, this.#deleted.shift()];
    this.#latest = new Map();
    this.#waiting = [];
    const changes = deletionsOf(deleted);
    for (const [key, current] of latest) {
      const value = current();
      if (value === undefined) changes.push({ type: 'del', key });
      else if (this.#written.get(key) !== value) changes.push({ type: 'put', key, value });
    }
    try {
      if (changes.length > 0 || flush) await this.#options.store.write(changes, { flush });
    } catch (thrown) {
      this.#waiting.unshift(...waiting);
      for (const { key } of changes) this.#written.delete(key);
      this.#failed(thrown as StoreError);
      if (deleted !== undefined) this.#deleted.unshift(deleted);
      // What has come since is newer.
      this.#latest = new Map([...latest, ...this.#latest]);
      return false;
    }
    for (const change of changes) {
      if (change.type === 'put') this.#written.set(change.key, change.value);
      else this.#written.delete(change.key);
    }
    for (const { resolve } of waiting) resolve();
    this.#succeeded();
    return true;
  }

  #failed(error: StoreError): EngineAway {
    const away = new EngineAway(say('engine.diskRefuses'), { cause: error });
    // Whatever it was that failed: the batch that they wait for is not tried for now.
    for (const { reject } of this.#waiting.splice(0)) reject(away);
    if (this.#state.name === 'closed') {
      this.#options.onError(error);
      return away;
    }
    if (this.#state.name === 'ready') {
      this.#options.onError(error);
      this.#state = { name: 'refusing', since: Date.now(), why: error.sentence ?? error.message };
    }
    this.#retry ??= setTimeout(() => void this.#probe(), RETRY_INTERVAL);
    return away;
  }

  #succeeded(): void {
    if (this.#state.name !== 'refusing') return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#state = { name: 'ready' };
    this.#begin();
    this.#options.onBack();
  }

  async #probe(): Promise<void> {
    this.#retry = undefined;
    const { store, probe } = this.#options;
    try {
      await store.write([{ type: 'put', key: probe.key, value: probe.latest() }], { flush: false });
    } catch (thrown) {
      this.#failed(thrown as StoreError);
      return;
    }
    this.#succeeded();
  }
}

function deletionsOf(keys: readonly string[] = []): Change[] {
  return keys.map((key) => ({ type: 'del', key }));
}
