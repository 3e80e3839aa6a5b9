import assert from 'node:assert/strict';
import fc from 'fast-check';
import { copyOf } from '../../../src/client/common/copy';

describe('client/copy', () => {
  it('equals what it was made from, and shares nothing with it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        const copy = copyOf(value);
        assert.deepEqual(copy, value);
        assert.equal(JSON.stringify(copy), JSON.stringify(value));
        assertApart(copy, value);
      }),
    );
  });

  it('keeps a field called __proto__ a field', () => {
    const copy = copyOf(JSON.parse('{"__proto__":{"polluted":true}}'));
    assert.equal(JSON.stringify(copy), '{"__proto__":{"polluted":true}}');
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  });

  it('follows as deep as the wire may nest', () => {
    const text = '['.repeat(1_000) + ']'.repeat(1_000);
    assert.equal(JSON.stringify(copyOf(JSON.parse(text))), text);
  });
});

function assertApart(copy: unknown, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  assert.notEqual(copy, value);
  for (const key of Object.keys(value))
    assertApart(Reflect.get(copy as object, key), Reflect.get(value, key));
}
