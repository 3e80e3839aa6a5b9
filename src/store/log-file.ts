/**
 * LevelDB's log files, read without it: it drops up to 32 kB for one wrong byte, and deletes the file. Here all that
 * its checksums vouch for is found, and what is not is counted.
 *
 * A log is blocks of 32 kB; in them records, each a checksum (4 bytes), a length (2), a kind (1) and its bytes. What
 * does not fit into a block goes on in the next one: a first part, middle ones, a last one. A record never begins in
 * the last 6 bytes of a block.
 */

import { ByteReader, uint64 } from './byte-reader';
import { crc32c, masked } from './checksum';

const BLOCK = 32_768;
const HEADER = 7;

const FULL = 1;
const FIRST = 2;
const LAST = 4;

/** One write of a key, or its deletion. */
export interface Version {
  readonly key: Buffer;
  /** Nothing: the key was deleted. */
  readonly value: Buffer | undefined;
  /** Grows with each write. */
  readonly number: number;
}

export type Take = (version: Version) => void;

/** What was written at once, put together again. */
export interface LogRecord {
  readonly bytes: Buffer;
  /** From where to where nothing vouches for them. */
  readonly holes: readonly (readonly [number, number])[];
}

/** @returns how many bytes could not be read. An end that a dying process left unfinished is none. */
export function readLog(file: Buffer, take: (record: LogRecord) => void): number {
  let lost = 0;
  let parts: Buffer[] = [];
  let holes: [number, number][] = [];
  let size = 0;

  const begin = (): void => {
    parts = [];
    holes = [];
    size = 0;
  };
  const add = (part: Buffer): void => {
    parts.push(part);
    size += part.length;
  };
  /** The record at hand goes on no further. */
  const finish = (): void => {
    if (holes.length > 0) take({ bytes: Buffer.concat(parts), holes });
    else lost += size;
    begin();
  };

  for (const { kind, bytes } of partsOf(file)) {
    if (kind === undefined) {
      lost += bytes.length;
      if (parts.length === 0 || bytes.length <= HEADER) continue;
      holes.push([size, size + bytes.length - HEADER]);
      add(bytes.subarray(HEADER));
      continue;
    }
    const goesOn = kind !== FULL && kind !== FIRST;
    if (goesOn && parts.length === 0) {
      lost += bytes.length;
      continue;
    }
    if (!goesOn && parts.length > 0) finish();
    add(bytes);
    if (kind !== FULL && kind !== LAST) continue;
    take({ bytes: parts.length === 1 ? bytes : Buffer.concat(parts), holes });
    begin();
  }
  if (holes.length > 0) finish();
  return lost;
}

interface Part {
  /** Nothing: these bytes, header and all, are none. */
  readonly kind: number | undefined;
  readonly bytes: Buffer;
}

function* partsOf(file: Buffer): Generator<Part> {
  let at = 0;
  while (at < file.length) {
    const end = Math.min(file.length, at - (at % BLOCK) + BLOCK);
    if (end - at < HEADER) {
      at = end;
      continue;
    }
    const length = lengthAt(file, at, end);
    if (length !== undefined) {
      yield { kind: file[at + 6], bytes: file.subarray(at + HEADER, at + HEADER + length) };
      at += HEADER + length;
      continue;
    }
    const next = nextPart(file, at + 1, end);
    if (next === undefined && isUnfinished(file, at, end)) return;
    yield { kind: undefined, bytes: file.subarray(at, next ?? end) };
    at = next ?? end;
  }
}

/** The length of the part that begins there; nothing when none does. */
function lengthAt(file: Buffer, at: number, end: number): number | undefined {
  const kind = file[at + 6] ?? 0;
  if (kind < FULL || kind > LAST) return undefined;
  const length = file.readUInt16LE(at + 4);
  const until = at + HEADER + length;
  if (until > end) return undefined;
  return masked(crc32c(file, at + 6, until)) === file.readUInt32LE(at) ? length : undefined;
}

/** Where in the block the next part begins. */
function nextPart(file: Buffer, from: number, end: number): number | undefined {
  for (let at = from; at + HEADER <= end; at += 1) if (lengthAt(file, at, end) !== undefined) return at;
  return undefined;
}

/** The process died as it wrote this, or the disk had no room for more of it: nobody was told that it is kept. */
function isUnfinished(file: Buffer, at: number, end: number): boolean {
  if (file.subarray(at).every((byte) => byte === 0)) return true;
  if (end < file.length || at + HEADER + file.readUInt16LE(at + 4) <= end) return false;
  // A length with a wrong byte may lead beyond the end, too; the checksum then is that of what is there.
  return masked(crc32c(file, at + 6, end)) !== file.readUInt32LE(at);
}

/**
 * The writes that a record of a log holds. What lies in a hole costs itself, unless its length is wrong: then all
 * behind it, too.
 *
 * @returns how many bytes say nothing, those of the holes left out.
 */
export function readWrites({ bytes, holes }: LogRecord, take: Take = () => {}): number {
  const found: { readonly version: Version; readonly start: number; readonly end: number }[] = [];
  const reader = new ByteReader(bytes, 12);
  let number = bytes.length < 12 ? 0 : uint64(bytes, 0);
  while (!reader.isAtEnd) {
    const start = reader.at;
    const kind = reader.byte();
    const key = kind === 0 || kind === 1 ? reader.slice() : undefined;
    const value = kind === 1 ? reader.slice() : undefined;
    if (key === undefined || (kind === 1 && value === undefined)) break;
    found.push({ version: { key, value, number }, start, end: reader.at });
    number += 1;
  }
  const [first] = holes;
  const isWhole = reader.isAtEnd && bytes.length >= 12 && found.length === bytes.readUInt32LE(8);
  const sound = found.filter(({ start, end }) =>
    isWhole ? holes.every(([from, to]) => end <= from || start >= to) : first && end <= first[0],
  );
  for (const { version } of sound) take(version);
  const taken = sound.reduce((sum, { start, end }) => sum + end - start, 12);
  const inHoles = holes.reduce((sum, [from, to]) => sum + to - from, 0);
  return Math.max(0, bytes.length - taken - inHoles);
}
