import assert from 'node:assert/strict';
import { ByteReader, uint64 } from '../../src/store/byte-reader';

describe('store/byte-reader', () => {
  it('reads numbers of several lengths, slices and bytes, and says where it is', () => {
    const cursor = new ByteReader(Buffer.from([0x05, 0xac, 0x02, 0x02, 0x61, 0x62, 0x07]));
    assert.equal(cursor.varint(), 5);
    assert.equal(cursor.varint(), 300);
    assert.equal(cursor.slice()?.toString(), 'ab');
    assert.equal(cursor.at, 6);
    assert.equal(cursor.byte(), 7);
    assert(cursor.isAtEnd);
  });

  it('reads numbers beyond 32 bits', () => {
    assert.equal(new ByteReader(Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x20])).varint(), 2 ** 40);
    const bytes = Buffer.alloc(9);
    bytes.writeBigUInt64LE(2n ** 40n + 7n, 1);
    assert.equal(uint64(bytes, 1), 2 ** 40 + 7);
  });

  it('has nothing past the end, nor where a length leads beyond it', () => {
    assert.equal(new ByteReader(Buffer.from([0x80])).varint(), undefined);
    assert.equal(new ByteReader(Buffer.alloc(12, 0x80)).varint(), undefined);
    assert.equal(new ByteReader(Buffer.from([0x03, 0x61])).slice(), undefined);
    assert.equal(new ByteReader(Buffer.from([0x01, 0x61]), 0, 1).slice(), undefined);
    assert.equal(new ByteReader(Buffer.alloc(0)).byte(), undefined);
  });
});
