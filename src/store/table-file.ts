/**
 * LevelDB's table files, read without it: it verifies no checksum, and finds nothing in a table whose index is
 * damaged. Here the blocks are found one after another, whatever the index says, and each must match its checksum.
 *
 * A table is blocks of entries in the order of their keys, a filter, a block that says where the filter is, an index
 * of the blocks, and 48 bytes that say where the last two are. Behind each of them stand its kind (1 byte) and a
 * checksum (4).
 */

import { ByteReader, uint64 } from './byte-reader';
import { crc32c, masked } from './checksum';
import type { Take } from './log-file';

const TRAILER = 5;
/** Bytes at the end of a key: the kind of the entry and its number, which grows with each write. */
const TAG = 8;
const FOOTER = 48;
const MAGIC = Buffer.from([0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]);
const FILTER_KEY = 'filter.leveldb.BuiltinBloomFilter2';

/** Every how many entries a block of data, and one that is an index, begins a key anew. */
const RESTART_INTERVALS = [16, 1];

export interface TableExamination {
  readonly isWhole: boolean;
  /** Bytes of entries that could not be read. */
  readonly lost: number;
}

interface Block {
  readonly start: number;
  /** Behind its trailer. */
  readonly end: number;
  readonly entries: readonly (readonly [key: Buffer, value: Buffer])[];
}

/** Where something is in the file. */
interface Handle {
  readonly offset: number;
  readonly size: number;
}

/**
 * @param size what the table's size was as it was written, if that is known.
 * @param take absent: nobody wants the entries. Those of a table that is whole are not looked at then: its checksums are.
 */
export function readTable(file: Buffer, size: number | undefined, take?: Take): TableExamination {
  if (take === undefined && isWhole(file, size)) return { isWhole: true, lost: 0 };
  const gaps: [number, number][] = [];
  let at = 0;
  /** Where the entries end, once that is known. */
  let dataEnd: number | undefined;
  let meta: Block | undefined;
  let index: Block | undefined;
  for (;;) {
    const block = nextBlock(file, at);
    if (block === undefined) break;
    if (block.start > at) gaps.push([at, block.start]);
    at = block.end;
    const filter = filterOf(block);
    const lastHandle = filter ?? handlesOf(block)?.at(-1);
    if (lastHandle === undefined) {
      if (take !== undefined) for (const entry of block.entries) takeEntry(entry, take);
      continue;
    }
    if (filter === undefined) index = block;
    else meta = block;
    dataEnd ??= filter?.offset ?? lastHandle.offset + lastHandle.size + TRAILER;
    if (index !== undefined) break;
  }
  if (at < file.length) gaps.push([at, file.length]);
  const full = Math.max(size ?? 0, file.length);
  const lost = gaps.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, dataEnd ?? to) - from), 0);
  return {
    isWhole: full === file.length && isEnd(file, gaps, meta, index),
    lost: lost + (dataEnd === undefined ? full - file.length : 0),
  };
}

/** All that its own end leads to is in its place, one behind the other, and right. */
function isWhole(file: Buffer, size = 0): boolean {
  if (file.length < Math.max(size, FOOTER)) return false;
  const reader = new ByteReader(file, file.length - FOOTER);
  const [meta, index] = [blockOf(file, reader), blockOf(file, reader)];
  const handles = index && handlesOf(index);
  const last = handles?.at(-1);
  if (meta === undefined || last === undefined || meta.end !== index?.start) return false;
  const gaps = [
    [last.offset + last.size + TRAILER, meta.start],
    [index.end, file.length],
  ] as const;
  return (
    isEnd(file, gaps, meta, index) &&
    handles?.every(({ offset, size }) => isSound(file, offset, offset + size + TRAILER)) === true
  );
}

function blockOf(file: Buffer, reader: ByteReader): Block | undefined {
  const handle = handleAt(reader);
  return handle && blockAt(file, handle.offset);
}

function takeEntry([key, value]: Block['entries'][number], take: Take): void {
  const tag = uint64(key, key.length - TAG);
  const isDeleted = key[key.length - TAG] === 0;
  take({
    key: key.subarray(0, key.length - TAG),
    value: isDeleted ? undefined : value,
    number: Math.floor(tag / 256),
  });
}

/** All that is no entry is in its place, and right: the filter, and at the end 48 bytes that lead to the others. */
function isEnd(
  file: Buffer,
  gaps: readonly (readonly [number, number])[],
  meta: Block | undefined,
  index: Block | undefined,
): boolean {
  const filter = meta && filterOf(meta);
  if (meta === undefined || index === undefined || filter === undefined || gaps.length !== 2) return false;
  const [[from, to] = [], [footer] = []] = gaps;
  if (from !== filter.offset || to !== meta.start || !isSound(file, from, to)) return false;
  if (footer !== index.end || file.length !== footer + FOOTER || !file.subarray(-8).equals(MAGIC))
    return false;
  const reader = new ByteReader(file, footer);
  return [meta, index].every(({ start, end }) => {
    const handle = handleAt(reader);
    return handle?.offset === start && handle.size === end - start - TRAILER;
  });
}

/** The first block at or behind a place. */
function nextBlock(file: Buffer, from: number): Block | undefined {
  for (let at = from; at < file.length; at += 1) {
    // The first key of a block shares nothing with another.
    const block = file[at] === 0 ? blockAt(file, at) : undefined;
    if (block !== undefined) return block;
  }
  return undefined;
}

function blockAt(file: Buffer, start: number): Block | undefined {
  const reader = new ByteReader(file, start);
  const entries: [Buffer, Buffer][] = [];
  let last: Buffer = Buffer.alloc(0);
  for (;;) {
    const at = reader.at;
    const [shared, own, length] = [reader.varint(), reader.varint(), reader.varint()];
    if (shared === undefined || own === undefined || length === undefined) return undefined;
    if (shared === 0 && own === 0 && length === 0) {
      // No key is empty: here begin the places where a key begins anew, of which the first is 0.
      const end = endOf(file, start, at, entries.length);
      return end === undefined ? undefined : { start, end, entries };
    }
    const rest = reader.bytes(own);
    const value = reader.bytes(length);
    if (rest === undefined || value === undefined || shared > last.length) return undefined;
    const key = shared === 0 ? rest : Buffer.concat([last.subarray(0, shared), rest]);
    // Else what is no block would be read to its end from each of its bytes: that took half a minute of large entries.
    if (!follows(key, last)) return undefined;
    last = key;
    entries.push([key, value]);
  }
}

/** Whether a key may come after another: of one key, the newest comes first. The first has none before it. */
function follows(key: Buffer, last: Buffer): boolean {
  if (key.length < TAG) return false;
  if (last.length === 0) return true;
  const order = last.compare(key, 0, key.length - TAG, 0, last.length - TAG);
  return order < 0 || (order === 0 && uint64(last, last.length - TAG) > uint64(key, key.length - TAG));
}

/** Where the block ends, when its checksum is right. */
function endOf(file: Buffer, start: number, restarts: number, entries: number): number | undefined {
  for (const interval of RESTART_INTERVALS) {
    const count = Math.max(1, Math.ceil(entries / interval));
    const end = restarts + count * 4 + 4 + TRAILER;
    if (end <= file.length && file.readUInt32LE(end - TRAILER - 4) === count && isSound(file, start, end))
      return end;
  }
  return undefined;
}

/** @param end behind the trailer */
function isSound(file: Buffer, start: number, end: number): boolean {
  return end - start >= TRAILER && masked(crc32c(file, start, end - 4)) === file.readUInt32LE(end - 4);
}

/** Where the filter is, of the block that says so. */
function filterOf({ entries, start }: Block): Handle | undefined {
  const [entry] = entries;
  if (entries.length !== 1 || entry?.[0].toString('latin1') !== FILTER_KEY) return undefined;
  const handle = handleOf(entry[1]);
  return handle !== undefined && handle.offset + handle.size + TRAILER === start ? handle : undefined;
}

/** The blocks that an index leads to, each of which begins where the one before it ends; nothing when it is none. */
function handlesOf({ entries, start }: Block): Handle[] | undefined {
  const handles: Handle[] = [];
  let end = 0;
  for (const [, value] of entries) {
    const handle = handleOf(value);
    if (handle?.offset !== end) return undefined;
    end += handle.size + TRAILER;
    handles.push(handle);
  }
  return end <= start ? handles : undefined;
}

function handleOf(value: Buffer): Handle | undefined {
  const reader = new ByteReader(value);
  const handle = handleAt(reader);
  return reader.isAtEnd ? handle : undefined;
}

function handleAt(reader: ByteReader): Handle | undefined {
  const [offset, size] = [reader.varint(), reader.varint()];
  return offset === undefined || size === undefined ? undefined : { offset, size };
}
