import assert from 'node:assert/strict';
import { asField } from '../../../nodes/stream-sea-out/plain-value.config';

describe('a plain value', () => {
  it('becomes a field of a message, each one in a list', () => {
    for (const value of [21.5, 'on', true, '21,5'])
      assert.deepEqual(asField(value, 'state', false), { state: value });
    assert.deepEqual(asField([1, 'x'], 'v', false), [{ v: 1 }, { v: 'x' }]);
  });

  it('stays as it is without a field, and so does what is no plain value', () => {
    assert.equal(asField(21.5, '', true), 21.5);
    const message = { temperature: '21,5' };
    assert.equal(asField(message, 'temperature', true), message);
    assert.equal(asField(null, 'temperature', true), null);
    assert.deepEqual(asField([[1, 2]], 'temperature', true), [[1, 2]]);
  });

  it('is a number with a decimal comma, where that is wanted', () => {
    for (const [text, number] of [
      ['21,5', 21.5],
      [' -0,25 ', -0.25],
      ['21.5', 21.5],
      ['42', 42],
      ['1,5e3', 1500],
      ['1e20', 1e20],
      ['9007199254740991', 9007199254740991],
    ] as const)
      assert.deepEqual(asField(text, 't', true), { t: number });
    for (const text of [
      '',
      'on',
      '1.234,5',
      '1,2,3',
      ',5',
      '21,5 C',
      'Infinity',
      '0x10',
      '0b11',
      '0o17',
      '1_000',
      ' ',
      '1e999',
      '9007199254740993',
      '-12345678901234567890,5',
    ])
      assert.deepEqual(asField(text, 't', true), { t: text });
  });
});
