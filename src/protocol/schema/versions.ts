/** Versions of a schema: kept as they came, ordered by one rule (P16). */

import { SchemaError } from '../../errors';
import { say } from '../../sentences';
import { mismatch } from '../json';

/** JavaScript clients send numbers, Python and PHP strings such as `"2"` and `"1.10.0"`. */
export type Version = number | string;

/** @throws SchemaError when the value is neither a finite number nor a string with something in it. */
export function parseVersion(value: unknown): Version {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new SchemaError(mismatch('version', say('expected.version'), value));
}

/**
 * Below 0, 0 or above 0, as `Array.sort` wants it. Numbers compare numerically; strings as dot-separated
 * numbers, part by part, so that `1.10.0` is above `1.9.0`; a number and a string by the latter rule. A part
 * that is not there counts as 0; one that is no number stands above every number, in the order of its text.
 *
 * Fractions mixed with strings have no total order by that rule (1.25 < 1.3 as numbers, 25 > 3 as parts);
 * fractions among numbers, and whole numbers among strings, do.
 */
export function compareVersions(a: Version, b: Version): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = String(a).trim().split('.');
  const right = String(b).trim().split('.');
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareParts(left[at] ?? '0', right[at] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

const SIGN = /^-/;
const SIGN_AND_ZEROS = /^-?0*/;
const NO_DIGIT = /\D/;

function compareParts(a: string, b: string): number {
  const aIsNumber = isWhole(a);
  const bIsNumber = isWhole(b);
  if (aIsNumber && bIsNumber) return compareWholeNumbers(a, b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Looks for what is no digit: to match all digits, of a million, has once had no room left on the stack. */
function isWhole(part: string): boolean {
  const digits = part.replace(SIGN, '');
  return digits !== '' && !NO_DIGIT.test(digits);
}

/**
 * By their digits: a date such as 20261122093000123 is beyond what a double holds exactly, and a BigInt of a million
 * digits takes seconds to make.
 */
function compareWholeNumbers(a: string, b: string): number {
  const left = a.replace(SIGN_AND_ZEROS, '');
  const right = b.replace(SIGN_AND_ZEROS, '');
  const aIsNegative = a.startsWith('-') && left !== '';
  const bIsNegative = b.startsWith('-') && right !== '';
  if (aIsNegative !== bIsNegative) return aIsNegative ? -1 : 1;
  const order = left.length - right.length || (left < right ? -1 : Number(left > right));
  return aIsNegative ? -order : order;
}
