import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupIdOf, isUuid } from '../../src/protocol/groups';

describe('groupIdOf', () => {
  it('turns the same name into the same UUID for ever (P28)', () => {
    assert.equal(groupIdOf('night shift'), 'a0260ba7-09c6-586a-8b2f-cef3d1feabea');
  });

  it('keeps a UUID, in lower case (P27)', () => {
    assert.equal(groupIdOf('184CFA3D-D610-475B-9258-F62E76E47C2F'), '184cfa3d-d610-475b-9258-f62e76e47c2f');
  });

  it('gives a UUID for any name, another for another name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        assert.ok(isUuid(groupIdOf(a)));
        if (a.toLowerCase() !== b.toLowerCase()) assert.notEqual(groupIdOf(a), groupIdOf(b));
      }),
    );
  });
});
