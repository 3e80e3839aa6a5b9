/** The logs of one jail, and the bounds that they share. */

import type { CursorOptions, Entry, LogLimits } from '../log';
import { Heaviest } from './heaviest';
import { LastingGroup } from './lasting-group';
import { LastingPosition } from './lasting-position';
import { MemoryCursor } from './memory-cursor';
import { PassingPosition } from './passing-position';
import { StreamLog, type Tally } from './stream-log';

/** Told what an engine that outlives the process wants to write down. */
export interface LogKeeper {
  /** Nobody needs the entry any more, which the disk has. */
  released(jail: string, stream: string, number: number): void;
  /** The group may be further, or has got a reader, or lost it. */
  changed(jail: string, group: LastingGroup): void;
  /** The group was given up. */
  forgotten(jail: string, group: LastingGroup): void;
}

export interface JailLogsParts {
  readonly jail: string;
  readonly limits: LogLimits;
  readonly tally: Tally;
  /** Milliseconds since some moment before. */
  readonly now: () => number;
  /** The latest number that was given to an entry, of whatever jail. */
  readonly lastNumber: () => number;
  readonly keeper?: LogKeeper | undefined;
}

/** A log and who reads it; gone with the last of these. */
interface Stream {
  readonly name: string;
  readonly log: StreamLog;
  readonly groups: Map<string, LastingGroup>;
  readonly passing: Map<MemoryCursor, { readonly group: string; readonly position: PassingPosition }>;
  readonly waiting: Set<MemoryCursor>;
}

export class JailLogs {
  readonly #parts: JailLogsParts;
  readonly #streams = new Map<string, Stream>();
  readonly #heaviest = new Heaviest<StreamLog>();
  /** Groups without a reader, the longest without one first. */
  readonly #vacant = new Set<LastingGroup>();
  #weight = 0;

  constructor(parts: JailLogsParts) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#streams.size === 0;
  }

  get groups(): LastingGroup[] {
    return [...this.#streams.values()].flatMap(({ groups }) => [...groups.values()]);
  }

  /** Whether a group would be given what is appended now after its reader has left. */
  isLasting(stream: string): boolean {
    return (this.#streams.get(stream)?.groups.size ?? 0) > 0;
  }

  hasGroup(stream: string, group: string): boolean {
    return this.#streams.get(stream)?.groups.has(group) ?? false;
  }

  append(name: string, entry: Entry, isWritten: boolean): void {
    this.expire();
    this.add(name, entry, isWritten);
  }

  /** {@link append}, while an earlier process's groups are not yet in the order in which they are to be given up. */
  add(name: string, entry: Entry, isWritten: boolean): void {
    const stream = this.#streams.get(name);
    if (stream === undefined) {
      if (isWritten) this.#parts.keeper?.released(this.#parts.jail, name, entry.number);
      return;
    }
    stream.log.append(entry, isWritten);
    for (const cursor of [...stream.waiting]) cursor.wake();
    while (this.#weight > this.#parts.limits.retainedBytes) {
      const { top } = this.#heaviest;
      // The newest entry stays, however large: whoever has published it is told that it is kept.
      if (top === undefined || (top === stream.log && top.head.next === top.tail)) return;
      top.trim();
    }
  }

  open(name: string, group: string, { lasting }: CursorOptions): MemoryCursor {
    this.expire();
    const stream = this.#stream(name);
    return lasting ? this.#openLasting(stream, group) : this.#openPassing(stream, group);
  }

  /** A group of an earlier process, at its log's end. {@link settle} is to be called after the last one. */
  restore(name: string, group: string, since: number, missed: number): LastingGroup {
    const stream = this.#stream(name);
    const restored = new LastingGroup(name, group, new LastingPosition(stream.log, missed), since);
    stream.groups.set(group, restored);
    return restored;
  }

  settle(): void {
    for (const group of this.groups.sort((a, b) => a.since - b.since)) this.#vacant.add(group);
  }

  /** @param only absent: on all streams. */
  forget(name: string, only?: string): void {
    for (const stream of [...this.#streams.values()]) {
      if (only !== undefined && stream.name !== only) continue;
      for (const [cursor, { group }] of [...stream.passing]) {
        if (group === name) this.#dropPassing(stream, cursor, 'forgotten');
      }
      const group = stream.groups.get(name);
      if (group !== undefined) this.#drop(stream, group);
    }
  }

  end(why: 'forgotten' | 'closed'): void {
    for (const stream of this.#streams.values()) {
      for (const cursor of stream.passing.keys()) cursor.end(why);
      for (const { reader } of stream.groups.values()) reader?.end(why);
    }
  }

  erase(): void {
    for (const stream of [...this.#streams.values()]) {
      for (const cursor of [...stream.passing.keys()]) this.#dropPassing(stream, cursor, 'forgotten');
      for (const group of [...stream.groups.values()]) this.#drop(stream, group);
    }
  }

  /** Gives up groups that have been without a reader for too long, or that are too many. */
  expire(): void {
    const { limits, now, tally } = this.#parts;
    if (this.#vacant.size === 0) return;
    const oldest = now() - limits.retainedAge;
    for (const group of this.#vacant) {
      if (this.#vacant.size <= limits.retainedGroups && group.since >= oldest) return;
      tally.dropped += group.retained;
      tally.forgotten += 1;
      const stream = this.#streams.get(group.stream);
      if (stream !== undefined) this.#drop(stream, group);
    }
  }

  #openLasting(stream: Stream, name: string): MemoryCursor {
    const { jail, keeper, now } = this.#parts;
    const known = stream.groups.get(name);
    const group = known ?? new LastingGroup(stream.name, name, new LastingPosition(stream.log), now());
    stream.groups.set(name, group);
    if (group.reader !== undefined) {
      group.reader.end('left');
      group.vacate(now());
    }
    const cursor = new MemoryCursor({
      source: group,
      waiting: stream.waiting,
      moved: keeper && (() => keeper.changed(jail, group)),
      left: () => {
        group.vacate(now());
        this.#vacant.add(group);
        keeper?.changed(jail, group);
        this.expire();
      },
    });
    this.#vacant.delete(group);
    group.occupy(cursor);
    keeper?.changed(jail, group);
    return cursor;
  }

  #openPassing(stream: Stream, group: string): MemoryCursor {
    const position = new PassingPosition(stream.log);
    const cursor = new MemoryCursor({
      source: position,
      waiting: stream.waiting,
      left: (own) => this.#dropPassing(stream, own, 'left'),
    });
    stream.passing.set(cursor, { group, position });
    return cursor;
  }

  #stream(name: string): Stream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const { jail, keeper } = this.#parts;
    const log = this.newLog(keeper && (({ number }) => keeper.released(jail, name, number)));
    const stream = { name, log, groups: new Map(), passing: new Map(), waiting: new Set<MemoryCursor>() };
    this.#streams.set(name, stream);
    return stream;
  }

  /** Within the jail's bound of bytes. */
  newLog(released?: (entry: Entry) => void): StreamLog {
    const { tally, limits, lastNumber } = this.#parts;
    const weighed = (log: StreamLog, change: number): void => {
      this.#weight += change;
      this.#heaviest.weighed(log);
    };
    const { retainedMessages, passingBytes } = limits;
    return new StreamLog({ tally, retainedMessages, passingBytes, weighed, released }, lastNumber());
  }

  #drop(stream: Stream, group: LastingGroup): void {
    group.reader?.end('forgotten');
    group.remove();
    stream.groups.delete(group.name);
    this.#vacant.delete(group);
    this.#parts.keeper?.forgotten(this.#parts.jail, group);
    this.#dropEmpty(stream);
  }

  #dropPassing(stream: Stream, cursor: MemoryCursor, why: 'forgotten' | 'left'): void {
    cursor.end(why);
    stream.passing.get(cursor)?.position.leave();
    stream.passing.delete(cursor);
    this.#dropEmpty(stream);
  }

  #dropEmpty(stream: Stream): void {
    if (stream.groups.size + stream.passing.size === 0) this.#streams.delete(stream.name);
  }
}
