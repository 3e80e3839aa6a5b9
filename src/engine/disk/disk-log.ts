/**
 * Logs on disk: memory's, which all is read from, and a journal of what is to outlive the process. What no lasting group
 * is to be given is not written; anything else is seen by nobody before it is.
 */

import { say } from '../../sentences';
import { EngineAway } from '../faults';
import type { Cursor, CursorOptions, Log, LogId, LogLimits, LogStats } from '../log';
import type { LogKeeper } from '../memory/jail-logs';
import type { LastingGroup } from '../memory/lasting-group';
import { MemoryLog } from '../memory/memory-log';
import { entryKey, entryValue, groupKey, groupValue } from './disk-record';
import type { Journal } from './journal';
import { type LogContent, restoreLog } from './restore';

export interface DiskLogOptions {
  readonly limits: LogLimits;
  readonly journal: Journal;
  /** Milliseconds that this store has been served. */
  readonly now: () => number;
}

export class DiskLog implements Log, LogKeeper {
  readonly #memory: MemoryLog;
  readonly #journal: Journal;
  /** Writes under way, of each log: what comes after them must not be seen before them. */
  readonly #pending = new Map<string, number>();
  /** Where groups with a reader are to go on, as it was last written down. */
  readonly #from = new WeakMap<LastingGroup, number>();
  #appending = new Set<Promise<void>>();
  #isClosed = false;

  constructor({ limits, journal, now }: DiskLogOptions, content: LogContent) {
    this.#journal = journal;
    this.#memory = new MemoryLog({ limits, now, keeper: this });
    restoreLog(content, this.#memory, journal, now());
    for (const [jail, group] of this.#memory.groups) this.changed(jail, group);
  }

  get stats(): LogStats {
    return this.#memory.stats;
  }

  /** Whether there is a group that ages. */
  get isRemembering(): boolean {
    return this.#memory.groups.length > 0;
  }

  append(logId: LogId, texts: readonly string[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new EngineAway(say('engine.closed')));
    const name = JSON.stringify([logId.jail, logId.stream]);
    if (!this.#memory.isLasting(logId) && !this.#pending.has(name)) return this.#memory.append(logId, texts);
    const appending = this.#append(logId, name, texts);
    const settled = appending.then(
      () => {},
      () => {},
    );
    this.#appending.add(settled);
    void settled.then(() => this.#appending.delete(settled));
    return appending;
  }

  async open(logId: LogId, group: string, options: CursorOptions): Promise<Cursor> {
    const isNew = options.lasting && !this.#memory.hasGroup(logId, group);
    if (isNew) this.#journal.assertReady();
    const cursor = await this.#memory.open(logId, group, options);
    if (!isNew) return cursor;
    try {
      await this.#journal.caughtUp();
    } catch (thrown) {
      this.#memory.forgetAt(logId, group);
      throw thrown;
    }
    return cursor;
  }

  async forget(jail: string, group: string): Promise<void> {
    this.#journal.assertReady();
    await this.#memory.forget(jail, group);
    await this.#journal.caughtUp();
  }

  async erase(jail: string): Promise<void> {
    this.#journal.assertReady();
    await this.#memory.erase(jail);
    await this.#journal.caughtUp();
  }

  /** Ends all cursors once what is being written is. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#appending.size > 0) await Promise.all(this.#appending);
    // Before they end, so that a group with a reader is at the oldest entry that this has not read.
    this.#memory.close();
    for (const [jail, group] of this.#memory.groups) this.changed(jail, group);
  }

  released(jail: string, stream: string, number: number): void {
    this.#journal.delete(entryKey({ jail, stream }, number));
  }

  changed(jail: string, group: LastingGroup): void {
    this.#journal.behind(groupKey({ jail, stream: group.stream }, group.name), () => this.#valueOf(group));
  }

  forgotten(jail: string, group: LastingGroup): void {
    this.#journal.behind(groupKey({ jail, stream: group.stream }, group.name), () => undefined);
  }

  async #append(logId: LogId, name: string, texts: readonly string[]): Promise<void> {
    this.#journal.assertReady();
    const number = this.#memory.nextNumber();
    const key = entryKey(logId, number);
    this.#pending.set(name, (this.#pending.get(name) ?? 0) + 1);
    try {
      await this.#journal.write([{ type: 'put', key, value: entryValue(texts) }]);
      this.#memory.accept(logId, texts, number, true);
    } catch (thrown) {
      // Nobody knows what became of it: it was refused, and must not turn up at the next start.
      this.#journal.delete(key);
      throw thrown;
    } finally {
      const left = (this.#pending.get(name) ?? 1) - 1;
      if (left > 0) this.#pending.set(name, left);
      else this.#pending.delete(name);
    }
  }

  #valueOf(group: LastingGroup): string {
    const { position, prior } = group;
    const isRead = group.reader !== undefined;
    const { oldest } = position;
    // What is before the head is deleted, and that says as much as a record for each entry would.
    const known = isRead && oldest === position.log.head ? this.#from.get(group) : undefined;
    const from = known ?? oldest.entry?.number ?? position.log.lastNumber + 1;
    this.#from.set(group, from);
    return groupValue({
      from,
      ...(!isRead && { since: Math.round(group.since) }),
      missed: position.missed + (prior?.missed ?? 0),
      hasPrior: prior !== undefined,
    });
  }
}
