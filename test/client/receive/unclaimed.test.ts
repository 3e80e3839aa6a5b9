import assert from 'node:assert/strict';
import { addTo, type Remainder, Unclaimed } from '../../../src/client/receive/unclaimed';
import { FakeClock } from '../../support/clock';

const remainder = (owner: string | undefined, ...messages: unknown[]): Remainder => ({ owner, messages });

describe('what was delivered and nobody has claimed', () => {
  let clock: FakeClock;
  let unclaimed: Unclaimed;

  beforeEach(() => {
    clock = new FakeClock();
    unclaimed = new Unclaimed({ clock, grace: 1_000 });
  });

  it('of two that left something for the same place is of both', () => {
    unclaimed.add(new Map([['a', [remainder('one', 1)]]]));
    unclaimed.add(new Map([['a', [remainder('two', 2)]]]));
    assert.deepEqual(unclaimed.take('a'), [remainder('one', 1), remainder('two', 2)]);
    assert.deepEqual([unclaimed.take('a'), unclaimed.isEmpty], [[], true]);
    const both = addTo(
      addTo(new Map(), new Map([['a', [remainder('one', 1)]]])),
      new Map([['a', [remainder('two', 2)]]]),
    );
    assert.deepEqual([...both], [['a', [remainder('one', 1), remainder('two', 2)]]]);
  });

  it('is one for each owner at a place, whose slot there is one; of nobody, as many as were left', () => {
    const left = new Map([['a', [remainder('one', 1)]]]);
    unclaimed.add(left);
    unclaimed.add(new Map([['a', [remainder(undefined), remainder('one', 2), remainder(undefined, 3)]]]));
    const all = [remainder('one', 1, 2), remainder(undefined), remainder(undefined, 3)];
    assert.deepEqual([...unclaimed.all], [['a', all]]);
    assert.deepEqual([...left], [['a', [remainder('one', 1)]]]);
    // What is given away is not what is kept.
    addTo(unclaimed.all, left);
    assert.deepEqual(unclaimed.take('a'), all);
  });

  it('is taken by owner, in the order in which it came, and the rest stays', () => {
    unclaimed.add(
      new Map([
        ['a', [remainder('one', 1), remainder('two', 2), remainder(undefined, 3), remainder('one', 4)]],
      ]),
    );
    assert.deepEqual(unclaimed.takeOf('a', 'one'), [1, 4]);
    assert.deepEqual(
      ['one', 'three'].map((owner) => unclaimed.takeOf('a', owner)),
      [undefined, undefined],
    );
    assert.deepEqual([...unclaimed.all], [['a', [remainder('two', 2), remainder(undefined, 3)]]]);
    assert.deepEqual(unclaimed.takeOf('a', 'two'), [2]);
  });

  it('is forgotten a grace time after the last of it came, whatever came for others', async () => {
    unclaimed.add(new Map([['a', [remainder('one', 1), remainder('two', 2), remainder(undefined, 3)]]]));
    unclaimed.add(new Map([['b', [remainder('one', 4)]]]));
    await clock.advance(999);
    unclaimed.add(new Map([['a', [remainder('one', 5), remainder(undefined, 6)]]]));
    await clock.advance(1);
    assert.deepEqual([...unclaimed.all], [['a', [remainder('one', 1, 5), remainder(undefined, 6)]]]);
    await clock.advance(999);
    assert.equal(unclaimed.isEmpty, true);
  });

  it('waits for nothing any more once it is taken, or there is no grace', () => {
    unclaimed.add(new Map([['a', [remainder('one', 1), remainder('two', 2)]]]));
    unclaimed.takeOf('a', 'one');
    assert.equal(clock.pending, 1);
    unclaimed.take('a');
    assert.equal(clock.pending, 0);
    unclaimed.add(new Map([['a', [remainder('one', 1)]]]));
    unclaimed.close();
    assert.deepEqual([clock.pending, unclaimed.all.size], [0, 1]);
  });
});
