import assert from 'node:assert/strict';
import { crc32c, masked } from '../../src/store/checksum';

describe('store/checksum', () => {
  const of = (bytes: Buffer): number => crc32c(bytes, 0, bytes.length);

  it('is that of RFC 3720, B.4', () => {
    assert.equal(of(Buffer.alloc(32)), 0x8a9136aa);
    assert.equal(of(Buffer.alloc(32, 0xff)), 0x62a8ab43);
    assert.equal(of(Buffer.from(Array.from({ length: 32 }, (_, index) => index))), 0x46dd794e);
    assert.equal(of(Buffer.from('123456789')), 0xe3069283);
  });

  it('is of a part', () => assert.equal(crc32c(Buffer.from('x123456789y'), 1, 10), 0xe3069283));

  it('is disguised as a number of its own', () => {
    assert.equal(masked(0), 0xa282ead8);
    assert.equal(masked(0x00008000), 0xa282ead9);
    assert.equal(masked(1), 0xa284ead8);
  });
});
