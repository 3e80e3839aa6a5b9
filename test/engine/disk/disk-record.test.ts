import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  entryKey,
  entryValue,
  type GroupRecord,
  groupKey,
  groupValue,
  parseList,
  parseLogRecord,
  parseObject,
  parseTime,
} from '../../../src/engine/disk/disk-record';

const place = fc.record({ jail: fc.string({ unit: 'grapheme' }), stream: fc.string({ unit: 'grapheme' }) });

describe('engine/disk/disk-record', () => {
  it('reads an entry as it was written, in the letters of its publisher', () => {
    const text = fc.oneof(fc.json(), fc.constantFrom('9007199254740993', ' {\n"a" : 1e400 } ', '"\\u001e"'));
    fc.assert(
      fc.property(place, fc.nat(), fc.array(text, { minLength: 1 }), (at, number, texts) => {
        assert.deepEqual(parseLogRecord(entryKey(at, number), entryValue(texts)), {
          kind: 'entry',
          entry: { ...at, number, texts },
        });
      }),
    );
  });

  it('reads a group as it was written', () => {
    const state = fc.record(
      { from: fc.nat(), since: fc.integer(), missed: fc.nat(), hasPrior: fc.boolean() },
      { requiredKeys: ['from'] },
    );
    fc.assert(
      fc.property(place, fc.string(), state, (at, group, own) => {
        const expected: GroupRecord = { ...at, group, missed: 0, hasPrior: false, ...own };
        assert.deepEqual(parseLogRecord(groupKey(at, group), groupValue(own)), {
          kind: 'group',
          group: expected,
        });
      }),
    );
  });

  it('has keys that none of a catalogue can be mistaken for', () => {
    assert.doesNotMatch(entryKey({ jail: 'a', stream: 'b' }, 1), /^\[/);
    assert.doesNotMatch(groupKey({ jail: 'a', stream: 'b' }, 'c'), /^\[/);
  });

  it('takes nothing for a record that is none', () => {
    const none: [string, string][] = [
      ['["stream","a","b"]', '{}'],
      ['entry ["a","b"]', '1'],
      ['entry ["a","b","c"]', '1'],
      ['entry ["a",1,2]', '1'],
      ['entry nonsense', '1'],
      ['group ["a","b"]', '{"from":1}'],
      ['group ["a","b","c"]', '{"from":"1"}'],
      ['group ["a","b","c"]', '{"from":1,"since":"2"}'],
      ['group ["a","b","c"]', '{"from":1,"missed":0.5}'],
      ['group ["a","b","c"]', '{"from":1,"hasPrior":1}'],
      ['group ["a","b","c"]', 'nonsense'],
      ['', ''],
    ];
    for (const [key, value] of none) assert.equal(parseLogRecord(key, value), undefined, `${key} ${value}`);
    assert.deepEqual(
      [parseList('{}'), parseList('['), parseObject('null'), parseObject('1')],
      [[], [], {}, {}],
    );
    assert.deepEqual([parseTime(undefined), parseTime('x'), parseTime('12')], [0, 0, 12]);
  });
});
