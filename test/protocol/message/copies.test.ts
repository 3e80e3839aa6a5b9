import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { type Budget, copyOf } from '../../../src/protocol/message/copies';

/** What it leaves to others is a field that would make a prototype. */
const anyPlain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'));

function budgetOf(left: number): Budget {
  return { left };
}

describe('protocol/message/copies', () => {
  it('copies all that JSON has, of whatever realm, and holds nothing of it', () => {
    fc.assert(
      fc.property(anyPlain, (value) => {
        const copy = copyOf(value, 0, budgetOf(1e6));
        assert.deepEqual(copy, value);
        if (typeof value === 'object' && value !== null) assert.notEqual(copy, value);
      }),
    );
    assert.deepEqual(copyOf(runInNewContext('({ a: [1, { at: new Date(0) }] })'), 0, budgetOf(1e6)), {
      a: [1, { at: '1970-01-01T00:00:00Z' }],
    });
  });

  it('throws at what it does not understand', () => {
    assert.throws(() => copyOf(JSON.parse('{"__proto__":1}'), 0, budgetOf(1e6)));
    class Boiler {
      temperature = 90;
    }
    for (const value of [
      Number.NaN,
      1n,
      () => 1,
      Symbol('a'),
      new Map(),
      new Boiler(),
      [undefined],
      { a: [Infinity] },
    ]) {
      assert.throws(() => copyOf(value, 0, budgetOf(1e6)));
    }
  });

  it('says how much of its budget the text takes, never more than that, and ends when nothing is left', () => {
    fc.assert(
      fc.property(anyPlain, (value) => {
        const budget = budgetOf(1e6);
        copyOf(value, 0, budget);
        assert.ok(1e6 - budget.left <= JSON.stringify(value).length + 2, JSON.stringify(value));
      }),
    );
    for (const item of ['', 'a', {}, [], { a: '' }, new Date(0)]) {
      const budget = budgetOf(1e6);
      const copy = copyOf(Array(1_000).fill(item), 0, budget);
      assert.ok(1e6 - budget.left <= JSON.stringify(copy).length, JSON.stringify(item));
    }
    assert.throws(() => copyOf([['x'.repeat(10)], [1]], 0, budgetOf(8)));
  });
});
