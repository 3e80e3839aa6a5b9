import assert from 'node:assert/strict';
import { Turn } from '../../src/server/turn';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('Turn', () => {
  it('is over when so much was done in it, and another begins by itself', async () => {
    const turn = new Turn(10);
    turn.spend(9);
    assert.equal(turn.isOver, false);
    turn.spend(1);
    assert.equal(turn.isOver, true);
    await nextTurn();
    assert.equal(turn.isOver, false);
  });

  it('lets those who wait act in their order, as many in each as there is time for', async () => {
    const turn = new Turn(10);
    const acted: string[] = [];
    const act = (name: string) => () => {
      acted.push(name);
      turn.spend(6);
    };
    const twice = act('a');
    for (const each of [twice, twice, act('b'), act('c')]) turn.next(each);
    assert.deepEqual(acted, []);
    await nextTurn();
    assert.deepEqual(acted, ['a', 'b']);
    await nextTurn();
    assert.deepEqual(acted, ['a', 'b', 'c']);
  });
});
