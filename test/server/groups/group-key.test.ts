import assert from 'node:assert/strict';
import { v4, v7 } from 'uuid';
import { groupIdOf } from '../../../src/protocol/groups';
import { groupKeyOf, isLasting, ownerOf } from '../../../src/server/groups/group-key';

describe('server/group-key', () => {
  it('is the client’s own without a groupId, and the same in either case of a UUID (P27)', () => {
    const id = v4();
    assert.notEqual(groupKeyOf('a', undefined), groupKeyOf('b', undefined));
    assert.equal(groupKeyOf('a', id.toUpperCase()), groupKeyOf('b', id));
  });

  it('keeps a client that is called like a UUID out of the group of that UUID', () => {
    const id = groupIdOf('x');
    assert.notEqual(groupKeyOf(id, undefined), groupKeyOf('a', id));
    assert.equal(ownerOf(groupKeyOf(id, undefined)), id);
    assert.equal(ownerOf(groupKeyOf('a', id)), undefined);
  });

  it('lasts for default and named groups, but not for a UUID drawn at random (P28)', () => {
    assert.equal(isLasting(groupKeyOf('a', undefined)), true);
    assert.equal(isLasting(groupKeyOf(v4(), undefined)), true);
    assert.equal(isLasting(groupKeyOf('a', groupIdOf('displays'))), true);
    assert.equal(isLasting(groupKeyOf('a', v7())), true);
    for (let draw = 0; draw < 100; draw += 1) assert.equal(isLasting(groupKeyOf('a', v4())), false);
  });
});
