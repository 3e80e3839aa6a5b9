import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingError } from '../../src/errors';
import { LIMITS, type Limit, limitsOf } from '../../src/server/limits';

describe('limitsOf', () => {
  it('takes what the table says by default', () => {
    for (const [name, value] of Object.entries(limitsOf())) {
      assert.equal(value, LIMITS[name as keyof typeof LIMITS].default, name);
    }
    assert.deepEqual(Object.keys(limitsOf()), Object.keys(LIMITS));
  });

  it('replaces only what is given', () => {
    assert.deepEqual(limitsOf({ maxStreams: 3 }), { ...limitsOf(), maxStreams: 3 });
  });

  it('refuses a limit that there is not', () => {
    for (const name of ['maxBodybytes', 'toString', '__proto__']) {
      const given = JSON.parse(`{"${name}": 1}`);
      assert.throws(() => limitsOf(given), SettingError, name);
    }
  });

  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5']) {
    it(`refuses ${value}, and names the limit`, () => {
      assert.throws(
        () => limitsOf({ maxJails: value as number }),
        (error: unknown) => {
          assert(error instanceof SettingError);
          assert.match(error.message, /maxJails/);
          return true;
        },
      );
    });
  }
});

describe('the limits', () => {
  it('are in the guide as they are', () => {
    const guide = readFileSync(join(__dirname, '../../guide/limits.md'), 'utf8');
    const rows = guide.split('\n').filter((line) => /^\| `(max|retained|passing|\w+Timeout)/.test(line));
    assert.deepEqual(
      rows,
      Object.entries(LIMITS).map(([name, limit]) => `| \`${name}\` | ${amountOf(limit)} | ${limit.what} |`),
    );
  });
});

function amountOf({ default: amount, unit }: Limit): string {
  if (unit === 'bytes' && amount % 1_048_576 === 0) return `${amount / 1_048_576} MiB`;
  if (unit === 'bytes' && amount % 1_024 === 0) return `${amount / 1_024} KiB`;
  if (unit === 'milliseconds' && amount % 86_400_000 === 0) return `${amount / 86_400_000} days`;
  if (unit === 'milliseconds') return `${amount / 1_000} s`;
  const number = amount.toLocaleString('en-US');
  return unit === 'count' ? number : `${number} ${unit}`;
}
