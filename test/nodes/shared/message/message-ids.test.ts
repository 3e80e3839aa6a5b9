import assert from 'node:assert/strict';
import { MessageIds } from '../../../../nodes/shared/message/message-ids';

describe('ids of messages', () => {
  it('have the form that Node-RED gives them, and are never the same', () => {
    const sources = [new MessageIds(), new MessageIds()];
    const ids = Array.from({ length: 10_000 }, (_, index) => sources[index % 2]?.next() ?? '');
    for (const id of ids) assert.match(id, /^[0-9a-f]{16}$/);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('are drawn anew when all of a draw are used up', () => {
    const ids = new MessageIds(0x7ffffffe);
    const [first = '', second = '', third = ''] = [ids.next(), ids.next(), ids.next()];
    assert.equal(first.slice(0, 8), second.slice(0, 8));
    assert.notEqual(second.slice(0, 8), third.slice(0, 8));
    assert.match(third, /10000000$/);
  });
});
