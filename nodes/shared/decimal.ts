/** Numbers as people write them. */

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Decimal, perhaps with an exponent; NaN for all else that JavaScript reads as one, as `0x10`, `Infinity` or nothing. */
export function decimalOf(text: string): number {
  const number = text.trim();
  return DECIMAL.test(number) ? Number(number) : Number.NaN;
}
