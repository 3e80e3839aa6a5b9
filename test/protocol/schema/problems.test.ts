import assert from 'node:assert/strict';
import { countOf, inList, isRest, lineOf, Problems, textOfPath } from '../../../src/protocol/schema/problems';
import { inEnglish, say } from '../../../src/sentences';

describe('Problems', () => {
  it('names the first with their places, and counts the rest without asking what they say', () => {
    const problems = new Problems(2);
    for (let index = 0; index < 5; index += 1) {
      problems.path.push('list', index);
      problems.add(() => {
        assert.ok(index < 2);
        return say('value.missing');
      });
      problems.path.length = 0;
    }
    const lines = problems.list.map((problem) => inEnglish(lineOf(problem, say('place.it'))));
    assert.deepEqual(lines, ['list[0] is missing', 'list[1] is missing', 'and 3 more']);
    assert.equal(problems.count, 5);
    assert.equal(countOf(problems.list), 5);
    assert.deepEqual(problems.list.map(isRest), [false, false, true]);
  });

  it('are said of the whole where they have no place, and of one message of a list', () => {
    const line = (problem: { path: string; message: string }) => inEnglish(lineOf(problem, 'it'));
    assert.equal(line({ path: '', message: 'is odd' }), 'it is odd');
    const paths = ['', 'a', '[3].b'].map((path) => inList({ path, message: '' }, 7).path);
    assert.deepEqual(paths, ['[7]', '[7].a', '[7][3].b']);
  });
});

describe('textOfPath', () => {
  it('is as a person would write it, and never long', () => {
    assert.equal(textOfPath(['boiler', 'readings', 2, 'at']), 'boiler.readings[2].at');
    assert.equal(textOfPath([1, 'a']), '[1].a');
    const long = textOfPath(Array(1_000).fill('x'.repeat(1_000)));
    assert.equal(long.length, 301);
    assert.ok(long.includes('…'));
  });
});
