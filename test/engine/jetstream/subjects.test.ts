import assert from 'node:assert/strict';
import { Subjects, tokenOf } from '../../../src/engine/jetstream/subjects';

const NAMES = [
  '',
  'a',
  'A',
  'a.b',
  'a b',
  'a_b',
  'a_002eb',
  '*',
  '>',
  '$',
  '水',
  '😀',
  '\ud83d',
  '_',
  '-',
  '_x',
];

describe('engine/jetstream/subjects', () => {
  it('has letters that NATS takes, and another token for each text', () => {
    const long = ['x'.repeat(300), `${'x'.repeat(299)}y`, `${'x'.repeat(299)} `];
    const tokens = [...NAMES, ...long].map(tokenOf);
    for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{1,100}$/);
    assert.equal(new Set(tokens).size, tokens.length);
    assert.equal(tokenOf('Boiler-1'), 'Boiler-1');
  });

  it('keeps jails, streams, groups and seas apart', () => {
    const names = ['one', 'two'].flatMap((prefix) => {
      const subjects = new Subjects(prefix);
      return NAMES.flatMap((jail) => [
        subjects.streamOf(jail),
        ...NAMES.flatMap((stream) => [
          subjects.subjectOf({ jail, stream }),
          subjects.sharersOf({ jail, stream }, 'g'),
          subjects.choiceOf({ jail, stream }, 'g'),
        ]),
        subjects.untouchedOf(jail),
      ]);
    });
    assert.equal(new Set(names).size, names.length);
    const subjects = new Subjects('one');
    const groups = NAMES.flatMap((group) => NAMES.map((stream) => subjects.durableOf(group, stream)));
    assert.equal(new Set(groups).size, groups.length);
  });

  it('knows the consumers of a group by how they begin', () => {
    const subjects = new Subjects('one');
    assert.ok(subjects.durableOf('a', 's').startsWith(subjects.durablePrefixOf('a')));
    assert.ok(!subjects.durableOf('ab', 's').startsWith(subjects.durablePrefixOf('a')));
  });
});
