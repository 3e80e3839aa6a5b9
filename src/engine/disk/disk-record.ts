/**
 * What a disk engine writes: records of the catalogue under their keys as they are, which begin with a bracket, and the
 * log's under others. An entry is one record.
 */

import type { LogId } from '../log';

/** Milliseconds that this store has been served: what groups are aged by. */
export const TIME_KEY = 'time';

/** No JSON text has it: it would have to be escaped. */
const BETWEEN = '\u001e';

const ENTRY = 'entry ';
const GROUP = 'group ';

export interface EntryRecord extends LogId {
  readonly number: number;
  readonly texts: readonly string[];
}

export interface GroupRecord extends LogId {
  readonly group: string;
  /** It is to be given entries from this number on. */
  readonly from: number;
  /** On the store's own time; absent: it had a reader. */
  readonly since?: number;
  /** Messages trimmed before it had them, which no reader has been told. */
  readonly missed?: number;
  /** What an earlier release kept for it is its own, and to be given first. */
  readonly hasPrior?: boolean;
}

export type LogRecord =
  | { readonly kind: 'entry'; readonly entry: EntryRecord }
  | { readonly kind: 'group'; readonly group: GroupRecord };

export function entryKey({ jail, stream }: LogId, number: number): string {
  return `${ENTRY}${JSON.stringify([jail, stream, number])}`;
}

export function entryValue(texts: readonly string[]): string {
  return texts.join(BETWEEN);
}

export function groupKey({ jail, stream }: LogId, group: string): string {
  return `${GROUP}${JSON.stringify([jail, stream, group])}`;
}

export function groupValue({
  from,
  since,
  missed,
  hasPrior,
}: Omit<GroupRecord, 'group' | keyof LogId>): string {
  return JSON.stringify({
    from,
    ...(since !== undefined && { since }),
    ...(missed !== undefined && missed > 0 && { missed }),
    ...(hasPrior && { hasPrior }),
  });
}

/** Undefined for what is none. */
export function parseLogRecord(key: string, value: string): LogRecord | undefined {
  if (key.startsWith(ENTRY)) {
    const [jail, stream, number] = parseList(key.slice(ENTRY.length));
    if (typeof jail !== 'string' || typeof stream !== 'string' || !isNumber(number)) return undefined;
    return { kind: 'entry', entry: { jail, stream, number, texts: value.split(BETWEEN) } };
  }
  if (!key.startsWith(GROUP)) return undefined;
  const [jail, stream, group] = parseList(key.slice(GROUP.length));
  const { from, since, missed = 0, hasPrior = false } = parseObject(value);
  if (typeof jail !== 'string' || typeof stream !== 'string' || typeof group !== 'string') return undefined;
  if (!isNumber(from) || !isNumber(missed) || typeof hasPrior !== 'boolean') return undefined;
  if (since !== undefined && typeof since !== 'number') return undefined;
  return {
    kind: 'group',
    group: { jail, stream, group, from, missed, hasPrior, ...(since !== undefined && { since }) },
  };
}

export function parseTime(value: string | undefined): number {
  const time = Number(value);
  return Number.isFinite(time) ? time : 0;
}

/** Of what is no list: none. */
export function parseList(text: string): readonly unknown[] {
  const value = parse(text);
  return Array.isArray(value) ? value : [];
}

/** Of what is no object: an empty one. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value = parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
