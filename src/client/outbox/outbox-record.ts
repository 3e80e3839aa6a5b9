/**
 * What a disk outbox writes: the messages of one turn of the event loop as one record, and beside it a mark that says
 * which of them were sent, until all of them are and both go. A record for each message took half of all the time
 * that publishing took.
 *
 * A record is named after the key of its first message, the others count on from there. In it, a message is one line
 * of JSON; a line that begins with `#`, which no JSON does, says of all below it what is not in their text:
 *
 *     0000000000000041        #{"stream":"boiler","batch":true,"at":1767323045678}
 *                             {"temperature":90.5}
 *                             {"temperature":90.6}
 *     0000000000000041 sent   [0]
 */

import { isRecord, parseJson } from '../../protocol/json';
import type { CheckMode } from '../../protocol/schema/check';
import type { Path } from '../../protocol/schema/problems';
import type { Change, Pair } from '../../store/database';
import type { OutboxKey, OutboxMessage, StoredMessage, Unkept } from './outbox';

/** Messages in one record at the most: each batch that leaves fewer writes a mark that names them. */
const MAX_MESSAGES = 256;

/** Characters, from which on a record takes no more. */
const MAX_SIZE = 1_048_576;

const SENT = ' sent';

type About = Omit<OutboxMessage, 'text'>;

export class OutboxRecord {
  readonly first: OutboxKey;
  /** What goes to disk; released once it is there. */
  #lines: string[] = [];
  #size = 0;
  #about: About | undefined;
  #count = 0;
  /** Offsets of the messages that need not be sent any more, and of each whether it is one of them. */
  readonly #settled: number[] = [];
  readonly #isSettled: boolean[] = [];
  #marked = false;

  /** @param first the key of the first message that will be added. */
  constructor(first: OutboxKey) {
    this.first = first;
  }

  /** One that an earlier process has written. */
  static stored(first: OutboxKey, count: number, settled: readonly number[]): OutboxRecord {
    const record = new OutboxRecord(first);
    record.#count = count;
    for (const offset of settled) record.settle(first + offset);
    record.#marked = settled.length > 0;
    return record;
  }

  /** Of the last message that was added, settled or not. */
  get lastKey(): OutboxKey {
    return this.first + this.#count - 1;
  }

  /** Messages of it that were settled. */
  get settled(): number {
    return this.#settled.length;
  }

  /** Whether all of them were: nothing is to be kept any more. */
  get isOver(): boolean {
    return this.#settled.length >= this.#count;
  }

  holds(key: OutboxKey): boolean {
    return key >= this.first && key < this.first + this.#count;
  }

  get isFull(): boolean {
    return this.#count >= MAX_MESSAGES || this.#size >= MAX_SIZE;
  }

  add({ stream, batch, check, instants, text }: Unkept, at: number, late?: true): void {
    const last = this.#about;
    if (
      stream !== last?.stream ||
      batch !== last.batch ||
      at !== last.at ||
      late !== last.late ||
      check !== last.check ||
      // Without a check nobody asks for them.
      (check !== undefined && instants !== last.instants)
    ) {
      this.#about = { stream, batch, at, ...(late && { late }), ...(check && { check, instants }) };
      this.#lines.push(`#${JSON.stringify(this.#about)}`);
    }
    this.#lines.push(text);
    this.#size += text.length;
    this.#count += 1;
  }

  /** All that was added, to be written; called once, and nothing is added then. */
  write(): Change {
    const value = this.#lines.join('\n');
    this.#lines = [];
    return { type: 'put', key: nameOf(this.first), value };
  }

  /** The message need not be sent any more. */
  settle(key: OutboxKey): void {
    const offset = key - this.first;
    if (this.#isSettled[offset]) return;
    this.#isSettled[offset] = true;
    this.#settled.push(offset);
  }

  /** What is to be written about those settled so far: a mark, or, when that is all of them, the end of it all. */
  writeSettled(): readonly Change[] {
    const key = nameOf(this.first);
    if (!this.isOver) {
      this.#marked = true;
      return [{ type: 'put', key: key + SENT, value: JSON.stringify(this.#settled) }];
    }
    const end: Change = { type: 'del', key };
    return this.#marked ? [end, { type: 'del', key: key + SENT }] : [end];
  }
}

export interface StoredRecord {
  readonly record: OutboxRecord;
  /** Those that were not settled, oldest first. */
  readonly messages: readonly StoredMessage[];
  /** What it was read from. */
  readonly entries: readonly Pair[];
}

/** What earlier processes left, oldest first. What is no record costs itself alone. */
export function parseRecords(entries: readonly Pair[]): StoredRecord[] {
  const all = new Map(entries);
  return entries.flatMap((entry) => parseRecord(entry, all.get(entry[0] + SENT)) ?? []);
}

function parseRecord(entry: Pair, sent: string | undefined): StoredRecord | undefined {
  const [name, text] = entry;
  const first = Number(name);
  const all = /^\d{16}$/.test(name) && Number.isSafeInteger(first) ? parseMessages(text) : undefined;
  if (all === undefined) return undefined;
  const settled = sent === undefined ? undefined : parseOffsets(sent, all.length);
  const isSent = new Set(settled);
  return {
    record: OutboxRecord.stored(first, all.length, settled ?? []),
    messages: all
      .map((message, offset) => ({ ...message, key: first + offset }))
      .filter((_, offset) => !isSent.has(offset)),
    entries: sent === undefined || settled === undefined ? [entry] : [entry, [name + SENT, sent]],
  };
}

function parseMessages(record: string): OutboxMessage[] | undefined {
  const messages: OutboxMessage[] = [];
  let about: About | undefined;
  for (const line of record.split('\n')) {
    if (line.startsWith('#')) about = parseAbout(line.slice(1));
    else if (about !== undefined) messages.push({ ...about, text: line });
    if (about === undefined) return undefined;
  }
  return messages.length > 0 ? messages : undefined;
}

function parseAbout(json: string): About | undefined {
  const about = parseOrNothing(json);
  if (!isRecord(about) || typeof about.stream !== 'string' || typeof about.batch !== 'boolean')
    return undefined;
  const { stream, batch, check, instants } = about;
  // An earlier form did not say when; never older than now.
  const at = typeof about.at === 'number' ? about.at : Number.POSITIVE_INFINITY;
  const all = { stream, batch, at, ...(about.late === true && { late: true as const }) };
  if (check === undefined) return all;
  if (!isCheckMode(check)) return undefined;
  return { ...all, check, ...(instants !== undefined && { instants: parsePaths(instants) }) };
}

/** Of a mark that cannot be read nothing holds: its messages are sent again. */
function parseOffsets(json: string, count: number): number[] | undefined {
  const offsets = parseOrNothing(json);
  const isOffset = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < count;
  if (!Array.isArray(offsets) || !offsets.every(isOffset) || new Set(offsets).size !== offsets.length) {
    return undefined;
  }
  return offsets;
}

function parseOrNothing(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    return undefined;
  }
}

/** Of what cannot be read nothing holds: those texts are checked as they are. */
function parsePaths(value: unknown): Path[] {
  const isKey = (key: unknown): boolean => typeof key === 'string' || typeof key === 'number';
  const isPath = (path: unknown): path is Path => Array.isArray(path) && path.every(isKey);
  return Array.isArray(value) ? value.filter(isPath) : [];
}

function isCheckMode(value: unknown): value is CheckMode {
  return value === 'types' || value === 'strict';
}

/** As wide as the largest safe integer, so that the order of the texts is that of the numbers. */
function nameOf(key: OutboxKey): string {
  return String(key).padStart(16, '0');
}
