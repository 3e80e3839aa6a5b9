import assert from 'node:assert/strict';
import { entryKey, groupKey, groupValue, TIME_KEY } from '../../../src/engine/disk/disk-record';
import { contentOf } from '../../../src/engine/disk/restore';

const LOG_ID = { jail: 'works', stream: 'boiler' };

describe('engine/disk/restore', () => {
  it('tells records, groups and entries apart', () => {
    const content = contentOf([
      ['["client","a"]', '{"jail":"works"}'],
      [entryKey(LOG_ID, 7), '1'],
      [groupKey(LOG_ID, 'client a'), groupValue({ from: 3, since: 20 })],
      [TIME_KEY, '1000'],
    ]);
    const record = { key: ['client', 'a'], value: '{"jail":"works"}', revision: 1 };
    assert.deepEqual(content.records, new Map([['["client","a"]', record]]));
    assert.equal(content.time, 1_000);
    assert.deepEqual(content.streams, [
      {
        logId: LOG_ID,
        groups: [
          {
            record: { ...LOG_ID, group: 'client a', from: 3, since: 20, missed: 0, hasPrior: false },
            messages: [],
          },
        ],
        entries: [{ ...LOG_ID, number: 7, texts: ['1'] }],
      },
    ]);
    assert.deepEqual([content.unreadable, content.useless], [0, []]);
  });

  it('counts what it does not understand, and leaves it alone', () => {
    const content = contentOf([
      ['["client",1]', '{}'],
      ['[]', '{}'],
      ['entry nonsense', '1'],
      [groupKey(LOG_ID, 'client a'), '{}'],
      ['something else', '1'],
    ]);
    assert.deepEqual([content.unreadable, content.records.size, content.useless], [5, 0, []]);
  });

  it('takes over the groups of the first release in the order of their vacancy, at no age, and drops orphans', () => {
    const message = '["message","works","boiler","client a",1]';
    const orphan = '["message","works","boiler","client z",1]';
    const content = contentOf([
      ['["group","works","boiler","client a"]', '{"vacantSince":9999999999999}'],
      ['["group","works","boiler","client b"]', '{"vacantSince":null}'],
      ['["group","works","boiler","client c"]', '{"vacantSince":5}'],
      [message, '{"a":1}'],
      [orphan, '2'],
      [TIME_KEY, '100'],
    ]);
    const groups = content.streams.flatMap((stream) => stream.groups);
    assert.deepEqual(
      groups.map(({ record: { group, since } }) => [group, since]),
      [
        ['client c', 97],
        ['client a', 98],
        ['client b', 99],
      ],
    );
    assert.deepEqual(groups[1]?.messages, [{ key: message, number: 1, text: '{"a":1}' }]);
    assert.ok(content.useless.includes(orphan) && !content.useless.includes(message));
    assert.equal(content.unreadable, 0);
  });

  it('gives no old message to a group that was given up and opened again', () => {
    const message = '["message","works","boiler","client a",1]';
    const content = contentOf([
      [message, '{"a":1}'],
      [groupKey(LOG_ID, 'client a'), groupValue({ from: 3 })],
    ]);
    assert.deepEqual(content.useless, [message]);
    assert.deepEqual(content.streams[0]?.groups[0]?.messages, []);
  });
});
