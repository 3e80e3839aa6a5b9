/** CRC-32C (Castagnoli), as LevelDB writes it beside all that it stores. Node's own is another polynomial. */

const TABLE = tableOf(0x82f63b78);

const MASK_DELTA = 0xa282ead8;

/** @returns as an unsigned integer */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffffffff;
  for (let at = start; at < end; at += 1) {
    crc = ((TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)) >>> 0;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** LevelDB stores a checksum disguised, as that of bytes which hold their own checksum would mean little. */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

function tableOf(polynomial: number): Uint32Array {
  const table = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let crc = index;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    table[index] = crc >>> 0;
  }
  return table;
}
