import assert from 'node:assert/strict';
import { pathsOf } from '../../../../../nodes/stream-sea-server/editor/sidebar/chart.editor';

describe("a rate's chart", () => {
  it('has the newest at the right and the highest at the top', () => {
    assert.equal(
      pathsOf([
        { ago: 1, rate: 2 },
        { ago: 0, rate: 4 },
      ]).line,
      'M59.0,12.5L60.0,2.0',
    );
    assert.deepEqual(pathsOf([]), { line: '', area: '' });
  });

  it('has a gap where nobody looked', () => {
    const { line, area } = pathsOf([
      { ago: 40, rate: 1 },
      { ago: 39, rate: 1 },
      { ago: 1, rate: 1, gap: true },
      { ago: 0, rate: 1 },
    ]);
    assert.equal(line, 'M20.0,2.0L21.0,2.0M59.0,2.0L60.0,2.0');
    assert.equal(area.match(/Z/g)?.length, 2);
  });
});
