/** Logs in the memory of this process: all jails'. What nobody reads, and no group is remembered for, is not kept. */

import { say } from '../../sentences';
import { EngineAway } from '../faults';
import type { Cursor, CursorOptions, Log, LogId, LogLimits, LogStats } from '../log';
import { JailLogs, type LogKeeper } from './jail-logs';
import type { LastingGroup } from './lasting-group';
import { KeptEntry } from './link';

export interface MemoryLogOptions {
  readonly limits: LogLimits;
  /** Milliseconds since some moment before: never set, so that a step of the clock ages nothing. */
  readonly now: () => number;
  readonly keeper?: LogKeeper | undefined;
}

export class MemoryLog implements Log {
  readonly #options: MemoryLogOptions;
  readonly #jails = new Map<string, JailLogs>();
  readonly #tally = { retained: 0, dropped: 0, forgotten: 0 };
  /** Over all logs: one that is gone, and made again, must not give a number again that the disk still has. */
  #lastNumber = 0;
  #isClosed = false;

  constructor(options: MemoryLogOptions) {
    this.#options = options;
  }

  get stats(): LogStats {
    for (const jail of [...this.#jails.values()]) jail.expire();
    return { ...this.#tally };
  }

  /** Lasting ones. */
  get groups(): (readonly [jail: string, group: LastingGroup])[] {
    return [...this.#jails].flatMap(([jail, { groups }]) => groups.map((group) => [jail, group] as const));
  }

  /** Whether there is a lasting group. */
  isLasting({ jail, stream }: LogId): boolean {
    return this.#jails.get(jail)?.isLasting(stream) ?? false;
  }

  hasGroup({ jail, stream }: LogId, group: string): boolean {
    return this.#jails.get(jail)?.hasGroup(stream, group) ?? false;
  }

  /** On this stream alone. */
  forgetAt({ jail, stream }: LogId, group: string): void {
    this.#jails.get(jail)?.forget(group, stream);
  }

  nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  /** Numbers begin after this one. */
  numbersFrom(number: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  async append(logId: LogId, texts: readonly string[]): Promise<void> {
    this.accept(logId, texts, this.nextNumber(), false);
  }

  /** {@link append} of an entry that the disk has, or at once. @throws EngineAway once closed. */
  accept({ jail, stream }: LogId, texts: readonly string[], number: number, isWritten: boolean): void {
    if (this.#isClosed) throw closed();
    const logs = this.#jails.get(jail);
    if (logs !== undefined) logs.append(stream, new KeptEntry(number, texts), isWritten);
    else if (isWritten) this.#options.keeper?.released(jail, stream, number);
  }

  async open({ jail, stream }: LogId, group: string, options: CursorOptions): Promise<Cursor> {
    if (this.#isClosed) throw closed();
    return this.jail(jail).open(stream, group, options);
  }

  async forget(jail: string, group: string): Promise<void> {
    this.#jails.get(jail)?.forget(group);
  }

  async erase(jail: string): Promise<void> {
    this.#jails.get(jail)?.erase();
    this.#jails.delete(jail);
  }

  /** Ends all cursors. */
  close(): void {
    this.#isClosed = true;
    for (const jail of this.#jails.values()) jail.end('closed');
  }

  jail(name: string): JailLogs {
    const known = this.#jails.get(name);
    if (known !== undefined) return known;
    const { limits, now, keeper } = this.#options;
    const jail = new JailLogs({
      jail: name,
      limits,
      now,
      keeper,
      tally: this.#tally,
      lastNumber: () => this.#lastNumber,
    });
    this.#jails.set(name, jail);
    return jail;
  }
}

function closed(): EngineAway {
  return new EngineAway(say('engine.closed'));
}
