/** CRC-32C (Castagnoli), as LevelDB writes it beside all that it stores. Node's own is another polynomial. */

/** For each byte, and for each that has one, two or three others behind it: four are taken at once. */
const TABLE = tableOf(0x82f63b78);

const MASK_DELTA = 0xa282ead8;

/** @returns as an unsigned integer */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  let crc = -1;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    crc ^= view.getInt32(at, true);
    crc =
      (TABLE[768 + (crc & 0xff)] ?? 0) ^
      (TABLE[512 + ((crc >>> 8) & 0xff)] ?? 0) ^
      (TABLE[256 + ((crc >>> 16) & 0xff)] ?? 0) ^
      (TABLE[crc >>> 24] ?? 0);
  }
  for (; at < end; at += 1) crc = (TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** LevelDB stores a checksum disguised, as that of bytes which hold their own checksum would mean little. */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

function tableOf(polynomial: number): Int32Array {
  const table = new Int32Array(4 * 256);
  for (let index = 0; index < table.length; index += 1) {
    let crc = index;
    for (let bit = 0; bit < 8 && index < 256; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    const before = table[index - 256] ?? 0;
    table[index] = index < 256 ? crc : (table[before & 0xff] ?? 0) ^ (before >>> 8);
  }
  return table;
}
