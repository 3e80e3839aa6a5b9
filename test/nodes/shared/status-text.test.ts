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
    // Hangul of single letters, a bracket, and pictures that stand before the Chinese characters.
    for (const wide of '\u1100\u2329⌚⏩☔') assert.equal(short(wide.repeat(41)), `${wide.repeat(39)}…`);
    assert.equal(short('é✓→'.repeat(27)), `${'é✓→'.repeat(26)}é…`);
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

  it('has all of the next try beside a count of ten digits: in German that was cut', () => {
    const before = 'Wartend: 1234567890 · ';
    const frame = (reason: string) => `${reason}, nächster Versuch innerhalb von 86400 s`;
    assert.match(
      short(before + framed('x'.repeat(99), frame, before)),
      /x…, nächster Versuch innerhalb von 86400 s$/,
    );
  });

  it('loses of the reason, not of what stands around it, and never all of the reason', () => {
    assert.equal(
      framed('x'.repeat(99), (reason) => `2 · ${reason}, in 4 s`),
      `2 · ${'x'.repeat(67)}…, in 4 s`,
    );
    assert.match(
      framed('x'.repeat(99), (reason) => reason + 'y'.repeat(99)),
      /^x{9}…y+$/,
    );
  });
});
