import assert from 'node:assert/strict';
import type { Backlog } from '../../src/server/retention';
import { Keeping } from '../support/retention';

const SECOND = 1_000;

describe('server/retention', () => {
  function vacant(keeping: Keeping, group: string, ...texts: string[]): Backlog {
    const backlog = keeping.retention.open('boiler', group);
    backlog.vacated();
    for (const text of texts) backlog.push(text);
    return backlog;
  }

  const textsOf = (backlog: Backlog): string[] => backlog.messages.toArray().map(({ text }) => text);

  it('keeps messages in order, and writes down what it keeps and no more', () => {
    const keeping = new Keeping();
    const backlog = vacant(keeping, 'g', '1', '2', '3');
    backlog.shift('delivered');
    assert.equal(backlog.peek(), '2');
    assert.equal(keeping.tally.delivered, 1);
    assert.deepEqual(
      [...keeping.journal.records],
      [
        ['["group","works","boiler","g"]', '{"vacantSince":1000000}'],
        ['["message","works","boiler","g",2]', '2'],
        ['["message","works","boiler","g",3]', '3'],
      ],
    );
  });

  it('is the same again when restored', () => {
    const keeping = new Keeping();
    vacant(keeping, 'g', '1', '2').shift('unwanted');
    keeping.retention.open('boiler', 'busy').occupied();
    const saved = keeping.retention.snapshot();
    assert.deepEqual(saved, [
      { stream: 'boiler', key: 'g', vacantSince: 1_000_000, messages: [{ number: 2, text: '2' }] },
      { stream: 'boiler', key: 'busy', vacantSince: null, messages: [] },
    ]);
    const again = new Keeping();
    again.now += 5 * SECOND;
    for (const group of saved) again.retention.restore(again.retention.open(group.stream, group.key), group);
    assert.deepEqual(again.retention.snapshot(), [saved[0], { ...saved[1], vacantSince: again.now }]);
  });

  it('drops the oldest of a group that has as many as it may, and counts them', () => {
    const keeping = new Keeping({ retainedMessages: 2 });
    const backlog = vacant(keeping, 'g', '1', '2', '3', '4');
    assert.deepEqual(textsOf(backlog), ['3', '4']);
    assert.equal(keeping.tally.dropped, 2);
    assert.equal(keeping.journal.records.size, 3);
  });

  it('drops the oldest of the group with most when the jail is full', () => {
    const keeping = new Keeping({ retainedBytes: 10 });
    const hog = vacant(keeping, 'hog', '11', '22', '33', '44');
    const small = vacant(keeping, 'small', '55');
    assert.deepEqual([textsOf(hog).length, textsOf(small).length], [4, 1]);
    small.push('66');
    assert.deepEqual(textsOf(hog), ['22', '33', '44']);
    assert.deepEqual(textsOf(small), ['55', '66']);
    small.push('"a message too large"');
    assert.equal(keeping.retention.size, 5);
    assert.equal(keeping.tally.dropped, 2);
  });

  it('gives up the longest vacant of too many groups, but none that has a member', () => {
    const keeping = new Keeping({ retainedGroups: 2 });
    vacant(keeping, 'a', '1').occupied();
    vacant(keeping, 'b', '1');
    vacant(keeping, 'c', '1');
    assert.deepEqual(keeping.forgotten, []);
    vacant(keeping, 'd', '1');
    assert.deepEqual(keeping.forgotten, ['boiler b']);
    assert.equal(keeping.retention.size, 3);
    assert.equal(keeping.tally.dropped, 1);
  });

  it('gives a group up that has been vacant for too long, when the next message is kept', () => {
    const keeping = new Keeping({ retainedAge: 60 * SECOND });
    const old = vacant(keeping, 'old', '1');
    keeping.now += 30 * SECOND;
    const young = vacant(keeping, 'young');
    keeping.now += 31 * SECOND;
    old.push('2');
    young.push('3');
    assert.deepEqual(keeping.forgotten, ['boiler old']);
    assert.deepEqual(textsOf(young), ['3']);
    assert.equal(keeping.retention.size, 1);
    assert.deepEqual(
      [...keeping.journal.records.keys()],
      ['["group","works","boiler","young"]', '["message","works","boiler","young",1]'],
    );
  });

  it('holds what it takes back to limits that are lower now', () => {
    const keeping = new Keeping({ retainedMessages: 2 });
    const messages = ['1', '2', '3'].map((text, index) => ({ number: index + 1, text }));
    const backlog = keeping.retention.open('boiler', 'g');
    keeping.retention.restore(backlog, { stream: 'boiler', key: 'g', vacantSince: null, messages });
    assert.deepEqual(textsOf(backlog), ['2', '3']);
  });

  it('gives up the groups of one key, or all, with what is written of them', () => {
    const keeping = new Keeping();
    vacant(keeping, 'a', '1');
    vacant(keeping, 'b', '1');
    keeping.retention.giveUp('a');
    assert.deepEqual(keeping.forgotten, ['boiler a']);
    keeping.retention.giveUp();
    assert.deepEqual([...keeping.journal.records.keys()], []);
    assert.equal(keeping.retention.size, 0);
  });

  it('ignores the coming and going of a group it has given up', () => {
    const keeping = new Keeping();
    const backlog = vacant(keeping, 'a');
    keeping.retention.giveUp();
    backlog.occupied();
    backlog.vacated();
    backlog.push('1');
    assert.equal(keeping.journal.records.size, 0);
    assert.deepEqual(keeping.retention.snapshot(), []);
  });
});
