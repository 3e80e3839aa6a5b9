import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDate, instantOf, isWireDate } from '../../src/protocol/date';

describe('dates', () => {
  it('are UTC with whole seconds, and on the calendar (P11)', () => {
    for (const text of ['2026-11-22T09:30:00Z', '2024-02-29T00:00:00Z', '0001-01-01T00:00:00Z']) {
      assert.equal(isWireDate(text), true, text);
    }
    for (const text of [
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:60Z',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:00+01:00',
      '2026-01-01',
      ' 2026-01-01T00:00:00Z',
    ]) {
      assert.equal(isWireDate(text), false, text);
    }
  });

  it('written from a Date read back as dates', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59Z'),
          noInvalidDate: true,
        }),
        (date) => isWireDate(formatDate(date)),
      ),
    );
  });

  it('are told from other texts, which may say a moment in time, but not where the clock stands', () => {
    for (const [text, wanted] of [
      ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
      ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05Z'],
      ['2026-01-02T03:04:05.678+01:00', '2026-01-02T02:04:05Z'],
      ['2026-01-02T03:04-05:30', '2026-01-02T08:34:00Z'],
      ['+012026-01-02T03:04:05Z', '+012026-01-02T03:04:05Z'],
    ] as const) {
      const date = instantOf(text);
      assert.equal(date && formatDate(date), wanted, text);
    }
    for (const text of ['2026-01-02', '2026-01-02T03:04:05', '2026-13-02T03:04:05Z', 'P1D', '5', '']) {
      assert.equal(instantOf(text), undefined, text);
    }
  });
});
