import assert from 'node:assert/strict';
import { KeptMessages } from '../../src/server/kept-messages';

describe('server/kept-messages', () => {
  it('gives the oldest first, and counts bytes, not letters', () => {
    const kept = new KeptMessages();
    assert.equal(kept.shift(), undefined);
    assert.deepEqual(
      ['"a"', '"ä"', '"c"'].map((text) => kept.push(text)),
      [1, 2, 3],
    );
    assert.equal(kept.bytes, 10);
    assert.deepEqual(kept.shift(), { number: 1, text: '"a"' });
    assert.equal(kept.peek()?.text, '"ä"');
    assert.deepEqual(
      kept.toArray().map(({ number }) => number),
      [2, 3],
    );
    kept.shift();
    kept.shift();
    assert.equal(kept.length, 0);
    assert.equal(kept.bytes, 0);
  });

  it('numbers on from what it was given back', () => {
    const kept = new KeptMessages();
    kept.restore({ number: 41, text: '1' });
    assert.equal(kept.push('2'), 42);
    assert.equal(kept.bytes, 2);
  });

  it('keeps the order over thousands that come and go', () => {
    const kept = new KeptMessages();
    let next = 0;
    for (let index = 0; index < 10_000; index += 1) {
      kept.push(String(index));
      if (index % 3 !== 0) assert.equal(kept.shift()?.text, String(next++));
    }
    while (kept.length > 0) assert.equal(kept.shift()?.text, String(next++));
    assert.equal(next, 10_000);
    assert.equal(kept.bytes, 0);
  });
});
