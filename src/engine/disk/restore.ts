/** What a store holds, told apart, and the logs made of it again. */

import type { Pair } from '../../store/database';
import type { CatalogueRecord } from '../catalogue';
import type { LogId } from '../log';
import { LastingPosition } from '../memory/lasting-position';
import type { MemoryLog } from '../memory/memory-log';
import {
  type EntryRecord,
  entryKey,
  type GroupRecord,
  parseList,
  parseLogRecord,
  parseTime,
  TIME_KEY,
} from './disk-record';
import type { Journal } from './journal';
import { parsePriorRecord, priorGroupKey } from './prior-record';

/** Messages of an earlier release that are given as one entry, and characters. */
const PRIOR_MESSAGES = 256;
const PRIOR_SIZE = 65_536;

interface PriorMessage {
  readonly key: string;
  readonly number: number;
  readonly text: string;
}

interface Group {
  readonly record: GroupRecord;
  readonly messages: PriorMessage[];
}

interface Stream {
  readonly logId: LogId;
  readonly groups: Group[];
  readonly entries: EntryRecord[];
}

export interface LogContent {
  readonly streams: readonly Stream[];
  /** Keys of what is of no use: messages whose group is gone, records of an earlier form. */
  readonly useless: readonly string[];
}

export interface Content extends LogContent {
  readonly time: number;
  /** The catalogue's, by name. */
  readonly records: Map<string, CatalogueRecord>;
  /** How many records say nothing that this release understands. */
  readonly unreadable: number;
}

export function contentOf(stored: readonly Pair[]): Content {
  const streams = new Map<string, Stream>();
  const groups = new Map<string, Group>();
  const useless: string[] = [];
  const records = new Map<string, CatalogueRecord>();
  const priorMessages: [string, PriorMessage][] = [];
  const priorGroups: { group: GroupRecord; vacantSince: number }[] = [];
  let unreadable = 0;
  let time = 0;

  const streamOf = ({ jail, stream }: LogId): Stream => {
    const name = JSON.stringify([jail, stream]);
    const known = streams.get(name) ?? { logId: { jail, stream }, groups: [], entries: [] };
    streams.set(name, known);
    return known;
  };
  const addGroup = (record: GroupRecord): void => {
    const group = { record, messages: [] };
    streamOf(record).groups.push(group);
    groups.set(priorGroupKey(record), group);
  };

  for (const { 0: key, 1: value } of stored) {
    // The log's keys begin otherwise: to parse one in vain costs more than all the rest.
    const isListed = key.startsWith('[');
    const own = isListed ? undefined : parseLogRecord(key, value);
    const prior = isListed ? parsePriorRecord(key, value) : undefined;
    if (key === TIME_KEY) {
      time = parseTime(value);
    } else if (own?.kind === 'entry') {
      streamOf(own.entry).entries.push(own.entry);
    } else if (own?.kind === 'group') {
      addGroup(own.group);
    } else if (prior?.kind === 'message') {
      priorMessages.push([priorGroupKey(prior.group), { key, number: prior.number, text: value }]);
    } else if (prior?.kind === 'prior group') {
      useless.push(key);
      priorGroups.push({
        group: { ...prior.group, from: 0, hasPrior: true },
        vacantSince: prior.vacantSince,
      });
    } else {
      // What a record says, is read by who needs it: thousands of definitions must not keep a server from starting.
      const parts = isListed ? parseList(key) : [];
      if (parts.length > 0 && areStrings(parts)) {
        records.set(key, { key: parts, value, revision: records.size + 1 });
      } else {
        unreadable += 1;
      }
    }
  }
  // The earlier release told the time by a clock that people set: it says who is to be given up first, and no age.
  priorGroups.sort((a, b) => a.vacantSince - b.vacantSince);
  for (const [index, { group }] of priorGroups.entries()) {
    if (!groups.has(priorGroupKey(group))) addGroup({ ...group, since: time - priorGroups.length + index });
  }
  for (const [group, message] of priorMessages) {
    const of = groups.get(group);
    if (of?.record.hasPrior) of.messages.push(message);
    else useless.push(message.key);
  }
  return { streams: [...streams.values()], useless, records, unreadable, time };
}

export function restoreLog(
  { streams, useless }: LogContent,
  memory: MemoryLog,
  journal: Journal,
  now: number,
): void {
  for (const { groups, entries } of streams) {
    for (const { number } of entries) memory.numbersFrom(number);
    for (const { record } of groups) memory.numbersFrom(record.from);
  }
  for (const stream of streams) restoreStream(stream, memory, journal, now);
  for (const jail of new Set(streams.map(({ logId }) => logId.jail))) memory.jail(jail).settle();
  for (const key of useless) journal.delete(key);
}

function restoreStream(
  { logId, groups, entries }: Stream,
  memory: MemoryLog,
  journal: Journal,
  now: number,
): void {
  const logs = memory.jail(logId.jail);
  // As text, the key of entry 10 comes before that of entry 9.
  entries.sort((a, b) => a.number - b.number);
  groups.sort((a, b) => a.record.from - b.record.from);
  let next = 0;
  const restoreUpTo = (number: number): void => {
    for (let group = groups[next]; group !== undefined && group.record.from <= number; group = groups[next]) {
      const { since = now, missed = 0 } = group.record;
      const restored = logs.restore(logId.stream, group.record.group, Math.min(since, now), missed);
      if (group.messages.length > 0) restored.prior = priorOf(group, memory, journal);
      next += 1;
    }
  };
  for (const { number, texts } of entries) {
    restoreUpTo(number);
    if (next > 0) logs.add(logId.stream, { number, texts }, true);
    else journal.delete(entryKey(logId, number));
  }
  restoreUpTo(Number.POSITIVE_INFINITY);
}

function priorOf({ record, messages }: Group, memory: MemoryLog, journal: Journal): LastingPosition {
  const keys = new Map<number, string[]>();
  const log = memory.jail(record.jail).newLog(({ number }) => {
    for (const key of keys.get(number) ?? []) journal.delete(key);
    keys.delete(number);
  });
  const position = new LastingPosition(log);
  messages.sort((a, b) => a.number - b.number);
  for (let at = 0; at < messages.length; ) {
    const start = at;
    for (let size = 0; at < messages.length && at - start < PRIOR_MESSAGES && size < PRIOR_SIZE; at += 1) {
      size += messages[at]?.text.length ?? 0;
    }
    const part = messages.slice(start, at);
    const number = memory.nextNumber();
    keys.set(
      number,
      part.map(({ key }) => key),
    );
    log.append({ number, texts: part.map(({ text }) => text) }, true);
  }
  return position;
}

function areStrings(parts: readonly unknown[]): parts is readonly string[] {
  for (let index = 0; index < parts.length; index += 1) if (typeof parts[index] !== 'string') return false;
  return true;
}
