import assert from 'node:assert/strict';
import { SettingError } from '../../src/errors';
import { atLeast, callable, choice, flag, list, record, text } from '../../src/protocol/values';

describe('client/values', () => {
  const nothing = (): void => {};
  const readers: Record<string, [read: (value: unknown) => unknown, good: unknown[], odd: unknown[]]> = {
    'a text': [(value) => text('x', value), ['a', 'a'.repeat(1_000)], ['', undefined, 5, 'a'.repeat(1_001)]],
    'a list': [(value) => list('x', value), [[], ['a']], [undefined, {}, 'a', { length: 0 }]],
    'a record': [(value) => record('x', value), [{}, { a: 1 }], [undefined, null, 'a', []]],
    'a function': [(value) => callable('x', value as typeof nothing), [nothing], [undefined, {}, 'a']],
    'one of some words': [(value) => choice('x', ['a', 'b'], value), ['a', 'b'], [undefined, 'A', 0]],
    'a flag': [(value) => flag('x', value), [true, false, undefined], [null, 'true', 0]],
    'a number': [(value) => atLeast(1, 'x', value, 7), [1, 1.5], [0, null, '1', Number.NaN, Infinity]],
  };
  for (const [what, [read, good, odd]] of Object.entries(readers)) {
    it(`give back ${what} as it came, and name what is none`, () => {
      for (const value of good) assert.equal(read(value), value);
      for (const value of odd) {
        assert.throws(
          () => read(value),
          (error) => error instanceof SettingError && error.message.startsWith('x should '),
          `${JSON.stringify(value)} was taken`,
        );
      }
    });
  }

  it('have a number by default', () => {
    assert.equal(atLeast(1, 'x', undefined, 7), 7);
  });
});
