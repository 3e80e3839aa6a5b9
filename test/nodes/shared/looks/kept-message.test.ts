import assert from 'node:assert/strict';
import { kept } from '../../../../nodes/shared/looks/kept-message';

/** `[[[...]]]`, deeper than a stack. */
function deep(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n += 1) value = [value];
  return value;
}

describe('a message that is kept for a look', () => {
  it('is kept whole, with about the size of its JSON', () => {
    for (const message of [
      1,
      null,
      'x',
      true,
      [],
      { a: [1, 'two', { b: null }] },
      { t: 'x'.repeat(90_000) },
    ]) {
      const found = kept(message);
      assert.ok(found && 'message' in found);
      assert.equal(found.message, message);
      assert.ok(Math.abs(found.size - JSON.stringify(message).length) < 30);
    }
  });

  it('is the beginning of its JSON where it is too large', () => {
    for (const message of [
      'x'.repeat(200_000),
      { text: 'ü'.repeat(200_000) },
      Array.from({ length: 100_001 }, (_, n) => n),
      Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field${n}`, n])),
    ]) {
      const found = kept(message);
      assert.ok(found && 'excerpt' in found);
      assert.equal(found.excerpt, JSON.stringify(message).slice(0, 1_000));
    }
  });

  it('may be as deep as it likes', () => {
    const found = kept(deep(100_000));
    assert.ok(found && 'excerpt' in found);
    assert.match(found.excerpt, /^\[{20}…\]{20}$/);
    const one = kept(deep(400));
    assert.ok(one && 'message' in one);
    assert.ok('excerpt' in (kept({ a: [deep(500)] }) ?? {}));
  });

  it('is what the copy gives, if that gives anything', () => {
    assert.deepEqual(
      kept({ a: 1 }, () => ({ message: 'copy' })),
      { message: 'copy', size: 12 },
    );
    assert.equal(
      kept({ a: 1 }, () => undefined),
      undefined,
    );
  });
});
