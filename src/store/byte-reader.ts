/** Reads bytes of LevelDB's from a place on: the numbers and slices that they are made of. Past the end, all is undefined. */

export class ByteReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  at: number;

  constructor(bytes: Buffer, at = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.at = at;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#end;
  }

  /** Seven bits in each byte, lowest first. Beyond 2 ** 53 there is nothing that LevelDB would count. */
  varint(): number | undefined {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      if (this.isAtEnd) return undefined;
      const byte = this.#bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    return undefined;
  }

  bytes(length: number | undefined): Buffer | undefined {
    if (length === undefined || this.at + length > this.#end) return undefined;
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** Bytes with their length before them. */
  slice(): Buffer | undefined {
    return this.bytes(this.varint());
  }

  byte(): number | undefined {
    return this.bytes(1)?.[0];
  }
}

/** Of bytes that belong to no key: the kind of the entry and its number, in 8 bytes that end a key in a table. */
export function uint64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
