import assert from 'node:assert/strict';
import { KeptEntry, Link } from '../../../src/engine/memory/link';

describe('engine/memory/link', () => {
  it('begins with nobody at it, and no entry', () => {
    const link = new Link(7);
    assert.deepEqual(
      [link.before, link.entry, link.next, link.size, link.isWritten],
      [7, undefined, undefined, 0, false],
    );
    assert.equal(link.lasting + link.vacant + link.skipped + link.passing + link.held, 0);
    const texts = ['1', '2'];
    link.entry = new KeptEntry(3, texts);
    // The very list: what filters have seen of it is remembered by it.
    assert.equal(link.entry.texts, texts);
  });
});
