import assert from 'node:assert/strict';
import type { OutboxMessage } from '../../../src/client/outbox/outbox';
import { OutboxRecord, parseRecords } from '../../../src/client/outbox/outbox-record';
import type { Change, Pair } from '../../../src/store/database';

const NAME = '0000000000000041';
const MARK = `${NAME} sent`;
const ABOUT = '#{"stream":"boiler","batch":true,"at":5}';

function recordOf(...messages: OutboxMessage[]): OutboxRecord {
  const record = new OutboxRecord(41);
  for (const message of messages) record.add(message, message.at, message.late);
  return record;
}

function message(text: string, more: Partial<OutboxMessage> = {}): OutboxMessage {
  return { stream: 'boiler', text, batch: true, at: 5, ...more };
}

/** What a process after this one finds. */
function entriesOf(...changes: readonly Change[]): Pair[] {
  return changes.flatMap((change) => (change.type === 'put' ? [[change.key, change.value] as const] : []));
}

function textsIn(entries: readonly Pair[]): string[] {
  return parseRecords(entries).flatMap(({ messages }) => messages.map(({ text }) => text));
}

describe('client/outbox-record', () => {
  it('keeps the age of each, also of those that were accepted long before they were written', () => {
    const put = recordOf(message('1', { at: 1_000 }), message('2', { at: 9_000 })).write();
    const [record] = parseRecords(entriesOf(put));
    assert.deepEqual(
      record?.messages.map(({ at }) => at),
      [1_000, 9_000],
    );
  });

  it('says once what messages have in common, and gives each back as it was', () => {
    const given = [
      message('1'),
      message('2'),
      message('"#\\n"', { stream: 'a stream\nof two lines' }),
      message('{"ä":"…😀"}', { check: 'strict' }),
      message('5', { batch: false, check: 'types' }),
      message('6'),
      message('{"at":"x"}', { check: 'types', instants: [['at'], ['a', 0]] }),
    ];
    const put = recordOf(...given).write();
    assert(put.type === 'put');
    assert.equal(put.key, NAME);
    assert(put.value.startsWith(`${ABOUT}\n1\n2\n#`));
    const [found, ...others] = parseRecords(entriesOf(put));
    assert.deepEqual(others, []);
    assert.deepEqual(
      found?.messages,
      given.map((one, index) => ({ ...one, key: 41 + index })),
    );
    assert.equal(found?.record.lastKey, 47);
  });

  it('takes 256 messages, or about a million characters', () => {
    const record = new OutboxRecord(1);
    for (let count = 0; count < 256; count += 1) {
      assert.equal(record.isFull, false);
      record.add(message('1'), 5);
    }
    assert.equal(record.isFull, true);
    assert.equal(recordOf(message(`"${'x'.repeat(1_048_576)}"`)).isFull, true);
  });

  it('marks those that were settled, until all are: then it goes, with its mark', () => {
    const record = recordOf(message('1'), message('2'), message('3'));
    const put = record.write();
    record.settle(43);
    assert.deepEqual(textsIn(entriesOf(put, ...record.writeSettled())), ['1', '2']);
    record.settle(41);
    assert.deepEqual(textsIn(entriesOf(put, ...record.writeSettled())), ['2']);
    record.settle(42);
    assert.deepEqual(record.writeSettled(), [
      { type: 'del', key: NAME },
      { type: 'del', key: MARK },
    ]);
  });

  it('goes alone when there was no mark', () => {
    const record = recordOf(message('1'));
    record.settle(41);
    assert.deepEqual(record.writeSettled(), [{ type: 'del', key: NAME }]);
  });

  it('goes with the mark of an earlier process', () => {
    const [found] = parseRecords([
      [NAME, `${ABOUT}\n1\n2`],
      [MARK, '[0]'],
    ]);
    assert.deepEqual(
      [found?.record.lastKey, found?.record.settled, found?.messages.map(({ key }) => key)],
      [42, 1, [42]],
    );
    found?.record.settle(42);
    assert.equal(found?.record.writeSettled().length, 2);
  });

  for (const [what, entry] of [
    ['another name', ['41', `${ABOUT}\n1`]],
    ['no line about its messages', [NAME, '1\n2']],
    ['a line about messages that is no JSON', [NAME, '#{\n1']],
    ['a stream that is no text', [NAME, '#{"stream":1,"batch":true}\n1']],
    ['no word on batches', [NAME, '#{"stream":"boiler"}\n1']],
    ['a check that there is not', [NAME, '#{"stream":"boiler","batch":true,"check":"odd"}\n1']],
    ['a broken line in the middle', [NAME, `${ABOUT}\n1\n#\n2`]],
    ['no messages', [NAME, ABOUT]],
    ['nothing', [NAME, '']],
  ] as const) {
    it(`is not what has ${what}`, () => {
      const good: Pair = ['0000000000000007', `${ABOUT}\n7`];
      assert.deepEqual(textsIn([good, entry]), ['7']);
    });
  }

  for (const mark of ['', '{}', '[0', '["0"]', '[-1]', '[2]', '[0.5]', '[0,0]']) {
    it(`sends all of it again when its mark is ${mark || 'empty'}`, () => {
      const entries: Pair[] = [
        [NAME, `${ABOUT}\n1\n2`],
        [MARK, mark],
      ];
      assert.deepEqual(textsIn(entries), ['1', '2']);
      assert.deepEqual(parseRecords(entries)[0]?.entries, [entries[0]]);
    });
  }
});
