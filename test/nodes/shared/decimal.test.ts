import assert from 'node:assert/strict';
import { decimalOf } from '../../../nodes/shared/decimal';

describe('a number in a text', () => {
  it('is a decimal one, perhaps with an exponent', () => {
    for (const [text, number] of [
      ['0', 0],
      ['42', 42],
      ['007', 7],
      [' -1.5 ', -1.5],
      ['+2', 2],
      ['.5', 0.5],
      ['5.', 5],
      ['1e3', 1000],
      ['2.5E-1', 0.25],
    ] as const)
      assert.equal(decimalOf(text), number, text);
  });

  it('is nothing else that JavaScript would read', () => {
    const odd = [
      '',
      ' ',
      '0x10',
      '0b11',
      '0o17',
      'Infinity',
      '-Infinity',
      '1_000',
      '1,5',
      '1 2',
      'NaN',
      '.',
      'e3',
    ];
    for (const text of odd) assert.ok(Number.isNaN(decimalOf(text)), text);
  });
});
