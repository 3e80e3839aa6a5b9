/** Plain values, as meters and sensors give them, as messages with one field. */

const NUMBER = /^[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?$/i;

/**
 * A number, text or truth value as `{field: value}`, each of those in a list; anything else as it is.
 *
 * @param field blank: all is as it is.
 * @param decimalComma whether a text such as `21,5` is a number.
 */
export function asField(payload: unknown, field: string, decimalComma: boolean): unknown {
  if (field === '') return payload;
  if (Array.isArray(payload)) return payload.map((each) => inField(each, field, decimalComma));
  return inField(payload, field, decimalComma);
}

function inField(value: unknown, field: string, decimalComma: boolean): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return { [field]: value };
  if (typeof value !== 'string') return value;
  const text = value.trim();
  return { [field]: decimalComma && NUMBER.test(text) && isExact(text) ? numberOf(text) : value };
}

const numberOf = (text: string): number => Number(text.replace(',', '.'));

/** A serial number has more digits than a number can hold: it would become its neighbour. */
function isExact(text: string): boolean {
  const size = Math.abs(numberOf(text));
  return size <= Number.MAX_SAFE_INTEGER || (/e/i.test(text) && size < Infinity);
}
