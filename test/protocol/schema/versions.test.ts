import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SchemaError } from '../../../src/errors';
import { compareVersions, parseVersion, type Version } from '../../../src/protocol/schema/versions';
import { versionText } from '../arbitraries';

const sign = (a: Version, b: Version) => Math.sign(compareVersions(a, b));

describe('compareVersions', () => {
  it('orders numbers numerically and strings part by part (P16)', () => {
    const ascending: [Version, Version][] = [
      [1, 2],
      [9, 10],
      [1.25, 1.3],
      ['1.9.0', '1.10.0'],
      ['2', '10'],
      [2, '10'],
      ['1.2', 2],
      ['1', '1.0.1'],
      ['20261122093000122', '20261122093000123'],
      ['1.0', '1.rc'],
      ['1.alpha', '1.beta'],
    ];
    for (const [lower, higher] of ascending) {
      assert.equal(sign(lower, higher), -1, `${lower} < ${higher}`);
      assert.equal(sign(higher, lower), 1, `${higher} > ${lower}`);
    }
  });

  it('holds a number and the same number as text to be equal', () => {
    for (const [a, b] of [
      [1, '1'],
      ['1', '1.0'],
      ['01', 1],
      [' 2 ', 2],
    ] as const)
      assert.equal(sign(a, b), 0);
  });

  it('compares whole numbers by their value, of whatever length and sign', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), fc.nat({ max: 3 }), (a, b, zeros) => {
        const padded = `${a < 0n ? '-' : ''}${'0'.repeat(zeros)}${a < 0n ? -a : a}`;
        assert.equal(sign(padded, String(b)), a < b ? -1 : Number(a > b));
      }),
    );
    const digits = '9'.repeat(7_000_000);
    assert.equal(sign(digits, `${digits}0`), -1);
    assert.equal(sign(`-${digits}`, `-${digits}0`), 1);
    assert.equal(sign('-0', '0'), 0);
  });

  for (const [name, version] of [
    ['strings and whole numbers', fc.oneof(versionText, fc.nat({ max: 20 }))],
    ['numbers', fc.double({ noNaN: true, noDefaultInfinity: true })],
  ] as const) {
    it(`is a total order of ${name}`, () => {
      fc.assert(
        fc.property(version, version, version, (a: Version, b: Version, c: Version) => {
          assert.equal(sign(a, a), 0);
          assert.equal(sign(a, b) + sign(b, a), 0);
          if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0, `${a} <= ${b} <= ${c}`);
        }),
        { numRuns: 2000 },
      );
    });
  }
});

describe('parseVersion', () => {
  it('keeps a version as it came', () => {
    for (const version of [1, 1.5, '2', '1.0.0']) assert.equal(parseVersion(version), version);
  });

  it('refuses anything else with a sentence', () => {
    for (const value of [null, undefined, '', ' ', Number.NaN, Number.POSITIVE_INFINITY, {}, true]) {
      assert.throws(() => parseVersion(value), SchemaError);
    }
  });
});
