import assert from 'node:assert/strict';
import { MissedByGroup } from '../../../../src/engine/jetstream/groups/missed-by-group';

describe('engine/jetstream/missed-by-group', () => {
  it('is the same for a group, until that or its jail is forgotten', () => {
    const groups = new MissedByGroup();
    const all = () =>
      ['works', 'other works'].flatMap((jail) => ['g_a_1', 'g_b_1'].map((name) => groups.of(jail, name)));
    const areKept = (before: readonly object[]) => all().map((missed, index) => missed === before[index]);
    let before = all();
    assert.deepEqual(areKept(before), [true, true, true, true]);
    groups.forget('works', 'g_a_');
    assert.deepEqual(areKept(before), [false, true, true, true]);
    before = all();
    groups.forget('works', '');
    assert.deepEqual(areKept(before), [false, false, true, true]);
  });

  it('remembers so many groups, those that were opened last', () => {
    const groups = new MissedByGroup(2);
    const [a, b] = [groups.of('works', 'a'), groups.of('works', 'b')];
    assert.equal(groups.of('works', 'a'), a);
    groups.of('works', 'c');
    assert.equal(groups.of('works', 'a'), a);
    assert.notEqual(groups.of('works', 'b'), b);
  });
});
