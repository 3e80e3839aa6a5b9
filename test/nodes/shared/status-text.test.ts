import assert from 'node:assert/strict';
import { framed, short } from '../../../nodes/shared/status-text';

describe('the text of a status', () => {
  it('is as it is where it is short', () => {
    assert.equal(short('x'.repeat(80)), 'x'.repeat(80));
    assert.equal(
      framed('nobody answers', (reason) => `refused: ${reason}`),
      'refused: nobody answers',
    );
  });

  it('has no more columns than there is room for, of which a Chinese character has two', () => {
    assert.equal(short('x'.repeat(81)), `${'x'.repeat(79)}…`);
    assert.equal(short('字'.repeat(41)), `${'字'.repeat(39)}…`);
    assert.equal(short('abc def', 5), 'abc…');
    assert.equal(short('👍👍👍', 4), '👍…', 'a character of two halves is cut in none');
  });

  it('goes on behind a reason that is a sentence, without its full stop', () => {
    const frame = (reason: string) => `${reason}, next try within 4 s`;
    assert.equal(framed('The host is not known.', frame), 'The host is not known, next try within 4 s');
    assert.equal(framed('it waits... ', frame), 'it waits, next try within 4 s');
    assert.equal(framed('知られていません。', frame), '知られていません, next try within 4 s');
    assert.equal(short('The host is not known.'), 'The host is not known.');
  });

  it('loses of the reason, not of what stands around it, and never all of the reason', () => {
    assert.equal(
      framed('x'.repeat(99), (reason) => `2 · ${reason}, in 4 s`),
      `2 · ${'x'.repeat(67)}…, in 4 s`,
    );
    assert.match(
      framed('x'.repeat(99), (reason) => reason + 'y'.repeat(99)),
      /^x{19}…y+$/,
    );
  });
});
